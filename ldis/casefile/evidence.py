"""What the page of a case says of its evidence besides showing it: in short, in time, in place, against itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ldis.casefile import queries
from ldis.casefile.contradictions import Account, Analysis, contradictions
from ldis.casefile.facts import Brief, brief_of
from ldis.casefile.timeline import Event, timeline_of
from ldis.casefile.traits import traits_of
from ldis.cases.models import Case
from ldis.cases.service import reports_of
from ldis.followup.views import heard_about
from ldis.inbox.tiles import Board, Square, laid_out
from ldis.issuing.drafting import gravest, in_a_sentence, in_force
from ldis.people import queries as people
from ldis.people.models import Partnership
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import Finding
from ldis.substances.access import known_names
from ldis.substances.catalogue import SAYS_LITTLE, SubstanceClass
from ldis.substances.names import Names
from ldis.substances.rules import match

A_YEAR = timedelta(days=365)


def evidence_page(
    session: Session,
    case: Case,
    merged: Mapping[int, Sequence[IncidentReport]],
    *,
    may_see: bool,
    now: datetime,
) -> dict[str, Any]:
    """What is added to the page of one case. `merged` are the reports that others of the case speak for."""
    others = [one for several in merged.values() for one in several]
    spoken_for = {one.id for one in others}
    gathered = reports_of(case)
    results = [one.lab_result for one in case.evidence if one.lab_result is not None]
    speaking = [one for one in gathered if one.id not in spoken_for]
    every = list({one.id: one for one in (*gathered, *others)}.values())
    place = people.partnership_numbered(session, case.partnership_id)
    names = known_names(place.place)
    board, squares = _where(place, speaking)
    return {
        "brief": _in_short(session, case, speaking, in_force(results), now=now),
        "contradictions": contradictions(
            [_account(one) for one in every], [_analysis(one, names) for one in results]
        ),
        "events": _events(session, case, every, results, may_see=may_see),
        "board": board,
        "squares": squares,
        "earlier": queries.earlier_cases(
            session, case, traits_of(speaking, results), partnership_id=case.partnership_id
        ),
    }


def _events(
    session: Session,
    case: Case,
    reports: Sequence[IncidentReport],
    results: Sequence[LabResult],
    *,
    may_see: bool,
) -> list[Event]:
    organisations = {one.reporter_organisation for one in reports if one.reporter_organisation}
    sectors = queries.sectors_of(session, organisations, partnership_id=case.partnership_id)
    return timeline_of(case, reports, results, heard_about(session, reports), sectors, may_see=may_see)


def _in_short(
    session: Session,
    case: Case,
    reports: Sequence[IncidentReport],
    results: Sequence[LabResult],
    *,
    now: datetime,
) -> Brief:
    kind = gravest([*(one.substance_class for one in reports), *(one.substance_class for one in results)])
    new_here = ""
    if kind not in SAYS_LITTLE and reports:
        is_new = queries.is_new_here(
            session,
            kind.value,
            areas={one.area_code for one in reports},
            but=[one.report_id for one in case.evidence if one.report_id],
            since=(now - A_YEAR).date(),
            partnership_id=case.partnership_id,
        )
        new_here = kind.value if is_new else ""
    return brief_of(reports, results, new_here=new_here)


def _where(place: Partnership, reports: Sequence[IncidentReport]) -> tuple[Board, list[Square]]:
    """The areas of the partnership, those of the case's reports with their number and worst harm."""
    here: dict[str, list[IncidentReport]] = defaultdict(list)
    for one in reports:
        here[one.area_code].append(one)
    areas = {area.code: area for area in place.areas}
    areas |= {one.area_code: one.area for one in reports}
    squares = [
        Square(
            code,
            area.name,
            len(here[code]),
            max((one.harm_level for one in here[code]), key=lambda level: level.rank, default=None),
        )
        for code, area in areas.items()
    ]
    spots = {
        code: (area.tile_column, area.tile_row)
        for code, area in areas.items()
        if area.tile_column is not None and area.tile_row is not None
    }
    return laid_out(squares, spots), sorted(squares, key=lambda one: (-one.reports, one.name))


def _account(report: IncidentReport) -> Account:
    matches = report.read_as.get("matches", [])
    return Account(
        reference=report.reference,
        sold_as=report.sold_as,
        substances=frozenset(one["name"] for one in matches),
        classes=frozenset(SubstanceClass(one["class"]) for one in matches),
        colour=report.colour,
        markings=report.markings,
    )


def _analysis(result: LabResult, names: Names) -> Analysis:
    return Analysis(
        reference=result.reference,
        stage=result.stage,
        technique=result.technique,
        sample=f"{result.laboratory}/{result.sample_reference}",
        report=result.report.reference if result.report else "",
        sold_as=frozenset(one.substance_class for one in match(result.sold_as, names).substances),
        found=tuple(
            (in_a_sentence(one.read_as or one.substance), SubstanceClass(one.substance_class))
            for one in result.components
        ),
        identified=result.finding is not Finding.UNABLE,
    )
