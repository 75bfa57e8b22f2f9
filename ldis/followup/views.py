"""What became of a report, gathered for the page of its reporter and for those who review it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ldis.deadlines import Clocks, answer_by, assess_by
from ldis.followup import queries
from ldis.followup.models import ReportQuestion, ReportStep, ReportUpdate
from ldis.followup.rules import Due, means, sentence
from ldis.followup.service import reachable
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import RISK_TO_LIFE, Status


@dataclass(frozen=True)
class Happening:
    """One line of what happened to a report."""

    at: datetime
    what: str
    words: str = ""
    who: str = ""
    new: bool = False


@dataclass(frozen=True)
class Story:
    """What a reporter sees of their report."""

    report: IncidentReport
    means: str
    since: datetime
    outcome: str
    happenings: Sequence[Happening]
    unanswered: ReportQuestion | None


@dataclass(frozen=True)
class Exchange:
    """What reviewers see of the exchange with a reporter: newest first, and how far it was read."""

    happenings: Sequence[Happening]
    answered_at: datetime | None
    can_be_asked: bool
    wishes: bool
    newest_unread: int

    @property
    def unread(self) -> bool:
        """Whether something was added that no coordinator has read."""
        return bool(self.newest_unread)


def story_of(session: Session, report: IncidentReport, *, clocks: Clocks, now: datetime) -> Story:
    """A report as its reporter follows it."""
    steps = queries.steps_of(session, report)
    questions = queries.questions_of(session, [report])
    updates = queries.updates_of(session, [report])
    here = [step for step in steps if step.status is report.status]
    outcome = _outcome(here[-1], steps) if here and report.status is Status.DECIDED else ""
    happenings = [
        Happening(report.received_at, "You sent the report"),
        *(_step(step, steps) for step in steps),
        *(Happening(question.asked_at, "We asked you", question.words) for question in questions),
        *(Happening(one.at, "You answered" if one.question_id else "You added", one.words) for one in updates),
    ]
    return Story(
        report=report,
        means=means(report.status, due_for(report, clocks), again=_was_decided(steps), now=now),
        since=here[-1].at if here else report.received_at,
        outcome=outcome,
        happenings=_newest_first(happenings),
        unanswered=next((question for question in questions if not question.answers), None),
    )


def due_for(report: IncidentReport, clocks: Clocks) -> Due:
    """Until when a report is to be looked at, and its reporter to be answered."""
    at_risk = report.harm_level in RISK_TO_LIFE
    return Due(
        looked_at_by=assess_by(report.received_at, risk_to_life=at_risk, clocks=clocks),
        answer_by=answer_by(report.received_at, clocks=clocks),
        risk_to_life=at_risk,
    )


def exchange_with(session: Session, report: IncidentReport) -> Exchange:
    """A report's exchange with its reporter, for those who review it."""
    steps = queries.steps_of(session, report)
    questions = queries.questions_of(session, [report])
    updates = queries.updates_of(session, [report])
    told = [step.told_at for step in steps if step.told_at]
    happenings = [
        *(_asked(question) for question in questions),
        *(_added(one) for one in updates),
        *(_told(step) for step in steps if step.told_at),
    ]
    return Exchange(
        happenings=_newest_first(happenings),
        answered_at=min([*told, *(question.asked_at for question in questions)], default=None),
        can_be_asked=bool(reachable(report)),
        wishes=report.may_contact,
        newest_unread=max((one.id for one in updates if one.seen_at is None), default=0),
    )


def heard_about(session: Session, reports: Collection[IncidentReport]) -> list[Happening]:
    """What reporters added to any of these reports since they sent them, for the history of a case."""
    return [
        Happening(one.at, f"{_kind(one)} to report {one.report.reference}", one.words, "the reporter")
        for one in queries.updates_of(session, reports)
    ]


def outcome_of(session: Session, report: IncidentReport) -> tuple[datetime, str] | None:
    """When a report was decided and what came of it in a sentence, while that decision stands."""
    steps = queries.steps_of(session, report)
    if report.status is not Status.DECIDED or not steps or steps[-1].came_to is None:
        return None
    return steps[-1].at, _outcome(steps[-1], steps)


def _newest_first(happenings: Sequence[Happening]) -> list[Happening]:
    return sorted(happenings, key=lambda one: one.at, reverse=True)


def _step(step: ReportStep, steps: Sequence[ReportStep]) -> Happening:
    before = [one for one in steps if one.id < step.id]
    if step.came_to is not None:
        return Happening(step.at, "Decided", _outcome(step, steps))
    return Happening(step.at, "Taken up again" if _was_decided(before) else "Somebody began to look at it")


def _was_decided(steps: Sequence[ReportStep]) -> bool:
    return any(one.came_to is not None for one in steps)


def _outcome(step: ReportStep, steps: Sequence[ReportStep]) -> str:
    again = any(one.came_to is not None and one.id < step.id for one in steps)
    return sentence(step.came_to, again=again) if step.came_to is not None else ""


def _asked(question: ReportQuestion) -> Happening:
    state = "Asked, answered" if question.answers else "Asked, not answered yet"
    return Happening(question.asked_at, state, question.words)


def _added(one: ReportUpdate) -> Happening:
    what = f"{_kind(one)} to the report" + (", too late for the decision or the link" if one.late else "")
    return Happening(one.at, what, one.words, new=one.seen_at is None)


def _kind(one: ReportUpdate) -> str:
    return "Answer" if one.question_id else "Added"


def _told(step: ReportStep) -> Happening:
    assert step.told_at
    assert step.came_to
    assert step.told_by
    return Happening(step.told_at, f"Told by {step.told_by.label.lower()}: {step.came_to}")
