"""Take in reports and results: each once, read against the catalogue, with a reference, in the audit record."""

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Engine, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.deliveries import service as deliveries
from ldis.errors import Invalid
from ldis.people.rules import Place, normal_address
from ldis.photos import service as photos
from ldis.photos.rules import NewPhoto
from ldis.secrecy import blind_index
from ldis.submissions import kept, queries
from ldis.submissions.details import Details
from ldis.submissions.kept import Kept
from ldis.submissions.letters import reference_letter
from ldis.submissions.models import IncidentReport, LabComponent, LabResult, submission_numbers
from ldis.submissions.particulars import likely_kind
from ldis.submissions.rules import Finding, Part, Stage, Status, reference_for
from ldis.submissions.schemas import ComponentForm, IncidentForm, LabResultForm
from ldis.substances.catalogue import SubstanceClass, gravest
from ldis.substances.rules import Component, Names, expected_versus_found, match

USED_KEY = (
    "This was sent before, with other answers. If it is another report, send it again (by API: with a new key)."
)

ADDED = frozenset({"kept_details", "kept_details_reason", "reference_by", *(one.name for one in fields(Details))})


def by_the_database(column: Column[Any]) -> bool:
    """Whether the database fills a column by itself."""
    return column.server_default is not None  # an identity and a computed value are two of these


REPORTS = cast(Table, IncidentReport.__table__)
FOUND_OUT = {"looked_alike": func.to_jsonb(func.array(queries.ALIKE.scalar_subquery()))}
GIVEN = [column for column in REPORTS.c if column.name not in FOUND_OUT and not by_the_database(column)]
TAKE_IN = (
    insert(REPORTS)
    .values({column.name: bindparam(f"new_{column.name}") for column in GIVEN} | FOUND_OUT)
    .on_conflict_do_nothing(index_elements=["partnership_id", "submission_key"])
    .returning(REPORTS.c.id, REPORTS.c.looked_alike)
)
"""Write a report and look for others like it, in one statement: it sees the table as it was before."""


@dataclass(frozen=True)
class Taken:
    """A report that was taken in, and the references of those that look like it."""

    report: IncidentReport
    alike: Sequence[str]


def submit_report(
    session: Session,
    form: IncidentForm,
    *,
    place: Place,
    names: Names,
    key: str,
    by: str,
    now: datetime,
) -> Taken:
    """Take in an incident report. The same key with the same content is the same report, however often sent."""
    check_area(form, place)
    reading = match(form.sold_as, names)
    values = {
        "partnership_id": place.id,
        "reference": reference_for(place.prefix, _numbers.take(session)),
        "submission_key": key,
        "body_digest": digest_of(form),
        "received_at": now,
        "received_by": by,
        "status": Status.RECEIVED,
        "read_as": reading.as_record(),
        "substance_class": reading.substance_class.value,
        **answers_of(form),
    }
    report = IncidentReport(**values)
    written = {f"new_{name}": value for name, value in values.items()}
    taken = session.connection().execute(TAKE_IN, written | queries.near(report)).one_or_none()
    if taken is None:
        sent = queries.sent_with_key(session, IncidentReport, key, partnership_id=place.id)
        assert sent is not None
        return Taken(the_same(sent, form), sent.looked_alike)
    report.id, report.looked_alike = taken
    audit.record(
        session,
        "report received",
        f"report/{report.id}",
        actor=by,
        partnership_id=place.id,
        detail={"reference": values["reference"]},
    )
    kept.record(session, form.kept_details, f"report/{report.id}", partnership_id=place.id, by=by)
    letter = reference_letter(form, report.reference, report.id, place=place)
    if letter:
        deliveries.post(session, letter, now=now)
    return Taken(report, report.looked_alike)


def take_in_photos(session: Session, report: IncidentReport, *, by: str, now: datetime) -> None:
    """The photos that came with a report's form are part of it from now on."""
    photos.join(
        session,
        key=report.submission_key,
        partnership_id=report.partnership_id,
        to=f"report/{report.id}",
        by=by,
        now=now,
    )


