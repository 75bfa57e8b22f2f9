"""Questions that only the page of a case asks, always within one partnership.

Each way in which cases can be alike is a walk along one index that ends after so many reports, so that asking costs
the same however much there is.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from ldis.casefile.traits import Traits
from ldis.cases.models import Case, Evidence
from ldis.cases.rules import State
from ldis.people.models import Organisation
from ldis.submissions.models import MARKING_KEY, IncidentReport, LabResult

FURTHEST = 300
"""How many reports or results one way looks at, the newest first."""

MOST_SHOWN = 5
ENDED = (State.DECIDED, State.CLOSED)


@dataclass(frozen=True)
class Earlier:
    """A case that ended, and why it is like the one that is looked at."""

    case: Case
    why: Sequence[str]


def earlier_cases(session: Session, case: Case, traits: Traits, *, partnership_id: int) -> list[Earlier]:
    """Ended cases like this one, those most like it and the newest first; no more than can be read."""
    ways = list(_ways(traits, partnership_id))
    if not ways:
        return []
    alike = union_all(*ways).subquery()
    why = func.array_agg(func.distinct(alike.c.why)).label("why")
    rows = session.execute(
        select(Case, why)
        .select_from(alike)
        .join(Case, Case.id == alike.c.case_id)
        .where(
            Case.partnership_id == partnership_id,
            Case.id != case.id,
            Case.state.in_(ENDED),
            Case.merged_into_id.is_(None),
        )
        .group_by(Case.id)
        .order_by(func.count(func.distinct(alike.c.why)).desc(), Case.opened_at.desc(), Case.id.desc())
        .limit(MOST_SHOWN)
        .options(selectinload(Case.decisions))
    )
    return [Earlier(found, sorted(words)) for found, words in rows]


def _ways(traits: Traits, partnership_id: int) -> Iterator[Select[int, str]]:
    """The cases that hold something alike, each with the reason; one walk along an index for each trait."""
    reports = select(IncidentReport.id).where(IncidentReport.partnership_id == partnership_id).limit(FURTHEST)
    results = select(LabResult.id).where(LabResult.partnership_id == partnership_id).limit(FURTHEST)
    for kind in traits.kinds:
        of_kind = reports.where(
            IncidentReport.area_code == kind.area_code, IncidentReport.substance_class == kind.substance_class
        )
        newest = (IncidentReport.happened_on.desc(), IncidentReport.id.desc())
        yield _holding(Evidence.report_id, of_kind.order_by(*newest), kind.words)
        found = results.where(
            LabResult.area_code == kind.area_code, LabResult.substance_class == kind.substance_class
        )
        yield _holding(Evidence.lab_result_id, found.order_by(LabResult.id.desc()), kind.words)
    for key, words in traits.markings:
        marked = reports.where(IncidentReport.markings != "", MARKING_KEY.in_([key]))
        yield _holding(Evidence.report_id, marked, f"Same marking: {words}")
    for code, name in traits.names:
        named = reports.where(IncidentReport.searchable.op("@@")(cast(f"'substance:{code}'", TSQUERY)))
        yield _holding(Evidence.report_id, named, f"Sold as the same: {name}")


def _holding(evidence: InstrumentedAttribute[int | None], things: Select[int], why: str) -> Select[int, str]:
    alike = things.subquery()
    return select(Evidence.case_id, literal(why).label("why")).join(alike, evidence == alike.c.id)


def is_new_here(
    session: Session,
    substance_class: str,
    *,
    areas: Collection[str],
    but: Collection[int],
    since: date,
    partnership_id: int,
) -> bool:
    """Whether no other report of these areas has named this kind of drug since then; `but` are reports left out."""
    seen = session.scalar(
        select(IncidentReport.id)
        .where(
            IncidentReport.partnership_id == partnership_id,
            IncidentReport.area_code.in_(areas),
            IncidentReport.substance_class == substance_class,
            IncidentReport.happened_on >= since,
            IncidentReport.id.not_in(but),
        )
        .limit(1)
    )
    return seen is None


def sectors_of(session: Session, names: Collection[str], *, partnership_id: int) -> dict[str, str]:
    """The sector of each organisation that the partnership knows by this name."""
    rows = session.execute(
        select(Organisation.name, Organisation.sector).where(
            Organisation.partnership_id == partnership_id, Organisation.name.in_(names)
        )
    )
    return {name: sector.value for name, sector in rows}
