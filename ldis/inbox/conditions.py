"""A question as conditions on rows: what a report, a result or a case must be like to be shown."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Text,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY, array
from sqlalchemy.orm import InstrumentedAttribute, aliased

from ldis.cases.models import Case, Evidence
from ldis.cases.rules import State
from ldis.inbox.asking import Question
from ldis.inbox.rules import NO_POSTCODE, Kind, Standing
from ldis.inbox.words import Term
from ldis.submissions.models import IncidentReport, LabComponent, LabResult, speaks_for_itself
from ldis.submissions.queries import ALIKE_DAYS
from ldis.submissions.rules import HarmLevel
from ldis.substances.catalogue import Substance

Condition = ColumnElement[bool]

ENGLISH = cast(literal("english"), REGCONFIG)
UNDECIDED = IncidentReport.status != literal_column("'decided'")  # written out, so that the partial index serves
STATES = {
    Standing.IN_CASE: (State.RECEIVED, State.TRIAGE, State.CORROBORATION, State.WITH_PANEL),
    Standing.DECIDED: (State.DECIDED,),
    Standing.CLOSED: (State.CLOSED,),
}


def of_reports(question: Question, *, partnership_id: int) -> list[Condition]:
    """What a report must be like."""
    if question.filters.kind is Kind.RESULT:
        return [false()]
    return [
        IncidentReport.partnership_id == partnership_id,
        *_report_stands(question.filters.standing),
        *report_says(question),
        *([_has_one_alike()] if question.filters.alike else []),
        *_follows(question, IncidentReport, is_report=True),
    ]


def of_results(question: Question, *, partnership_id: int) -> list[Condition]:
    """What a result must be like. What only a report can say of itself is said by no result."""
    asked = question.filters
    only_reports = (asked.harm, asked.setting, asked.postcode, asked.alike)
    if asked.kind is Kind.REPORT or any(one for one in only_reports):
        return [false()]
    return [
        LabResult.partnership_id == partnership_id,
        *_stands_in_case(asked.standing, Evidence.lab_result_id == LabResult.id),
        *result_says(question),
        *_follows(question, LabResult, is_report=False),
    ]


def of_cases(question: Question, *, partnership_id: int) -> list[Condition]:
    """What a case must be like: called so itself, or holding something that is asked for.

    That a report looks like others is a question about what came in; it leaves no case out.
    """
    here = Case.partnership_id == partnership_id
    if not question.filters.with_(alike=False).says_anything:
        return [here]
    reports = exists().where(
        Evidence.case_id == Case.id, Evidence.report_id == IncidentReport.id, *report_says(question)
    )
    results = exists().where(
        Evidence.case_id == Case.id, Evidence.lab_result_id == LabResult.id, *result_says(question)
    )
    asked = question.filters
    holds = reports if any((asked.harm, asked.setting, asked.postcode)) else or_(reports, results)
    return [here, or_(holds, _called(question)) if _words_alone(question) else holds]


def _called(question: Question) -> Condition:
    named = func.words_of(array([cast(Case.title, Text), cast(Case.reference, Text)]))
    return named.op("@@")(_all_of(question.terms, with_codes=False))


def _words_alone(question: Question) -> bool:
    """Whether nothing but words is asked: a case's name says nothing of the rest."""
    return bool(question.terms) and not question.filters.with_(words="", alike=False).says_anything


def report_says(question: Question) -> Iterator[Condition]:
    """What the report itself must say."""
    asked = question.filters
    yield from _came_in(question, IncidentReport)
    yield from _fits(IncidentReport.area_code, asked.area)
    yield from _fits(IncidentReport.setting, asked.setting)
    if asked.postcode:
        wanted = "" if asked.postcode.lower() == NO_POSTCODE else asked.postcode.upper()
        yield IncidentReport.outward_postcode == wanted
    if asked.harm:
        yield IncidentReport.harm_level.in_([level for level in HarmLevel if level.rank >= asked.harm.rank])
    if question.substances:
        yield IncidentReport.searchable.op("@@")(_any_of(question.substances))
    if question.terms:
        yield IncidentReport.searchable.op("@@")(_all_of(question.terms))


