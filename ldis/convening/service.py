"""Call the panel, and call it to look back; each with its letters in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ldis.cases import panel
from ldis.cases import queries as cases
from ldis.cases import service as review
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import Action, State, When
from ldis.convening import meetings, queries, writing
from ldis.convening.models import PanelCall, Summons
from ldis.convening.rules import Member
from ldis.convening.schemas import CallForm, Meets
from ldis.errors import NotAllowed
from ldis.people.access import Actor

NOBODY = "Choose at least one member of the panel."
BY_ITSELF = "convening.look_back"


def call_panel(
    session: Session,
    reference: str,
    form: CallForm,
    *,
    policy: Policy,
    actor: Actor,
    public_url: str,
    now: datetime,
) -> None:
    """Call members of the panel, with a meeting or none.

    The first call takes the case to the panel. While it is there, more members may be called and the meeting set,
    moved or cancelled.
    """
    case = review.locked(session, reference, actor=actor, seen_version=form.seen_version)
    first = not queries.is_asked_of_the_panel(case)
    if first:
        review.move(
            session,
            reference,
            Action.CALL_PANEL,
            reason="",
            seen_version=form.seen_version,
            actor=actor,
            now=now,
        )
    else:
        review.allowed(case, Action.ASK_AGAIN, actor=actor, reason="")
    chosen = _chosen(session, case, form)
    if first and not chosen:
        raise NotAllowed(NOBODY, field="members")
    already = [member.person_id for member in queries.members(session, case) if member.called and not member.aside]
    change = meetings.arrange(session, case, form, actor=actor, now=now)
    if not chosen and change is None:
        raise NotAllowed("Choose somebody to call, or change the meeting.", field="members")
    if not first:
        review.step(session, case, Action.ASK_AGAIN, actor=actor, now=now, words=_in_words(chosen, change))
    post = writing.Post(session, case, policy=policy, public_url=public_url, now=now)
    if change is not None:
        post.tell_of_meeting(change, already)
    if chosen:
        call = _keep(session, case, chosen, by=actor.label, words=form.words, look_back=False, now=now)
        post.call(call, chosen, said_by=actor.name)


def call_everybody(
    session: Session,
    reference: str,
    *,
    seen_version: int,
    policy: Policy,
    actor: Actor,
    public_url: str,
    now: datetime,
) -> Case:
    """Take a case to the panel and call everybody who does not stand aside, without a meeting: as a program does."""
    case = review.locked(session, reference, actor=actor, seen_version=seen_version)
    review.allowed(case, Action.CALL_PANEL, actor=actor, reason="")
    everybody = tuple(member.person_id for member in queries.members(session, case) if not member.aside)
    form = CallForm(seen_version=seen_version, meets=Meets.NO, members=everybody)
    call_panel(session, reference, form, policy=policy, actor=actor, public_url=public_url, now=now)
    return case


def call_to_look_back(
    session: Session, reference: str, *, partnership_id: int, policy: Policy, public_url: str, now: datetime
) -> None:
    """Call the panel to look back at what one person decided at once: whoever has not graded and voted already."""
    case = cases.the_case(session, reference, partnership_id=partnership_id, lock=True)
    due = case.state is State.DECIDED and review.is_so(case, When.REVIEW_DUE)
    if not due or queries.was_called_to_look_back(session, case):
        return
    asked = [member for member in queries.members(session, case) if not member.done]
    if not asked:
        return
    call = _keep(session, case, asked, by=BY_ITSELF, words="", look_back=True, now=now)
    words = f"To look back at what was decided at once: {_names(asked)}."
    review.note_by_itself(session, case, action=Action.ASK_AGAIN.value, words=words, by=BY_ITSELF, now=now)
    writing.Post(session, case, policy=policy, public_url=public_url, now=now).call(call, asked)


def _chosen(session: Session, case: Case, form: CallForm) -> list[Member]:
    """Those who were ticked and can be called; whoever was called meanwhile, or stands aside by now, is left out."""
    offered = {member.person_id: member for member in queries.members(session, case)}
    if not set(form.members) <= set(offered):
        raise NotAllowed("Choose members of the panel.", field="members")
    ticked = [offered[person_id] for person_id in dict.fromkeys(form.members)]
    return [member for member in ticked if member.called is None and not member.done]


def _keep(
    session: Session,
    case: Case,
    members: Sequence[Member],
    *,
    by: str,
    words: str,
    look_back: bool,
    now: datetime,
) -> PanelCall:
    at_once = panel.decided_at_once(case) if look_back else None
    call = PanelCall(
        case_id=case.id,
        round=case.round,
        at=now,
        by=by,
        words=words,
        look_back_by=at_once.review_due_at if at_once else None,
        summons=[Summons(person_id=member.person_id) for member in members],
    )
    session.add(call)
    session.flush()
    return call


def _in_words(chosen: Sequence[Member], change: "meetings.Change | None") -> str:
    called = [f"Called: {_names(chosen)}."] if chosen else []
    return " ".join([*called, *([change.in_words] if change else [])])


def _names(members: Sequence[Member]) -> str:
    return ", ".join(member.name for member in members)
