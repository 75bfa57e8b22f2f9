"""Take in laboratory results: each once, read against the catalogue, in its place in line, in the audit record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis import work
from ldis.audit import service as audit
from ldis.errors import Invalid
from ldis.people.rules import Place
from ldis.submissions import kept, queries
from ldis.submissions.models import IncidentReport, LabComponent, LabResult
from ldis.submissions.numbers import new_reference
from ldis.submissions.repeats import digest_of, the_same
from ldis.submissions.rules import Finding, Part, Stage
from ldis.submissions.schemas import ComponentForm, LabResultForm
from ldis.substances.catalogue import SubstanceClass, gravest
from ldis.substances.rules import Component, Names, expected_versus_found, match

AS_SENT = (
    "sample_reference",
    "laboratory",
    "purpose",
    "stage",
    "technique",
    "sampled_on",
    "sample_received_on",
    "reported_on",
    "finding",
)


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
    result = _result_of(session, form, place, names, vouched_for=vouched_for)
    result.submission_key, result.body_digest = key, digest_of(form)
    result.received_at, result.received_by = now, by
    session.add(result)
    session.flush()
    _note(session, form, result, by=by)
    if result.report_id or result.supersedes_id:
        work.defer(session, "issuing.doubt", result_id=result.id)
    return result


def _result_of(
    session: Session, form: LabResultForm, place: Place, names: Names, *, vouched_for: bool
) -> LabResult:
    """The result as it was sent, beside the report that its sample came with, and in its place in line."""
    report = _report_of_sample(session, form, place)
    if form.area_code and form.area_code not in place.area_codes:
        raise Invalid({"area_code": [f"Choose an area that {place.name} covers, or leave it empty."]})
    superseded, followed = _place_in_line(session, form, place, vouched_for=vouched_for)
    return LabResult(
        partnership_id=place.id,
        reference=new_reference(session, place),
        report_id=report.id if report else None,
        supersedes_id=superseded.id if superseded else None,
        vouched_for=vouched_for,
        says_it_follows_id=followed.id if followed else None,
        form=form.form or (report.form if report else None),
        area_code=form.area_code or (report.area_code if report else None),
        **{name: getattr(form, name) for name in AS_SENT},
        **_as_read(form, form.sold_as or (report.sold_as if report else ""), names),
    )


def _note(session: Session, form: LabResultForm, result: LabResult, *, by: str) -> None:
    """The entries of a new result in the audit record."""
    about, place = f"result/{result.id}", result.partnership_id
    detail = {
        "reference": result.reference,
        "supersedes": _reference_of(session, result.supersedes_id),
        "says it follows": _reference_of(session, result.says_it_follows_id),
    }
    audit.record(session, "result received", about, actor=by, partnership_id=place, detail=detail)
    kept.record(session, form.kept_details, about, partnership_id=place, by=by)


def _reference_of(session: Session, result_id: int | None) -> str | None:
    return session.get_one(LabResult, result_id).reference if result_id else None


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
