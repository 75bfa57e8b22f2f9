"""What the panel does to a case: grade, stand aside, vote, and come to a decision."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from ldis import work
from ldis.cases.ballots import AtOnceForm, DecisionForm, GradingForm, RecusalForm, VoteForm
from ldis.cases.models import Case, Decision, Grading, Recusal, Vote
from ldis.cases.policy import Policy, Suggestion
from ldis.cases.rules import Action, Outcome, State, leading
from ldis.cases.service import allowed, decided, locked, step
from ldis.errors import NotAllowed
from ldis.people.access import Actor
from ldis.people.rules import Discipline
from ldis.worktime import LONDON

LATEST_REVIEW = timedelta(days=730)


def grade(
    session: Session, reference: str, form: GradingForm, *, policy: Policy, actor: Actor, now: datetime
) -> None:
    """Take one member's grading. Once given it stands, so that nobody adjusts it to the others'."""
    case = locked(session, reference, actor=actor, seen_version=form.seen_version)
    discipline = _seat(case, actor)
    if grading_by(case, actor.id) is not None:
        raise NotAllowed("You have graded this case already.")
    step(session, case, Action.GRADE, actor=actor, now=now)
    quality, risk = policy.scores(form.answers)
    session.add(
        Grading(
            case_id=case.id,
            round=case.round,
            person_id=actor.id,
            discipline=discipline,
            answers=dict(form.answers),
            quality=round(quality * 100),
            risk=round(risk * 100),
            would_help=form.would_help,
            comment=form.comment,
            given_at=now,
        )
    )
    session.flush()


def recuse(session: Session, reference: str, form: RecusalForm, *, actor: Actor, now: datetime) -> None:
    """Stand aside from a case. What the member graded or voted before no longer counts."""
    case = locked(session, reference, actor=actor, seen_version=form.seen_version)
    _seat(case, actor)
    step(session, case, Action.RECUSE, actor=actor, now=now, words=form.reason)
    session.add(Recusal(case_id=case.id, person_id=actor.id, reason=form.reason, at=now))
    session.flush()


def vote(session: Session, reference: str, form: VoteForm, *, policy: Policy, actor: Actor, now: datetime) -> None:
    """Take one member's vote, after their own grading; it may be changed until the decision."""
    case = locked(session, reference, actor=actor, seen_version=form.seen_version)
    discipline = _seat(case, actor)
    if grading_by(case, actor.id) is None:
        raise NotAllowed("Grade the case first, then vote.")
    suggested = suggestion(case, policy)
    if suggested and form.outcome is not suggested.outcome and not form.reason:
        raise NotAllowed(f"The suggestion is “{suggested.outcome}”. Say why you differ from it.", field="reason")
    step(session, case, Action.VOTE, actor=actor, now=now, words=form.outcome.value)
    given = next((v for v in case.votes if v.round == case.round and v.person_id == actor.id), None)
    if given is None:
        given = Vote(case_id=case.id, round=case.round, person_id=actor.id)
        session.add(given)
    given.discipline, given.outcome, given.reason, given.cast_at = discipline, form.outcome, form.reason, now
    session.flush()


def decide(
    session: Session, reference: str, form: DecisionForm, *, policy: Policy, actor: Actor, now: datetime
) -> Decision:
    """Record what the panel decided: the outcome that leads, once the votes for it make a quorum."""
    return _record(session, reference, form, Action.DECIDE, policy=policy, actor=actor, now=now)


def review(
    session: Session, reference: str, form: DecisionForm, *, policy: Policy, actor: Actor, now: datetime
) -> Decision:
    """Record what the panel says, looking back at what one person decided at once. From now on it stands."""
    return _record(session, reference, form, Action.REVIEW, policy=policy, actor=actor, now=now)


def decide_at_once(
    session: Session, reference: str, form: AtOnceForm, *, policy: Policy, actor: Actor, now: datetime
) -> Decision:
    """Decide on a formal alert without waiting for the panel, because life is at risk. The panel looks back at it."""
    case = locked(session, reference, actor=actor, seen_version=form.seen_version)
    _not_aside(case, actor)
    suggested = suggestion(case, policy)
    called = case.state is State.WITH_PANEL
    words = f"{Outcome.ALERT}. {form.reason}" if form.reason.strip() else ""
    step(session, case, Action.DECIDE_AT_ONCE, actor=actor, now=now, words=words)
    case.round += not called
    decision = Decision(
        case_id=case.id,
        round=case.round,
        outcome=Outcome.ALERT,
        suggested=suggested.outcome if suggested and called else None,
        reason=form.reason,
        policy_version=policy.version,
        votes={},
        decided_by=actor.label,
        decided_at=now,
        at_once=True,
        review_due_at=now + timedelta(hours=policy.clocks.review_at_once_hours),
    )
    kept = _keep(session, case, decision)
    work.defer(session, "convening.look_back", urgent=True, case_id=case.id)
    return kept


