"""Whatever partners answer, in whatever order and however often: the latest counts once, of all who were asked."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.corroboration import queries, service
from ldis.corroboration.models import PartnerAnswer
from ldis.corroboration.rules import How, Sighting, count, count_by
from ldis.corroboration.schemas import Word
from ldis.db import utc_now
from tests.integration.cases.table import CaseTable

STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(Sighting), st.sampled_from(["", "By the quay."])), max_size=14
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_the_latest_answer_of_each_counts_once_and_the_denominator_holds(
    db: Session, table: CaseTable, case: Case, open_question: str, steps: Sequence[tuple[int, Sighting, str]]
) -> None:
    with db.begin_nested() as undo:
        (question,) = queries.questions_about(db, case)
        everybody = queries.asked_by(db, question)
        latest: dict[int, tuple[Sighting, str]] = {}
        kept = 0
        for place, sighting, note in steps:
            service.answer(db, everybody[place], Word(sighting=sighting, note=note), how=How.LINK, now=utc_now())
            said, before = latest.get(place, (None, ""))
            if said is not sighting or note not in ("", before):
                latest[place] = (sighting, note)
                kept += 1
        told = queries.told(db, case, [question])[question.id]
        whole = count(told)
        assert (whole.asked, whole.answered) == (3, len(latest))
        assert whole.seen + whole.not_seen + whole.heard == whole.answered
        for sighting, number in zip(Sighting, (whole.seen, whole.not_seen, whole.heard), strict=True):
            assert number == sum(said is sighting for said, _ in latest.values())
        for parts in (count_by(told, lambda one: one.sector), count_by(told, lambda one: one.area)):
            assert sum(part.asked for _, part in parts) == 3
            assert sum(part.answered for _, part in parts) == whole.answered
        assert db.scalar(select(func.count()).select_from(PartnerAnswer)) == kept
        undo.rollback()
    db.expire_all()
