"""Reports and results from other systems, under /api/v1."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Flask, Request, request, url_for
from flask_smorest import Api, Blueprint
from flask_wtf.csrf import CSRFProtect
from marshmallow import RAISE, Schema, fields
from webargs.flaskparser import FlaskParser

from ldis.db import utc_now
from ldis.errors import Invalid, Refusal
from ldis.people.access import current_key, key_scope
from ldis.people.rules import Scope
from ldis.photos.rules import MOST_PHOTOS
from ldis.photos.sending import load_photos, takes_photos
from ldis.submissions import queries, service
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.schemas import IncidentForm, IncidentSchema, LabResultForm, LabResultSchema
from ldis.substances.access import known_names
from ldis.substances.api import api as catalogue_api
from ldis.web import commits, session


class JsonParser(FlaskParser):
    """Reads a body as flask-smorest does; one that is too deep or too long is the sender's mistake, not our failure."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """What the body says."""
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:
            raise Refusal("The body is nested too deeply, or holds too long a number, to be read.") from error


api = Blueprint("intake", __name__, url_prefix="/api/v1", description="Incident reports and laboratory results.")
api.ARGUMENTS_PARSER = JsonParser()


class ReceivedSchema(Schema):
    """What a sender is told about a report."""

    reference = fields.String(metadata={"description": "Can be said on a phone; ends in a check character."})
    status = fields.String()
    possible_duplicates = fields.List(
        fields.String(), metadata={"description": "References of reports that look alike."}
    )
    links = fields.Dict(keys=fields.String(), values=fields.String())


class ResultReceivedSchema(Schema):
    """What a laboratory is told about a result."""

    reference = fields.String()
    expected_versus_found = fields.String(
        metadata={"description": "In words, where it was said what it was sold as."}
    )
    supersedes = fields.String(allow_none=True)
    links = fields.Dict(keys=fields.String(), values=fields.String())


class PhotosAddedSchema(Schema):
    """What a sender of photos is told."""

    added = fields.Integer(metadata={"description": "How many are new in the report."})


A_FILE = {"type": "string", "format": "binary"}
PHOTOS = {
    "type": "object",
    "required": ["photos"],
    "properties": {"photos": {"type": "array", "maxItems": MOST_PHOTOS, "items": A_FILE}},
}


def key_of_this_sending() -> str:
    """The sender's own name for this sending, so that a repeat is known; a fresh one where none was sent."""
    key = request.headers.get("Idempotency-Key", "").strip() or uuid.uuid4().hex
    if not 8 <= len(key) <= 80 or not key.isascii() or not key.isprintable():
        raise Invalid({"Idempotency-Key": ["Use 8 to 80 plain characters."]})
    return key


@api.post("/incidents")
@key_scope(Scope.REPORTS_WRITE)
@api.arguments(IncidentSchema(unknown=RAISE, exclude=("submission_key",)))
@api.response(201, ReceivedSchema)
@commits
def report_incident(form: IncidentForm) -> dict[str, Any]:
    """Send an incident report. The six required answers suffice."""
    taken = service.submit_report(
        session,
        form,
        place=current_key().place,
        names=known_names(current_key().place),
        key=key_of_this_sending(),
        by=current_key().label,
        now=utc_now(),
    )
    return described(taken.report, taken.alike)


@api.post("/incidents/<reference>/photos")
@takes_photos
@key_scope(Scope.REPORTS_WRITE)
@api.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": PHOTOS}}})
@api.response(201, PhotosAddedSchema)
@commits
def add_photos(reference: str) -> dict[str, Any]:
    """Add photos to a report, as a form with files. The same file again is the same photo."""
    sent = load_photos()
    if not sent:
        raise Invalid({"photos": ["Send at least one photo, in the field “photos”."]})
    key = current_key()
    report = queries.the_report(session, reference, partnership_id=key.partnership_id)
    return {"added": service.add_photos(session, report, sent, by=key.label, now=utc_now())}


@api.post("/lab-results")
@key_scope(Scope.LAB_WRITE)
@api.arguments(LabResultSchema(unknown=RAISE, exclude=("submission_key",)))
@api.response(201, ResultReceivedSchema)
@commits
def report_result(form: LabResultForm) -> dict[str, Any]:
    """Send a laboratory result. A confirmed one supersedes the sample's preliminary one."""
    result = service.submit_result(
        session,
        form,
        place=current_key().place,
        names=known_names(current_key().place),
        key=key_of_this_sending(),
        by=current_key().label,
        now=utc_now(),
    )
    return described_result(result)


@api.get("/lab-results/<reference>")
@key_scope(Scope.LAB_WRITE)
@api.response(200, ResultReceivedSchema)
def show_result(reference: str) -> dict[str, Any]:
    """What a result was compared with, and what it supersedes."""
    return described_result(queries.the_result(session, reference, partnership_id=current_key().partnership_id))


def described(report: IncidentReport, alike: Sequence[str]) -> dict[str, Any]:
    """A report as its sender sees it."""
    return {
        "reference": report.reference,
        "status": report.status.value,
        "possible_duplicates": list(alike),
        "links": {"self": url_for("intake.show_incident", reference=report.reference)},
    }


def described_result(result: LabResult) -> dict[str, Any]:
    """A result as its laboratory sees it."""
    return {
        "reference": result.reference,
        "expected_versus_found": result.comparison.get("sentence", ""),
        "supersedes": queries.superseded_by(session, result),
        "links": {"self": url_for("intake.show_result", reference=result.reference)},
    }


class ProblemDocuments(Api):
    """flask-smorest, without its own error pages: refusals are answered in one place for the whole application."""

    def _register_error_handlers(self) -> None:
        """Leave errors to the application."""


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Add the API and its description to the application. Keys open it, not cookies, so no CSRF token is asked."""
    app.config.update(
        API_TITLE="Local Drug Information System",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    documents = ProblemDocuments(app)
    documents.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for blueprint in (api, catalogue_api):
        documents.register_blueprint(blueprint)
        csrf.exempt(blueprint)
