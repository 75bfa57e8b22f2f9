"""What the page of one case shows, gathered from queries and rules and put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.audit import queries as audit
from ldis.audit.models import AuditEntry
from ldis.casefile import steps
from ldis.cases import panel
from ldis.cases.answers import rows_of_report, rows_of_result
from ldis.cases.ballots import RecusalSchema
from ldis.cases.models import Case, CaseEntry, Evidence, Grading
from ldis.cases.policy import Policy, Question
from ldis.cases.rules import Action, Outcome, State, When
from ldis.cases.service import is_so, may
from ldis.clocks.views import clocks_shown
from ldis.convening.views import convening
from ldis.corroboration.views import asked_about
from ldis.followup.views import Happening, heard_about
from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.photos import queries as photos
from ldis.photos.models import Photo
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport
from ldis.web import form_for


@dataclass(frozen=True)
class Event:
    """One line of a timeline."""

    at: datetime
    what: str
    who: str
    words: str


def case_page(session: Session, case: Case, actor: Actor, *, policy: Policy, now: datetime) -> dict[str, Any]:
    """What the page of one case shows to this person."""
    may_see = _sees_gradings(case, actor)
    return {
        "case": case,
        "clocks": clocks_shown(session, case, policy, now=now),
        "now": now,
        "evidence": _evidence_of(session, case, actor),
        "asked": asked_about(session, case),
        "events": _history(session, case, may_see=may_see),
        "audit": _audit(session, case, actor),
        "convening": convening(session, case, actor, policy=policy, now=now),
        "quorum": panel.quorum_in_words(case, policy) if may_see else "",
        "gradings": _gradings_side_by_side(panel.counting_gradings(case), policy) if may_see else None,
        "votes": panel.counting_votes(case) if may_see else [],
        "suggestion": panel.suggestion(case, policy) if may_see else None,
        "decision": case.decisions[-1] if case.decisions else None,
        "outcome": panel.decided_outcome(case),
        "Outcome": Outcome,
        "buttons": steps.buttons(case, actor),
        "links": steps.links(case, actor),
        "recusal": recusal_form(case, actor),
        "looked_back_on": panel.decided_at_once(case),
        "review_due": is_so(case, When.REVIEW_DUE),
        "mine": steps.mine(case, actor),
        "next_step": steps.next_step(case, actor, policy),
        "taken_up_as": steps.taken_up_as(case),
    }


def recusal_form(case: Case, actor: Actor) -> Any:
    """The form on which this person may stand aside; nothing where they have done so or sit on no panel."""
    if not may(case, Action.RECUSE, actor=actor) or panel.is_recused(case, actor.id):
        return None
    return form_for(RecusalSchema, ids="recuse", seen_version=case.version)


def _sees_gradings(case: Case, actor: Actor) -> bool:
    """A member of the panel sees the others' gradings once their own is in, or the case is past them."""
    judging = case.state is State.WITH_PANEL or is_so(case, When.REVIEW_DUE)
    if not actor.holds(Role.PANEL_MEMBER) or not judging:
        return True
    return panel.grading_by(case, actor.id) is not None or panel.is_recused(case, actor.id)


def _evidence_of(session: Session, case: Case, actor: Actor) -> list[dict[str, Any]]:
    """Each piece of evidence, a report with those that were merged into it: they do not stand for themselves too."""
    reports = [evidence.report for evidence in case.evidence if evidence.report is not None]
    merged = submissions.merged_into(session, reports)
    spoken_for = {one.id for several in merged.values() for one in several}
    keys = {one.submission_key for several in (reports, *merged.values()) for one in several}
    sent = photos.photos_of(session, keys, partnership_id=case.partnership_id)
    return [
        _evidence_row(session, evidence, merged.get(evidence.report_id or 0, []), sent, actor)
        for evidence in case.evidence
        if evidence.report_id not in spoken_for
    ]


def _evidence_row(
    session: Session,
    evidence: Evidence,
    merged: Sequence[IncidentReport],
    sent: Mapping[str, list[Photo]],
    actor: Actor,
) -> dict[str, Any]:
    report = evidence.report
    if report is not None:
        also = [(one, rows_of_report(session, one, actor), sent.get(one.submission_key, [])) for one in merged]
        rows, own = rows_of_report(session, report, actor), sent.get(report.submission_key, [])
        return {"kind": "reports", "thing": report, "rows": rows, "photos": own, "merged": also}
    assert evidence.lab_result is not None
    rows = rows_of_result(session, evidence.lab_result)
    return {"kind": "results", "thing": evidence.lab_result, "rows": rows, "merged": []}


def _history(session: Session, case: Case, *, may_see: bool) -> list[Event | Happening]:
    """What was done to a case, and what its reporters added meanwhile; the newest first."""
    reports = [evidence.report for evidence in case.evidence if evidence.report is not None]
    merged = [one for several in submissions.merged_into(session, reports).values() for one in several]
    done = [_event(entry, may_see=may_see) for entry in reversed(case.entries)]
    heard = heard_about(session, [*reports, *merged])
    return sorted([*done, *reversed(heard)], key=lambda one: one.at, reverse=True)


def _event(entry: CaseEntry, *, may_see: bool) -> Event:
    """A line of the history; how somebody voted is for those who have graded."""
    moved = f" (now {entry.after})" if entry.before != entry.after else ""
    words = entry.words if may_see or entry.action != Action.VOTE else ""
    return Event(entry.at, f"{entry.action.capitalize()}{moved}", entry.actor_name, words)


def _audit(session: Session, case: Case, actor: Actor) -> Sequence[AuditEntry]:
    """What the audit record says of the case, for those who answer for it."""
    if not actor.holds(Role.COORDINATOR, Role.LEAD):
        return []
    return audit.entries_about(session, f"case/{case.id}", partnership_id=case.partnership_id)


def _gradings_side_by_side(gradings: Sequence[Grading], policy: Policy) -> list[dict[str, Any]]:
    """Each question with what every member answered, their judgement of an alert and their comments last."""
    asked = [_row_of(question, gradings) for question in policy.questions]
    judged = _row("Would an alert help?", [(g.person.name, g.would_help.value.capitalize()) for g in gradings])
    comments = [(g.person.name, g.comment or "None") for g in gradings]
    said = [_row("Comment", comments) | {"differ": False}] if any(g.comment for g in gradings) else []
    return [*asked, judged, *said]


def _row_of(question: Question, gradings: Sequence[Grading]) -> dict[str, Any]:
    return _row(
        question.label, [(g.person.name, question.answers[int(g.answers[question.key])]) for g in gradings]
    )


def _row(question: str, answers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"question": question, "answers": answers, "differ": len({answer for _, answer in answers}) > 1}
