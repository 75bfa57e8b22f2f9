"""Synthetic history of any size, the same for the same seed: for demonstrations, back-tests and benchmarks.

Rows are inserted by the thousand instead of one report at a time through the service, and the audit record gets
one entry that says so, with the seed from which the whole can be made again: a hundred thousand entries for
things that nobody did would bury what people did do.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Table, exists, func, insert, select
from sqlalchemy.orm import Session

from config import substances as substances_file
from ldis.audit import service as audit
from ldis.demonstration.history import History, Imagined
from ldis.errors import Invalid
from ldis.people import queries as people
from ldis.people.models import Partnership
from ldis.submissions import repeats, reports
from ldis.submissions.models import IncidentReport, LabComponent, LabResult, submission_numbers
from ldis.submissions.rules import Finding, Status, reference_for
from ldis.submissions.schemas import IncidentForm, LabResultForm
from ldis.substances.catalogue import Substance, SubstanceClass, gravest, read_catalogue
from ldis.substances.names import Names
from ldis.substances.rules import Component, Matching, expected_versus_found, match

BY = "simulation"
AT_ONCE = 1000
NUMBERS_IN_A_BLOCK = 20

REPORTS, RESULTS, COMPONENTS = (
    cast(Table, model.__table__) for model in (IncidentReport, LabResult, LabComponent)
)

Thing = TypeVar("Thing")


def simulate(session: Session, *, partnership: str, reports: int, days: int, seed: int, now: datetime) -> int:
    """Give a partnership a past of so many reports over so many days, with results of some of their samples.

    Answers with the number of reports made. Asking again for the same adds nothing.
    """
    if reports < 1 or days < 1:
        raise Invalid({"reports": ["Ask for at least one report over at least one day."]})
    place = people.partnership_called(session, partnership)
    catalogue = read_catalogue(substances_file.read())
    history = History(catalogue, [area.code for area in place.areas], days=days, seed=seed, now=now)
    writer = _Writer(session, place, Names.build(catalogue.entries), mark=f"{BY}-{seed}-{reports}-{days}")
    if writer.is_done():
        return 0
    received = sorted(history.reports(reports), key=lambda one: (one.received_at, one.report.sold_as))
    for batch in _batches(enumerate(received), AT_ONCE):
        writer.write(batch)
    audit.record(
        session,
        "history simulated",
        f"partnership/{place.id}",
        actor=BY,
        partnership_id=place.id,
        detail={"reports": writer.reports, "results": writer.results, "days": days, "seed": seed},
    )
    return writer.reports


class _Writer:
    """Writes what was imagined, many at a time."""

    def __init__(self, session: Session, place: Partnership, names: Names, *, mark: str) -> None:
        self._session = session
        self._place = place
        self._mark = mark
        self._numbers: Iterator[int] = iter(())
        self._read = cache(lambda words: match(words, names))
        self.reports = 0
        self.results = 0

    def is_done(self) -> bool:
        """Whether this very history was written before."""
        return self._session.scalar(select(exists().where(self._has_key([f"{self._mark}-0"])))) or False

    def write(self, batch: Sequence[tuple[int, Imagined]]) -> None:
        """Write some reports, then the results of their samples."""
        self._numbers = self._take_numbers(2 * len(batch))
        keyed = {f"{self._mark}-{place}": imagined for place, imagined in batch}
        self._insert(REPORTS, (self._report_row(key, imagined) for key, imagined in keyed.items()))
        self.reports += len(keyed)
        sampled = {key: imagined for key, imagined in keyed.items() if imagined.result}
        report_ids = self._ids(IncidentReport, sampled)
        self._insert(
            RESULTS, (self._result_row(key, report_ids[key], imagined) for key, imagined in sampled.items())
        )
        self.results += len(sampled)
        result_ids = self._ids(LabResult, sampled)
        self._insert(
            COMPONENTS,
            (
                row
                for key, imagined in sampled.items()
                for row in self._component_rows(result_ids[key], _result_of(imagined))
            ),
        )

    def _insert(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        if ready := list(rows):
            self._session.connection().execute(insert(table), ready)

    def _ids(self, kind: type[IncidentReport] | type[LabResult], keys: Iterable[str]) -> dict[str, int]:
        found = self._session.execute(select(kind.submission_key, kind.id).where(self._has_key(keys, kind)))
        return {row.submission_key: row.id for row in found}

    def _has_key(
        self, keys: Iterable[str], kind: type[IncidentReport] | type[LabResult] = IncidentReport
    ) -> ColumnElement[bool]:
        return (kind.partnership_id == self._place.id) & kind.submission_key.in_(list(keys))

    def _take_numbers(self, count: int) -> Iterator[int]:
        blocks = -(-count // NUMBERS_IN_A_BLOCK)
        firsts = self._session.scalars(
            select(submission_numbers.next_value()).select_from(func.generate_series(1, blocks))
        ).all()
        return (first + step for first in firsts for step in range(NUMBERS_IN_A_BLOCK))

    def _arrival(self, key: str, form: Any, at: datetime | None) -> dict[str, Any]:
        return {
            "partnership_id": self._place.id,
            "reference": reference_for(self._place.prefix, next(self._numbers)),
            "submission_key": key,
            "body_digest": repeats.digest_of(form),
            "received_at": at,
            "received_by": BY,
        }

    def _report_row(self, key: str, imagined: Imagined) -> dict[str, Any]:
        form = imagined.report
        reading = self._read(form.sold_as)
        return {
            **self._arrival(key, form, imagined.received_at),
            **_columns(form),
            "status": Status.RECEIVED,
            "read_as": reading.as_record(),
            "substance_class": reading.substance_class.value,
        }

    def _result_row(self, key: str, report_id: int, imagined: Imagined) -> dict[str, Any]:
        form = _result_of(imagined)
        found = [self._component(one.substance, one.part.value) for one in form.components]
        verdict = expected_versus_found(
            self._read(form.sold_as).substances, found, unable=form.finding is Finding.UNABLE
        )
        return {
            **self._arrival(key, form, imagined.result_at),
            "report_id": report_id,
            "sample_reference": f"{self._mark}-{form.sample_reference}",
            "laboratory": form.laboratory,
            "purpose": form.purpose,
            "stage": form.stage,
            "technique": form.technique,
            "sold_as": form.sold_as,
            "form": form.form,
            "sampled_on": form.sampled_on,
            "reported_on": form.reported_on,
            "finding": form.finding,
            "comparison": {
                "answer": verdict.comparison.value,
                "sentence": verdict.sentence,
                "warns": verdict.warns,
            },
            "substance_class": _class_of(gravest(one.substance for one in found if one.substance)),
        }

    def _component(self, name: str, part: str) -> Component:
        read: Matching = self._read(name)
        return Component(name, read.substances[0] if len(read.substances) == 1 else None, part)

    def _component_rows(self, result_id: int, form: LabResultForm) -> Iterator[dict[str, Any]]:
        for one in form.components:
            known = self._component(one.substance, one.part.value).substance
            yield {
                "lab_result_id": result_id,
                "substance": one.substance,
                "read_as": known.name if known else None,
                "substance_class": _class_of(known),
                "part": one.part,
                "unit": "",
            }


def _columns(form: IncidentForm) -> dict[str, Any]:
    """A report's answers as they are kept. Nobody sent it, so that there is nobody to call back."""
    nobody = dict.fromkeys(("reporter_name", "reporter_email", "reporter_phone"))
    return reports.answers_of(form) | nobody


def _result_of(imagined: Imagined) -> LabResultForm:
    assert imagined.result is not None
    return imagined.result


def _class_of(substance: Substance | None) -> str:
    return (substance.substance_class if substance else SubstanceClass.UNKNOWN).value


def _batches(things: Iterator[Thing], size: int) -> Iterator[list[Thing]]:
    while batch := list(islice(things, size)):
        yield batch