def add_photos(
    session: Session, report: IncidentReport, sent: Sequence[NewPhoto], *, by: str, now: datetime
) -> int:
    """Add photos to a report that was taken in before, by whoever is known to hold it. How many are new in it."""
    return photos.add_to_report(
        session,
        sent,
        key=report.submission_key,
        partnership_id=report.partnership_id,
        to=f"report/{report.id}",
        by=by,
        now=now,
    )


def check_area(form: IncidentForm, place: Place) -> None:
    """Refuse a report about somewhere else."""
    if form.area_code not in place.area_codes:
        raise Invalid({"area_code": [f"Choose an area that {place.name} covers."]})


def answers_of(form: IncidentForm) -> dict[str, Any]:
    """What was answered, as it is kept. The kind of a report is taken from its answers where nobody chose one."""
    given = {name: value for name, value in vars(form).items() if name not in ("submission_key", "reference_by")}
    kind = likely_kind(form.harm_level, naloxone=form.naloxone, form=form.form, how_known=form.how_known)
    return given | {
        "kind": form.kind or kind,
        **{name: [one.value for one in given[name]] for name in ("symptoms", "age_bands", "routes")},
        "outward_postcode": form.outward_postcode.upper(),
        "reporter_name": form.reporter_name or None,
        "reporter_email": form.reporter_email or None,
        "reporter_email_index": _index_of(form.reporter_email),
        "reporter_phone": form.reporter_phone or None,
    }


def _index_of(email: str) -> str | None:
    """By which the reports of a person who signs in are found again."""
    address = normal_address(email)
    return blind_index(address) if address else None


def submit_result(
    session: Session,
    form: LabResultForm,
    *,
    place: Place,
    names: Names,
    key: str,
    by: str,
    vouched_for: bool,
    now: datetime,
) -> LabResult:
    """Take in a laboratory result. A confirmed one supersedes the sample's preliminary one; both are kept.

    Without somebody who vouches for it, it supersedes nothing until a coordinator says so.
    """
    queries.hold_results(session, partnership_id=place.id)
    sent = queries.sent_with_key(session, LabResult, key, partnership_id=place.id)
    if sent is not None:
        return the_same(sent, form)
    report = _report_of_sample(session, form, place)
    if form.area_code and form.area_code not in place.area_codes:
        raise Invalid({"area_code": [f"Choose an area that {place.name} covers, or leave it empty."]})
    superseded, followed = _place_in_line(session, form, place, vouched_for=vouched_for)
    result = LabResult(
        partnership_id=place.id,
        reference=reference_for(place.prefix, _numbers.take(session)),
        submission_key=key,
        body_digest=digest_of(form),
        received_at=now,
        received_by=by,
        report_id=report.id if report else None,
        supersedes_id=superseded.id if superseded else None,
        vouched_for=vouched_for,
        says_it_follows_id=followed.id if followed else None,
        sample_reference=form.sample_reference,
        laboratory=form.laboratory,
        purpose=form.purpose,
        stage=form.stage,
        technique=form.technique,
        form=form.form or (report.form if report else None),
        area_code=form.area_code or (report.area_code if report else None),
        sampled_on=form.sampled_on,
        sample_received_on=form.sample_received_on,
        reported_on=form.reported_on,
        finding=form.finding,
        **_as_read(form, form.sold_as or (report.sold_as if report else ""), names),
    )
    session.add(result)
    session.flush()
    detail = {
        "reference": result.reference,
        "supersedes": superseded.reference if superseded else None,
        "says it follows": followed.reference if followed else None,
    }
    audit.record(
        session, "result received", f"result/{result.id}", actor=by, partnership_id=place.id, detail=detail
    )
    kept.record(session, form.kept_details, f"result/{result.id}", partnership_id=place.id, by=by)
    return result


def _report_of_sample(session: Session, form: LabResultForm, place: Place) -> IncidentReport | None:
    if not form.incident_reference:
        return None
    report = queries.report_named(session, form.incident_reference, partnership_id=place.id)
    if report is None:
        unknown = "We know no report with this reference. Check it, or leave it empty."
        raise Invalid({"incident_reference": [unknown]})
    return report


