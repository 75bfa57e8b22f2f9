"""Questions of memory: what came in, which cases it may bring back, which are due for another look."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from ldis.cases.models import Case, Decision, Evidence, Recall
from ldis.cases.rules import Outcome, State
from ldis.memory.models import MemorySweep, ReviewNotice
from ldis.memory.rules import CameIn, Kept
from ldis.people.models import Area
from ldis.submissions.likeness import markings_in
from ldis.submissions.models import MARKING_KEY, IncidentReport, LabResult, speaks_for_itself
from ldis.submissions.rules import marking_key
from ldis.substances.catalogue import SAYS_LITTLE

ENDED = (State.DECIDED, State.CLOSED)


def swept_to(session: Session, *, partnership_id: int) -> datetime | None:
    """Up to when what came in has been looked at."""
    return session.scalar(select(MemorySweep.swept_to).where(MemorySweep.partnership_id == partnership_id))


def came_in(session: Session, *, since: datetime, partnership_id: int) -> list[CameIn]:
    """Reports that speak for themselves and results that came in since then."""
    reports = session.execute(
        select(IncidentReport, Area.name)
        .join(Area, Area.code == IncidentReport.area_code)
        .where(
            IncidentReport.partnership_id == partnership_id,
            IncidentReport.received_at > since,
            speaks_for_itself(),
        )
        .order_by(IncidentReport.id)
    )
    results = session.scalars(
        select(LabResult)
        .where(LabResult.partnership_id == partnership_id, LabResult.received_at > since)
        .options(joinedload(LabResult.area))
        .order_by(LabResult.id)
    )
    return [*(_report(one, area) for one, area in reports), *(_result(one) for one in results)]


def _report(report: IncidentReport, area: str) -> CameIn:
    return CameIn(
        kind="reports",
        id=report.id,
        reference=report.reference,
        received_at=report.received_at,
        substance_class=report.substance_class,
        area_code=report.area_code,
        area=area,
        markings=report.markings or markings_in(report.sold_as, report.details),
    )


def _result(result: LabResult) -> CameIn:
    area = result.area
    return CameIn(
        kind="results",
        id=result.id,
        reference=result.reference,
        received_at=result.received_at,
        substance_class=result.substance_class,
        area_code=area.code if area else "",
        area=area.name if area else "",
        markings="",
    )


def kept_like(
    session: Session, things: Sequence[CameIn], *, decided_since: datetime, partnership_id: int
) -> list[Kept]:
    """The evidence, as far as it is like any of these, of cases whose decision of no further action stands."""
    kinds = {(one.substance_class, one.area_code) for one in things if one.substance_class not in SAYS_LITTLE}
    markings = {marking_key(one.markings) for one in things} - {""}
    found: list[Kept] = []
    for source, on, wanted, marking in _sources(kinds, markings):
        rows = session.execute(
            _standing(partnership_id)
            .join(Evidence, Evidence.case_id == Case.id)
            .join(source, on)
            .add_columns(source.substance_class, source.area_code, marking)
            .where(Decision.decided_at > decided_since, wanted)
        )
        found += [
            Kept(case_id, decision_id, at, kind, area or "", key)
            for case_id, decision_id, at, kind, area, key in rows
        ]
    return found


def _sources(
    kinds: set[tuple[str, str]], markings: set[str]
) -> Iterator[
    tuple[type[IncidentReport] | type[LabResult], ColumnElement[bool], ColumnElement[bool], ColumnElement[str]]
]:
    of_report = tuple_(IncidentReport.substance_class, IncidentReport.area_code).in_(kinds)
    marked = and_(IncidentReport.markings != "", MARKING_KEY.in_(markings))
    yield IncidentReport, IncidentReport.id == Evidence.report_id, or_(of_report, marked), MARKING_KEY
    of_result = tuple_(LabResult.substance_class, LabResult.area_code).in_(kinds)
    yield LabResult, LabResult.id == Evidence.lab_result_id, of_result, literal("")


def _standing(partnership_id: int | None) -> Select[int, int, datetime]:
    """Cases that ended in no further action, by the decision that stands."""
    later = aliased(Decision)
    here = [] if partnership_id is None else [Case.partnership_id == partnership_id]
    return (
        select(Case.id, Decision.id, Decision.decided_at)
        .select_from(Case)
        .join(Decision, Decision.case_id == Case.id)
        .where(
            *here,
            Case.state.in_(ENDED),
            Case.merged_into_id.is_(None),
            Decision.outcome == Outcome.NO_ACTION,
            Decision.round == Case.round,
            ~exists().where(later.case_id == Case.id, later.id > Decision.id),
        )
    )


def has_recalled(session: Session, case: Case, thing: CameIn, *, partnership_id: int) -> bool:
    """Whether this report or result has brought the case back before, or is part of it."""
    report = thing.kind == "reports"
    recall = Recall.report_id if report else Recall.lab_result_id
    evidence = Evidence.report_id if report else Evidence.lab_result_id
    brought_back = exists().where(Recall.case_id == case.id, recall == thing.id)
    part_of_it = exists().where(Evidence.case_id == case.id, evidence == thing.id)
    here = (Case.id == case.id, Case.partnership_id == partnership_id)
    return bool(session.scalar(select(brought_back | part_of_it).select_from(Case).where(*here)))


def decisions_to_look_at(session: Session, *, today: date) -> Sequence[tuple[int, int]]:
    """Cases by their decision of no further action whose day to be looked at again has come, and not told yet."""
    rows = session.execute(
        _standing(None)
        .where(Decision.review_on <= today, ~exists().where(ReviewNotice.decision_id == Decision.id))
        .order_by(Decision.review_on, Decision.id)
    )
    return [(case_id, decision_id) for case_id, decision_id, _ in rows]


def held_case(session: Session, case_id: int) -> Case:
    """The case with this number in the database, held until the transaction ends."""
    return session.scalars(
        select(Case).where(Case.id == case_id).with_for_update(of=Case).execution_options(populate_existing=True)
    ).one()
