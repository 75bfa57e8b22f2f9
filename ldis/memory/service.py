"""Bring cases back to mind, and say when one is to be looked at again. Each once, whoever else is at it."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.cases import service as cases
from ldis.cases import telling
from ldis.cases.models import Case, Decision, Recall
from ldis.cases.rules import RULES, Action, When
from ldis.deliveries.rules import Urgency
from ldis.memory import letters, queries
from ldis.memory.models import MemorySweep, ReviewNotice
from ldis.memory.rules import Recalled

BY = "memory.recall"


def bring_back(session: Session, found: Recalled, *, public_url: str, now: datetime) -> bool:
    """Bring a case back, unless it is not waiting any more or the same report or result has done so before."""
    case = queries.held_case(session, found.case_id)
    decision = session.get_one(Decision, found.decision_id)
    if not waits(case, decision):
        return False
    if queries.has_recalled(session, case, found.by, partnership_id=case.partnership_id):
        return False
    cases.recall(session, case, because=found.why, by=BY, now=now)
    thing = "report_id" if found.by.kind == "reports" else "lab_result_id"
    recall = Recall(case_id=case.id, decision_id=decision.id, why=found.why, at=now, **{thing: found.by.id})
    session.add(recall)
    session.flush()
    words = letters.recalled_words(case, decision, why=found.why, link=f"{public_url}/cases/{case.reference}")
    urgency = Urgency.WARNING if case.risk_to_life else Urgency.ROUTINE
    telling.tell_coordinators(session, case, words, about=f"recall/{recall.id}", urgency=urgency, now=now)
    return True


def waits(case: Case, decision: Decision) -> bool:
    """Whether this decision of no further action is the one on which the case rests now."""
    may = (case.state, Action.RECALL) in RULES and cases.is_so(case, When.NO_ACTION_STANDS)
    return may and case.decisions[-1].id == decision.id


def swept(session: Session, *, partnership_id: int, to: datetime) -> None:
    """Remember up to when what came in has been looked at. It never goes back."""
    row = insert(MemorySweep).values(partnership_id=partnership_id, swept_to=to)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["partnership_id"],
            set_={"swept_to": row.excluded.swept_to},
            where=MemorySweep.swept_to < row.excluded.swept_to,
        )
    )


def say_that_it_is_due(
    session: Session, case_id: int, decision_id: int, *, public_url: str, now: datetime
) -> bool:
    """Tell the coordinator once that the day has come to look again at a decision of no further action."""
    case = queries.held_case(session, case_id)
    decision = session.get_one(Decision, decision_id)
    noted = session.scalar(
        insert(ReviewNotice)
        .values(decision_id=decision_id, at=now)
        .on_conflict_do_nothing()
        .returning(ReviewNotice.decision_id)
    )
    if noted is None or not waits(case, decision):
        return False
    words = letters.look_again_words(case, decision, link=f"{public_url}/cases/{case.reference}")
    telling.tell_coordinators(
        session, case, words, about=f"look again/{decision_id}", urgency=Urgency.ROUTINE, now=now
    )
    audit.record(
        session,
        "case due to be looked at again",
        f"case/{case.id}",
        actor="memory.look_again",
        partnership_id=case.partnership_id,
        detail={"decision": decision_id, "review_on": str(decision.review_on)},
    )
    return True
