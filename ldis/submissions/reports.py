"""Take in incident reports: each once, read against the catalogue, with a reference, in the audit record."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.deliveries import service as deliveries
from ldis.errors import Invalid
from ldis.people.rules import Place, normal_address
from ldis.photos import service as photos
from ldis.photos.rules import NewPhoto
from ldis.secrecy import blind_index
from ldis.submissions import kept, queries, taking_in
from ldis.submissions.letters import reference_letter
from ldis.submissions.models import IncidentReport
from ldis.submissions.numbers import new_reference
from ldis.submissions.particulars import likely_kind
from ldis.submissions.repeats import digest_of, the_same
from ldis.submissions.rules import HarmLevel, Status
from ldis.submissions.schemas import IncidentForm
from ldis.substances.rules import Names, match


@dataclass(frozen=True)
class Taken:
    """A report that was taken in, as far as its sender is answered from it. A repeat is answered the same."""

    id: int
    partnership_id: int
    reference: str
    submission_key: str
    received_at: datetime
    harm_level: HarmLevel
    substance_class: str
    looked_alike: Sequence[str]


ANSWERED = [one.name for one in fields(Taken)]


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
    reference = new_reference(session, place)
    row: dict[str, Any] = {
        "partnership_id": place.id,
        "reference": reference,
        "submission_key": key,
        "body_digest": digest_of(form),
        "received_at": now,
        "received_by": by,
        "status": Status.RECEIVED,
        **answers_of(form),
        **reading_of(form, names),
    }
    written = taking_in.write(session, row)
    if written is None:
        return _taken_before(session, form, key=key, place=place)
    report_id, looked_alike = written
    _follow_up(session, form, reference, report_id, place=place, by=by, now=now)
    known = row | {"id": report_id, "looked_alike": looked_alike}
    return Taken(**{name: known[name] for name in ANSWERED})


def reading_of(form: IncidentForm, names: Names) -> dict[str, Any]:
    """What the catalogue reads in a report."""
    reading = match(form.sold_as, names)
    return {"read_as": reading.as_record(), "substance_class": reading.substance_class.value}


def _taken_before(session: Session, form: IncidentForm, *, key: str, place: Place) -> Taken:
    sent = queries.sent_with_key(session, IncidentReport, key, partnership_id=place.id)
    assert sent is not None
    same = the_same(sent, form)
    return Taken(**{name: getattr(same, name) for name in ANSWERED})


def _follow_up(
    session: Session, form: IncidentForm, reference: str, report_id: int, *, place: Place, by: str, now: datetime
) -> None:
    """What goes with a report that is new: its entries in the audit record, and the letter to its reporter."""
    about = f"report/{report_id}"
    detail = {"reference": reference}
    audit.record(session, "report received", about, actor=by, partnership_id=place.id, detail=detail)
    kept.record(session, form.kept_details, about, partnership_id=place.id, by=by)
    letter = reference_letter(form, reference, report_id, place=place)
    if letter:
        deliveries.post(session, letter, now=now)


def take_in_photos(session: Session, report: Taken, *, by: str, now: datetime) -> None:
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
    address = normal_address(email) if email else None
    return blind_index(address) if address else None


def set_status(session: Session, report: IncidentReport, status: Status) -> None:
    """Tell the reporter how far their report has got, and the reporters of those that were merged into it."""
    for one in (report, *queries.merged_into(session, [report]).get(report.id, [])):
        one.status = status
    session.flush()
