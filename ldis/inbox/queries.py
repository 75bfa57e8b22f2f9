"""Questions of the inbox, always within one partnership: a page of the list, numbers, cases, what an address names."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge

from sqlalchemy import ColumnElement, Select, case, distinct, false, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from ldis.cases.models import Case, Evidence
from ldis.cases.rules import State
from ldis.inbox.asking import Question
from ldis.inbox.conditions import of_cases, of_reports, of_results
from ldis.inbox.rules import A_PAGE, MOST_COUNTED, Place
from ldis.people.models import Area
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import HarmLevel, tidy_reference

Thing = IncidentReport | LabResult

HARM_RANK = case(*((IncidentReport.harm_level == level, level.rank) for level in HarmLevel))
CASE_NUMBER = re.compile(r"\W*(\d{1,9})\W*", re.ASCII)


@dataclass(frozen=True)
class Page:
    """Part of the list, and where the next part begins if there is one."""

    things: Sequence[Thing]
    next: Place | None


@dataclass(frozen=True)
class Figure:
    """How many reports came from somewhere, and the worst harm among them."""

    key: str
    reports: int
    worst: HarmLevel


@dataclass(frozen=True)
class Gathered:
    """What a case holds, in numbers."""

    reports: int
    results: int
    worst: HarmLevel | None
    areas: Sequence[str]
    news: bool


def page_of(session: Session, question: Question, *, partnership_id: int, size: int = A_PAGE) -> Page:
    """Reports and results in one list, newest first, from the place that the question names."""
    reports: Iterable[Thing] = session.scalars(_reports(question, partnership_id).limit(size + 1))
    results: Iterable[Thing] = session.scalars(_results(question, partnership_id).limit(size + 1))
    found = list(merge(reports, results, key=place_of, reverse=True))
    shown = found[:size]
    return Page(shown, place_of(shown[-1]) if len(found) > size else None)


def everything(
    session: Session, question: Question, *, partnership_id: int, batch: int, at_most: int
) -> Iterator[Sequence[Thing]]:
    """The list from its beginning, some at a time, so that it need not be held whole."""
    left = at_most
    place: Place | None = None
    while left > 0:
        further = replace(question, after=place)
        page = page_of(session, further, partnership_id=partnership_id, size=min(batch, left))
        yield page.things
        session.expunge_all()
        left, place = left - len(page.things), page.next
        if place is None:
            return


def place_of(thing: Thing) -> Place:
    """Where something stands in the list."""
    return Place(thing.received_at, isinstance(thing, IncidentReport), thing.id)


def _reports(question: Question, partnership_id: int) -> Select[IncidentReport]:
    return (
        select(IncidentReport)
        .where(*of_reports(question, partnership_id=partnership_id))
        .options(joinedload(IncidentReport.area))
        .order_by(IncidentReport.received_at.desc(), IncidentReport.id.desc())
    )


def _results(question: Question, partnership_id: int) -> Select[LabResult]:
    return (
        select(LabResult)
        .where(*of_results(question, partnership_id=partnership_id))
        .options(joinedload(LabResult.area))
        .order_by(LabResult.received_at.desc(), LabResult.id.desc())
    )


def how_many(session: Session, question: Question, *, partnership_id: int, at_most: int = MOST_COUNTED) -> int:
    """How many reports and results there are in all, counted no further than one more than `at_most`."""
    whole = replace(question, after=None)
    kinds = (
        select(literal(1)).where(*of_reports(whole, partnership_id=partnership_id)).select_from(IncidentReport),
        select(literal(1)).where(*of_results(whole, partnership_id=partnership_id)).select_from(LabResult),
    )
    counts = [
        select(func.count()).select_from(kind.limit(at_most + 1).subquery()).scalar_subquery() for kind in kinds
    ]
    return min(sum(session.execute(select(*counts)).one()), at_most + 1)


def by_area(session: Session, question: Question, *, partnership_id: int) -> list[Figure]:
    """How many reports came from each area that sent any, and the worst harm."""
    return _by(session, IncidentReport.area_code, of_reports(question, partnership_id=partnership_id))


def by_postcode(session: Session, question: Question, *, partnership_id: int) -> list[Figure]:
    """The same by the first half of the postcode; without one, the key is empty."""
    return _by(session, IncidentReport.outward_postcode, of_reports(question, partnership_id=partnership_id))


def _by(session: Session, key: InstrumentedAttribute[str], wanted: list[ColumnElement[bool]]) -> list[Figure]:
    rows = session.execute(
        select(key, func.count(), func.max(HARM_RANK)).where(*wanted).group_by(key).order_by(key)
    )
    return [Figure(name, count, list(HarmLevel)[rank]) for name, count, rank in rows]


def cases_in(
    session: Session, question: Question, states: Collection[State], *, partnership_id: int, at_most: int
) -> Sequence[Case]:
    """Cases in these states that are asked for: those with risk to life first, then the oldest; closed, the latest."""
    oldest_first = (Case.risk_to_life.desc(), Case.opened_at, Case.id)
    latest_first = (Case.opened_at.desc(), Case.id.desc())
    return session.scalars(
        select(Case)
        .where(*of_cases(question, partnership_id=partnership_id), Case.state.in_(states))
        .options(selectinload(Case.decisions))
        .order_by(*(latest_first if State.CLOSED in states else oldest_first))
        .limit(at_most + 1)
    ).all()


def gathered_by(
    session: Session, cases: Collection[Case], news: Collection[int], *, partnership_id: int
) -> dict[int, Gathered]:
    """What each case holds, by its number in the database; `news` are the reports to which something was added."""
    rows = session.execute(
        select(
            Evidence.case_id,
            func.count(Evidence.report_id),
            func.count(Evidence.lab_result_id),
            func.max(HARM_RANK),
            func.array_remove(func.array_agg(distinct(Area.name)), None),
            func.coalesce(func.bool_or(Evidence.report_id.in_(news)), false()),
        )
        .join(Case, Case.id == Evidence.case_id)
        .outerjoin(IncidentReport, IncidentReport.id == Evidence.report_id)
        .outerjoin(Area, Area.code == IncidentReport.area_code)
        .where(Case.partnership_id == partnership_id, Evidence.case_id.in_([one.id for one in cases]))
        .group_by(Evidence.case_id)
    )
    return {
        number: Gathered(reports, results, None if rank is None else list(HarmLevel)[rank], areas, unread)
        for number, reports, results, rank, areas, unread in rows
    }


def cases_of(session: Session, things: Collection[Thing], *, partnership_id: int) -> dict[str, Case]:
    """The case that each of these is part of, by the reference of the report or result."""
    references = {(isinstance(one, IncidentReport), one.id): one.reference for one in things}
    rows = session.execute(
        select(Evidence.report_id, Evidence.lab_result_id, Case)
        .join(Case, Case.id == Evidence.case_id)
        .where(
            Case.partnership_id == partnership_id,
            Evidence.report_id.in_([number for is_report, number in references if is_report])
            | Evidence.lab_result_id.in_([number for is_report, number in references if not is_report]),
        )
    )
    return {references[report is not None, report or result or 0]: found for report, result, found in rows}


def named_by(session: Session, words: str, *, prefix: str, partnership_id: int) -> Thing | Case | None:
    """The report, the result or the case whose reference this is, however it is spaced and cased."""
    tidied = tidy_reference(words)
    if tidied is not None:
        sent = (
            session.scalar(select(kind).where(kind.reference == tidied, kind.partnership_id == partnership_id))
            for kind in (IncidentReport, LabResult)
        )
        found = next(filter(None, sent), None)
        if isinstance(found, IncidentReport | LabResult):
            return found
    start, rest = words.strip()[: len(prefix)], words.strip()[len(prefix) :]
    number = CASE_NUMBER.fullmatch(rest)
    if start.upper() != prefix or number is None:
        return None
    return session.scalar(select(Case).where(Case.number == int(number[1]), Case.partnership_id == partnership_id))