def result_says(question: Question) -> Iterator[Condition]:
    """What the result itself must say, or one of the components that were found."""
    yield from _came_in(question, LabResult)
    yield from _fits(LabResult.area_code, question.filters.area)
    if question.substances:
        names = [each.name for each in question.substances]
        yield LabResult.id.in_(select(LabComponent.lab_result_id).where(LabComponent.read_as.in_(names)))
    for term in question.terms:
        yield LabResult.id.in_(_results_with(term))


def _results_with(term: Term) -> CompoundSelect[int]:
    """The results that say a term or in which it was found: by several indices, one for each way."""
    words = _query(term)
    ways = [
        select(LabResult.id).where(LabResult.searchable.op("@@")(words)),
        select(LabComponent.lab_result_id).where(LabComponent.searchable.op("@@")(words)),
    ]
    if term.substances:
        names = [each.name for each in term.substances]
        ways.append(select(LabComponent.lab_result_id).where(LabComponent.read_as.in_(names)))
    if term.areas:
        ways.append(select(LabResult.id).where(LabResult.area_code.in_(term.areas)))
    return union_all(*ways)


def _came_in(question: Question, kind: type[IncidentReport] | type[LabResult]) -> Iterator[Condition]:
    """When, by which way, and of which class: what reports and results have alike."""
    asked = question.filters
    yield from _fits(kind.substance_class, asked.substance_class)
    if asked.source:
        yield kind.received_by.startswith(asked.source.value)
    if question.since:
        yield kind.received_at >= question.since
    if question.until:
        yield kind.received_at < question.until


def _fits(column: InstrumentedAttribute[Any], wanted: object) -> Iterator[Condition]:
    if wanted:
        yield column == wanted


def _report_stands(standing: Standing) -> Iterator[Condition]:
    """How far a report has got. A new one is in no case, speaks for itself, and nobody has decided about it."""
    if standing is Standing.NEW:
        yield UNDECIDED
        yield speaks_for_itself()
    yield from _stands_in_case(standing, Evidence.report_id == IncidentReport.id)


def _stands_in_case(standing: Standing, is_evidence: Condition) -> Iterator[Condition]:
    if standing is Standing.NEW:
        yield ~exists().where(is_evidence)
    elif standing is not Standing.ALL:
        yield exists().where(is_evidence, Evidence.case_id == Case.id, Case.state.in_(STATES[standing]))


def _has_one_alike() -> Condition:
    """That another report looks like it, as `submissions.queries.how_many_alike` counts them.

    Asked row by row: joined, the reports of one drug in one area would all be compared with each other.
    """
    other = aliased(IncidentReport)
    found = select(other.id).where(
        other.partnership_id == IncidentReport.partnership_id,
        other.area_code == IncidentReport.area_code,
        other.substance_class == IncidentReport.substance_class,
        other.happened_on.between(
            IncidentReport.happened_on - ALIKE_DAYS.days, IncidentReport.happened_on + ALIKE_DAYS.days
        ),
        other.id != IncidentReport.id,
    )
    return found.correlate(IncidentReport).limit(1).scalar_subquery().is_not(None)


def _follows(
    question: Question, kind: type[IncidentReport] | type[LabResult], *, is_report: bool
) -> Iterator[Condition]:
    """That it stands after the place where the last page ended. Of one moment, reports come first."""
    after = question.after
    if after is None:
        return
    if after.is_report == is_report:
        yield tuple_(kind.received_at, kind.id) < (after.at, after.id)
    elif is_report:
        yield kind.received_at < after.at
    else:
        yield kind.received_at <= after.at


def _all_of(terms: Sequence[Term], *, with_codes: bool = True) -> ColumnElement[Any]:
    """Every term must be found."""
    whole = _query(terms[0], with_codes=with_codes)
    for term in terms[1:]:
        whole = whole.op("&&")(_query(term, with_codes=with_codes))
    return whole


def _query(term: Term, *, with_codes: bool = False) -> ColumnElement[Any]:
    words = func.to_tsquery(ENGLISH, term.as_query, type_=TSQUERY)
    return words.op("||")(cast(literal(term.as_codes), TSQUERY)) if with_codes and term.as_codes else words


def _any_of(substances: Sequence[Substance]) -> ColumnElement[Any]:
    return cast(literal(" | ".join(f"'substance:{each.code}'" for each in substances)), TSQUERY)
