"""What the inbox and the map show, gathered from queries and rules and put into words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.cases import queries as review
from ldis.cases.clock import due_at
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.cases.rules import State
from ldis.clocks.queries import next_due
from ldis.deadlines import assess_by
from ldis.followup import queries as followup
from ldis.inbox import queries
from ldis.inbox.asking import Question
from ldis.inbox.queries import Figure, Gathered, Thing
from ldis.inbox.rules import NO_POSTCODE, Filters, Kind, Standing, bounded, in_address, waited
from ldis.inbox.schemas import NOWHERE, in_words
from ldis.inbox.tiles import Board, Square, laid_out
from ldis.people.models import Partnership
from ldis.signals import queries as signal_queries
from ldis.signals import views as signals
from ldis.signals.rules import Disposition
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import RISK_TO_LIFE, HarmLevel
from ldis.substances.catalogue import SubstanceClass
from ldis.worktime import LONDON

WITH_US = (State.RECEIVED, State.TRIAGE, State.DECIDED)
WITH_OTHERS = (State.CORROBORATION, State.WITH_PANEL)
MOST_CASES = 50
MOST_CLOSED = 10


@dataclass(frozen=True)
class Row:
    """One report or result."""

    kind: Kind
    reference: str
    title: str
    substance: str
    harm: HarmLevel | None
    area: str
    at: datetime
    waited: str
    due_at: datetime | None
    alike: int
    news: bool
    case: Case | None


@dataclass(frozen=True)
class CaseRow:
    """One case and what it holds."""

    case: Case
    holds: Gathered
    waited: str
    due_at: datetime | None


@dataclass(frozen=True)
class CaseList:
    """Some cases, and whether there are more of them."""

    rows: Sequence[CaseRow]
    more: bool

    @property
    def count(self) -> str:
        """How many, as far as they were counted."""
        return f"more than {len(self.rows)}" if self.more else str(len(self.rows))


@dataclass(frozen=True)
class Chip:
    """A filter that is in force, and the address without it."""

    words: str
    without: Mapping[str, str]


def inbox_page(
    session: Session, question: Question, place: Partnership, *, policy: Policy, now: datetime
) -> dict[str, Any]:
    """The three columns: what came in, the cases that wait for the coordinator, those that wait for others."""
    here = {"partnership_id": place.id}
    page = queries.page_of(session, question, **here)
    filters = question.filters
    closed_too = filters.standing in (Standing.CLOSED, Standing.ALL)
    return {
        "rows": _rows(session, page.things, policy=policy, now=now, **here),
        "count": bounded(queries.how_many(session, question, **here)),
        "more": in_address(filters.with_(after=page.next.mark)) if page.next else None,
        "with_us": _cases(session, question, WITH_US, place, policy=policy, now=now),
        "with_others": _cases(session, question, WITH_OTHERS, place, policy=policy, now=now),
        "closed": _cases(
            session,
            question,
            (State.CLOSED,),
            place,
            policy=policy,
            now=now,
            at_most=MOST_CASES if closed_too else MOST_CLOSED,
        ),
        "due": review.due_for_another_look(session, today=now.astimezone(LONDON).date(), **here),
        "signals": signals.rows(session, signal_queries.signals_of(session, [Disposition.NEW], **here)),
        "now": now,
        **filters_shown(filters, place),
    }


def filters_shown(filters: Filters, place: Partnership) -> dict[str, Any]:
    """The filters in force in words, and as addresses and forms carry them."""
    asked = in_address(filters.with_())
    said = in_words(filters, areas=place.area_names)
    return {
        "filters": filters,
        "asked": asked,
        "chips": [
            Chip(words, {key: value for key, value in asked.items() if key != name}) for name, words in said
        ],
    }


def _rows(
    session: Session, things: Sequence[Thing], *, policy: Policy, now: datetime, partnership_id: int
) -> list[Row]:
    reports = [thing for thing in things if isinstance(thing, IncidentReport)]
    alike = submissions.how_many_alike(session, reports, partnership_id=partnership_id)
    news = followup.reports_with_news(session, partnership_id=partnership_id)
    cases = queries.cases_of(session, things, partnership_id=partnership_id)
    rows = []
    for thing in things:
        case = cases.get(thing.reference)
        if isinstance(thing, IncidentReport):
            row = _report_row(
                thing, case, policy=policy, now=now, alike=alike.get(thing.id, 0), news=thing.id in news
            )
            rows.append(row)
        else:
            rows.append(_result_row(thing, case, now=now))
    return rows


def _report_row(
    report: IncidentReport, case: Case | None, *, policy: Policy, now: datetime, alike: int, news: bool
) -> Row:
    at_risk = report.harm_level in RISK_TO_LIFE
    return Row(
        kind=Kind.REPORT,
        reference=report.reference,
        title=report.sold_as,
        substance=label_of(report.substance_class),
        harm=report.harm_level,
        area=", ".join(part for part in (report.area.name, report.outward_postcode) if part),
        at=report.received_at,
        waited="" if case else waited(report.received_at, now, risk_to_life=at_risk),
        due_at=None if case else assess_by(report.received_at, risk_to_life=at_risk, clocks=policy.clocks),
        alike=alike,
        news=news,
        case=case,
    )


def _result_row(result: LabResult, case: Case | None, *, now: datetime) -> Row:
    found = ", ".join(component.substance for component in result.components) or result.finding.value
    return Row(
        kind=Kind.RESULT,
        reference=result.reference,
        title=f"{result.sold_as or 'Sample'}: {found}",
        substance="" if result.substance_class == SubstanceClass.UNKNOWN else label_of(result.substance_class),
        harm=None,
        area=", ".join(part for part in (result.area.name if result.area else "", result.laboratory) if part),
        at=result.received_at,
        waited="" if case else waited(result.received_at, now, risk_to_life=False),
        due_at=None,
        alike=0,
        news=False,
        case=case,
    )


def label_of(substance_class: str) -> str:
    """A class as people read it."""
    return SubstanceClass(substance_class).label


def _cases(
    session: Session,
    question: Question,
    states: Collection[State],
    place: Partnership,
    *,
    policy: Policy,
    now: datetime,
    at_most: int = MOST_CASES,
) -> CaseList:
    found = queries.cases_in(session, question, states, partnership_id=place.id, at_most=at_most)
    shown = found[:at_most]
    news = followup.reports_with_news(session, partnership_id=place.id)
    due = next_due(session, shown, partnership_id=place.id)
    holds = queries.gathered_by(session, shown, news, partnership_id=place.id)
    rows = [
        CaseRow(
            case=case,
            holds=holds[case.id],
            waited=waited(case.opened_at, now, risk_to_life=case.risk_to_life),
            due_at=due.get(case.id) or due_at(case, policy),
        )
        for case in shown
    ]
    return CaseList(rows, more=len(found) > at_most)


def map_page(session: Session, question: Question, place: Partnership) -> dict[str, Any]:
    """The tile map and the same as a table: by area, or by first halves of postcodes where one area is looked at."""
    codes = place.area_names
    area = question.filters.area or (next(iter(codes)) if len(codes) == 1 else "")
    if area:
        squares = [_of_postcode(one) for one in queries.by_postcode(session, question, partnership_id=place.id)]
        spots = {}
    else:
        found = {one.key: one for one in queries.by_area(session, question, partnership_id=place.id)}
        squares = [_of_area(code, name, found.get(code)) for code, name in codes.items()]
        squares += [_of_area(code, code, one) for code, one in found.items() if code not in codes]
        spots = {
            one.code: (one.tile_column, one.tile_row)
            for one in place.areas
            if one.tile_column is not None and one.tile_row is not None
        }
    board: Board = laid_out(squares, spots)
    narrowed = "postcode" if area else "area"
    return {
        "board": board,
        "squares": sorted(squares, key=lambda one: (-one.reports, one.name)),
        "total": sum(one.reports for one in squares),
        "by": "first half of postcode" if area else "area",
        "area_name": codes.get(area, ""),
        "only_area": len(codes) == 1,
        "inbox_of": lambda square: in_address(question.filters.with_(kind=Kind.REPORT, **{narrowed: square.key})),
        "whole_inbox": in_address(question.filters.with_(kind=Kind.REPORT)),
        **filters_shown(question.filters.with_(kind=None), place),
    }


def _of_area(code: str, name: str, found: Figure | None) -> Square:
    return Square(code, name, found.reports if found else 0, found.worst if found else None)


def _of_postcode(found: Figure) -> Square:
    return Square(found.key or NO_POSTCODE, found.key or NOWHERE, found.reports, found.worst)