def _record(
    session: Session,
    reference: str,
    form: DecisionForm,
    action: Action,
    *,
    policy: Policy,
    actor: Actor,
    now: datetime,
) -> Decision:
    case = locked(session, reference, actor=actor, seen_version=form.seen_version)
    _not_aside(case, actor)
    allowed(case, action, actor=actor, reason=form.reason)
    lead, suggested = _what_the_votes_say(case, form, policy)
    step(session, case, action, actor=actor, now=now, words=f"{lead}. {form.reason}".strip())
    decision = Decision(
        case_id=case.id,
        round=case.round,
        outcome=lead,
        suggested=suggested,
        reason=form.reason,
        policy_version=policy.version,
        votes={str(v.person_id): v.outcome.value for v in counting_votes(case)},
        decided_by=actor.label,
        decided_at=now,
        review_on=_look_again_on(form, lead, policy, now=now),
    )
    return _keep(session, case, decision)


def _keep(session: Session, case: Case, decision: Decision) -> Decision:
    session.add(decision)
    session.flush()
    session.expire(case, ["decisions"])
    decided(session, case, decision)
    return decision


def _what_the_votes_say(case: Case, form: DecisionForm, policy: Policy) -> tuple[Outcome, Outcome]:
    """The outcome that leads with a quorum, and the one suggested; a refusal in words while there is none."""
    suggested = suggestion(case, policy)
    lead = leading_outcome(case)
    if lead is None or suggested is None:
        raise NotAllowed("The votes do not agree on an outcome yet.", field="outcome")
    lacks = policy.quorum.lacks(v.discipline for v in counting_votes(case) if v.outcome is lead)
    if lacks:
        raise NotAllowed(f"There is no quorum yet. {lacks}", field="outcome")
    if form.outcome is not lead:
        raise NotAllowed(f"The votes are for “{lead}”.", field="outcome")
    if lead is not suggested.outcome and not form.reason:
        raise NotAllowed(f"The suggestion is “{suggested.outcome}”. Say why the panel differs.", field="reason")
    return lead, suggested.outcome


def _look_again_on(form: DecisionForm, outcome: Outcome, policy: Policy, *, now: datetime) -> date | None:
    """The day on which a case without action is looked at again: as chosen, or as the policy says."""
    if outcome is not Outcome.NO_ACTION:
        return None
    today = now.astimezone(LONDON).date()
    if form.review_on is not None and not today < form.review_on <= today + LATEST_REVIEW:
        raise NotAllowed("Choose a day after today and within two years.", field="review_on")
    return form.review_on or today + timedelta(days=policy.no_action_review_days)


def _not_aside(case: Case, actor: Actor) -> None:
    if is_recused(case, actor.id):
        raise NotAllowed("You stand aside from this case. Somebody else must record the decision.")


def _seat(case: Case, actor: Actor) -> Discipline:
    if is_recused(case, actor.id):
        raise NotAllowed("You stand aside from this case.")
    if actor.discipline is None:
        raise NotAllowed("Only a panel member with a discipline can do this.")
    return actor.discipline


def is_recused(case: Case, person_id: int) -> bool:
    """Whether a member stands aside from the case."""
    return any(recusal.person_id == person_id for recusal in case.recusals)


def grading_by(case: Case, person_id: int) -> Grading | None:
    """A member's grading in the present round."""
    return next((g for g in case.gradings if g.round == case.round and g.person_id == person_id), None)


def counting_gradings(case: Case) -> list[Grading]:
    """The gradings of the present round, without those who stand aside."""
    return [g for g in case.gradings if g.round == case.round and not is_recused(case, g.person_id)]


def counting_votes(case: Case) -> list[Vote]:
    """The votes of the present round, without those who stand aside."""
    return [v for v in case.votes if v.round == case.round and not is_recused(case, v.person_id)]


def suggestion(case: Case, policy: Policy, facts: Mapping[str, str] | None = None) -> Suggestion | None:
    """What the gradings of the present round suggest; `facts` let it name what the evidence itself says."""
    return policy.suggest((g.answers for g in counting_gradings(case)), facts)


def leading_outcome(case: Case) -> Outcome | None:
    """The outcome that leads in the present round."""
    return leading(v.outcome for v in counting_votes(case))


def quorum_in_words(case: Case, policy: Policy) -> str:
    """Where the panel stands, in a sentence."""
    votes = counting_votes(case)
    lead = leading_outcome(case)
    if not votes:
        return "Nobody has voted yet."
    if lead is None:
        return "The votes do not agree on an outcome yet."
    lacks = policy.quorum.lacks(v.discipline for v in votes if v.outcome is lead)
    return f"No quorum yet for “{lead}”. {lacks}" if lacks else f"Quorum reached for “{lead}”."


def has_quorum(case: Case, policy: Policy) -> bool:
    """Whether the votes for the leading outcome are enough to record it."""
    lead = leading_outcome(case)
    votes = counting_votes(case)
    return lead is not None and policy.quorum.lacks(v.discipline for v in votes if v.outcome is lead) is None


def decided_outcome(case: Case) -> Outcome | None:
    """What the panel decided in its latest round, while the decision stands."""
    latest = case.decisions[-1] if case.decisions else None
    return latest.outcome if latest and latest.round == case.round else None


def decided_at_once(case: Case) -> Decision | None:
    """What one person decided at once in the latest round, whether or not the panel has looked back at it."""
    return next((one for one in case.decisions if one.at_once and one.round == case.round), None)