def _as_read(form: LabResultForm, sold_as: str, names: Names) -> dict[str, Any]:
    """What the catalogue reads in a result, beside what the sample was sold as and what was kept with a reason."""
    found = [read_component(given.substance, given.part, names) for given in form.components]
    worst = gravest(component.substance for component in found if component.substance)
    return {
        "sold_as": sold_as,
        "comparison": compared(sold_as, found, finding=form.finding, names=names),
        "substance_class": (worst.substance_class if worst else SubstanceClass.UNKNOWN).value,
        "kept_details": form.kept_details,
        "kept_details_reason": form.kept_details_reason,
        "components": [_row(given, read) for given, read in zip(form.components, found, strict=True)],
    }


def compared(sold_as: str, found: Sequence[Component], *, finding: Finding, names: Names) -> dict[str, Any]:
    """What was found beside what it was sold as, as plain values to be kept with the result."""
    verdict = expected_versus_found(match(sold_as, names).substances, found, unable=finding is Finding.UNABLE)
    return {"answer": verdict.comparison.value, "sentence": verdict.sentence, "warns": verdict.warns}


def _place_in_line(
    session: Session, form: LabResultForm, place: Place, *, vouched_for: bool
) -> tuple[LabResult | None, LabResult | None]:
    """The result that this one supersedes, and the one that it only says it follows.

    What nobody vouches for stands in nobody's way, whatever it says of itself.
    """
    earlier = queries.result_in_force(
        session, partnership_id=place.id, laboratory=form.laboratory, sample_reference=form.sample_reference
    )
    if not vouched_for:
        return None, earlier
    confirmed = earlier is not None and earlier.vouched_for and earlier.stage is Stage.CONFIRMED
    if earlier is not None and confirmed and form.stage is Stage.PRELIMINARY:
        raise Invalid({"stage": [f"This sample already has a confirmed result, {earlier.reference}."]})
    return earlier, None


def read_component(substance: str, part: Part, names: Names) -> Component:
    """What the catalogue reads in a laboratory's name; nothing where it could be several substances."""
    known = match(substance, names).substances
    return Component(substance, known[0] if len(known) == 1 else None, part.value)


def _row(given: ComponentForm, read: Component) -> LabComponent:
    return LabComponent(
        substance=given.substance,
        read_as=read.substance.name if read.substance else None,
        substance_class=(read.substance.substance_class if read.substance else SubstanceClass.UNKNOWN).value,
        part=given.part,
        quantity=given.quantity,
        unit=given.unit,
        plus_minus=given.plus_minus,
    )


def the_same(sent: queries.Submission, form: IncidentForm | LabResultForm) -> queries.Submission:
    """What was sent before under this key, if what came now says the same."""
    if sent.body_digest != digest_of(form):
        raise Invalid({"submission_key": [USED_KEY]})
    return sent


def set_status(session: Session, report: IncidentReport, status: Status) -> None:
    """Tell the reporter how far their report has got, and the reporters of those that were merged into it."""
    for one in (report, *queries.merged_into(session, [report]).get(report.id, [])):
        one.status = status
    session.flush()


def digest_of(form: IncidentForm | LabResultForm) -> str:
    """A digest of the content without its key, by which a repeat is told from a reused key.

    What may be added and was not is left out, so that new questions do not make another report of an old one.
    """
    given = {
        name: value
        for name, value in vars(form).items()
        if name != "submission_key" and not (name in ADDED and not value)
    }
    text = json.dumps(given, sort_keys=True, default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return vars(value) if isinstance(value, (ComponentForm, Kept)) else str(value)


class _Numbers:
    """Numbers for references, taken from each database's sequence twenty at a time."""

    def __init__(self) -> None:
        self._left: WeakKeyDictionary[Engine, list[int]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def take(self, session: Session) -> int:
        database = session.connection().engine  # before the lock: nobody may hold it and wait for a connection
        with self._lock:
            left = self._left.setdefault(database, [])
            if not left:
                first = session.scalar(select(submission_numbers.next_value()))
                assert first is not None
                left.extend(range(first + 19, first - 1, -1))
            return left.pop()


_numbers = _Numbers()
