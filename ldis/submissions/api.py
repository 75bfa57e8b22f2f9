"""Reports and results from other systems, under /api/v1."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from flask import url_for
from marshmallow import RAISE, Schema, fields

from ldis.db import utc_now
from ldis.description.bodies import Calls
from ldis.description.examples import example
from ldis.errors import Invalid
from ldis.people.access import current_key, key_scope
from ldis.people.remembered import name_of_sending
from ldis.people.rules import Scope
from ldis.photos.rules import MOST_PHOTOS
from ldis.photos.sending import load_photos, takes_photos
from ldis.submissions import queries, reports, results
from ldis.submissions.models import LabResult
from ldis.submissions.rules import Purpose, Stage, Status, turn_round
from ldis.submissions.schemas import IncidentForm, IncidentSchema, LabResultForm, LabResultSchema
from ldis.substances.access import known_names
from ldis.web import commits, session

api = Calls("intake", __name__, url_prefix="/api/v1", description="Incident reports and laboratory results.")


class LinksSchema(Schema):
    """Where to go on."""

    self = fields.String(metadata={"description": "The address at which it can be followed."})


class ReceivedSchema(Schema):
    """What a sender is told about a report."""

    reference = fields.String(metadata={"description": "Can be said on a phone; ends in a check character."})
    status = fields.Enum(Status, by_value=True)
    possible_duplicates = fields.List(
        fields.String(), metadata={"description": "References of reports that look alike."}
    )
    links = fields.Nested(LinksSchema)


class TurnRoundSchema(Schema):
    """How long the sample took to become a result."""

    since_sampled = fields.Integer(
        allow_none=True, metadata={"description": "Days from sampling until the laboratory reported."}
    )
    at_laboratory = fields.Integer(
        allow_none=True, metadata={"description": "Days from arrival at the laboratory until it reported."}
    )
    in_words = fields.String()


class ResultReceivedSchema(Schema):
    """What a laboratory is told about a result."""

    reference = fields.String(metadata={"description": "Can be said on a phone; ends in a check character."})
    purpose = fields.Enum(
        Purpose,
        by_value=True,
        metadata={"description": "An intelligence result must never be presented as evidence."},
    )
    stage = fields.Enum(Stage, by_value=True)
    expected_versus_found = fields.String(
        metadata={"description": "In words, where it was said what it was sold as."}
    )
    turn_round = fields.Nested(TurnRoundSchema)
    supersedes = fields.String(
        allow_none=True,
        metadata={"description": "The reference of the result whose place it takes; both are kept."},
    )
    links = fields.Nested(LinksSchema)


class PhotosAddedSchema(Schema):
    """What a sender of photos is told."""

    added = fields.Integer(metadata={"description": "How many are new in the report."})


A_FILE = {"type": "string", "format": "binary"}
PHOTOS = {
    "type": "object",
    "required": ["photos"],
    "properties": {"photos": {"type": "array", "minItems": 1, "maxItems": MOST_PHOTOS, "items": A_FILE}},
}


def key_of_this_sending() -> str:
    """The sender's own name for this sending, so that a repeat is known; a fresh one where none was sent.

    It counts for one API key alone: two systems that both count from 1 do not meet.
    """
    name = name_of_sending() or uuid.uuid4().hex
    return f"{current_key().label}/{hashlib.sha256(name.encode()).hexdigest()[:48]}"


@api.post("/incidents")
@key_scope(Scope.REPORTS_WRITE)
@api.arguments(IncidentSchema(unknown=RAISE, exclude=("submission_key",)))
@api.response(201, ReceivedSchema)
@commits
@example(
    body={
        "happened_on": "2026-11-21",
        "area_code": "E06000015",
        "sold_as": "blue valium tablets",
        "harm_level": "life-threatening",
        "naloxone": "given",
        "how_known": "saw it",
    },
    answer={
        "reference": "DEM-7K3Q-C",
        "status": "received",
        "possible_duplicates": [],
        "links": {"self": "/api/v1/incidents/DEM-7K3Q-C"},
    },
)
def report_incident(form: IncidentForm) -> dict[str, Any]:
    """Send an incident report. The six required answers suffice."""
    taken = reports.submit_report(
        session,
        form,
        place=current_key().place,
        names=known_names(current_key().place),
        key=key_of_this_sending(),
        by=current_key().label,
        now=utc_now(),
    )
    return described(taken.reference, taken.looked_alike, status=Status.RECEIVED)


RESULT_ANSWER = {
    "reference": "DEM-4H8T-A",
    "purpose": "intelligence",
    "stage": "preliminary",
    "expected_versus_found": "Sold as diazepam. It is not what it was sold as: found bromazolam.",
    "turn_round": {"since_sampled": 3, "at_laboratory": None, "in_words": "3 days after sampling"},
    "supersedes": None,
    "links": {"self": "/api/v1/lab-results/DEM-4H8T-A"},
}


@api.post("/incidents/<reference>/photos")
@takes_photos
@key_scope(Scope.REPORTS_WRITE)
@api.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": PHOTOS}}})
@api.response(201, PhotosAddedSchema)
@commits
@example(reference="DEM-7K3Q-C", files={"photos": "photo.jpg"}, answer={"added": 1})
def add_photos(reference: str) -> dict[str, Any]:
    """Add photos to a report, as a form with files. The same file again is the same photo."""
    sent = load_photos()
    if not sent:
        raise Invalid({"photos": ["Send at least one photo, in the field “photos”."]})
    key = current_key()
    report = queries.the_report(session, reference, partnership_id=key.partnership_id)
    return {"added": reports.add_photos(session, report, sent, by=key.label, now=utc_now())}


@api.post("/lab-results")
@key_scope(Scope.LAB_WRITE)
@api.arguments(LabResultSchema(unknown=RAISE, exclude=("submission_key",)))
@api.response(201, ResultReceivedSchema)
@commits
@example(
    body={
        "sample_reference": "SUL-2207",
        "laboratory": "Sampleton University",
        "purpose": "intelligence",
        "stage": "preliminary",
        "technique": "LC-MS",
        "sold_as": "valium",
        "sampled_on": "2026-11-19",
        "reported_on": "2026-11-22",
        "finding": "components found",
        "components": [{"substance": "bromazolam", "part": "main", "quantity": 1.9, "unit": "mg per tablet"}],
    },
    answer=RESULT_ANSWER,
)
def report_result(form: LabResultForm) -> dict[str, Any]:
    """Send a laboratory result. A confirmed one supersedes the sample's preliminary one."""
    result = results.submit_result(
        session,
        form,
        place=current_key().place,
        names=known_names(current_key().place),
        key=key_of_this_sending(),
        by=current_key().label,
        vouched_for=True,
        now=utc_now(),
    )
    return described_result(result)


@api.get("/lab-results/<reference>")
@key_scope(Scope.LAB_READ, Scope.LAB_WRITE)
@api.response(200, ResultReceivedSchema)
@example(reference="DEM-4H8T-A", answer=RESULT_ANSWER)
def show_result(reference: str) -> dict[str, Any]:
    """What a result was compared with, and what it supersedes."""
    return described_result(queries.the_result(session, reference, partnership_id=current_key().partnership_id))


def described(reference: str, alike: Sequence[str], *, status: Status) -> dict[str, Any]:
    """A report as its sender sees it."""
    return {
        "reference": reference,
        "status": status,
        "possible_duplicates": list(alike),
        "links": {"self": url_for("intake.show_incident", reference=reference)},
    }


def described_result(result: LabResult) -> dict[str, Any]:
    """A result as its laboratory sees it."""
    return {
        "reference": result.reference,
        "purpose": result.purpose,
        "stage": result.stage,
        "expected_versus_found": result.comparison.get("sentence", ""),
        "turn_round": turn_round(
            sampled_on=result.sampled_on, arrived_on=result.sample_received_on, reported_on=result.reported_on
        ),
        "supersedes": queries.superseded_by(session, result),
        "links": {"self": url_for("intake.show_result", reference=result.reference)},
    }
