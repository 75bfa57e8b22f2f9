"""What other systems see of a report after it was sent, and what they add to it: further calls under /api/v1."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from ldis.db import utc_now
from ldis.description.examples import example
from ldis.followup import queries, service
from ldis.followup.models import ReportUpdate
from ldis.followup.schemas import Update, UpdateSchema
from ldis.followup.views import outcome_of
from ldis.people.access import current_key, key_scope
from ldis.people.rules import Scope
from ldis.submissions import queries as submissions
from ldis.submissions.api import ReceivedSchema, api, described, key_of_this_sending
from ldis.submissions.models import IncidentReport
from ldis.web import commits, session


class AddedSchema(Schema):
    """Something that was added to a report."""

    at = fields.AwareDateTime()
    kind = fields.String(
        validate=validate.OneOf(["update", "answer"]),
        metadata={"description": "An update, or the answer to a question that was asked."},
    )
    words = fields.String(allow_none=True, metadata={"description": "Of what this key sent; else nothing."})


class OutcomeSchema(Schema):
    """What came of a report."""

    at = fields.AwareDateTime()
    words = fields.String(metadata={"description": "One or two sentences, as its reporter is told."})


class FollowedSchema(ReceivedSchema):
    """How far a report has got."""

    updates = fields.List(fields.Nested(AddedSchema))
    outcome = fields.Nested(OutcomeSchema, allow_none=True)


AN_UPDATE = {
    "at": "2026-11-21T23:40:05+00:00",
    "kind": "update",
    "words": "A second person collapsed an hour later.",
}


@api.get("/incidents/<reference>")
@key_scope(Scope.REPORTS_READ)
@api.response(200, FollowedSchema)
@example(
    reference="DEM-7K3Q-C",
    answer={
        "reference": "DEM-7K3Q-C",
        "status": "decided",
        "possible_duplicates": ["DEM-9XW2-P"],
        "links": {"self": "/api/v1/incidents/DEM-7K3Q-C"},
        "updates": [AN_UPDATE],
        "outcome": {"at": "2026-11-22T15:02:11+00:00", "words": "An alert was sent to local services."},
    },
)
def show_incident(reference: str) -> dict[str, Any]:
    """How far a report has got, what was added to it, and what came of it once it is decided."""
    report = submissions.the_report(session, reference, partnership_id=current_key().partnership_id)
    alike = submissions.references_alike(session, report)
    return described(report.reference, alike, status=report.status) | {
        "updates": [added(update) for update in queries.updates_of(session, [report])],
        "outcome": outcome(report),
    }


@api.post("/incidents/<reference>/updates")
@key_scope(Scope.REPORTS_WRITE)
@api.arguments(UpdateSchema(unknown=RAISE, exclude=("submission_key",)))
@api.response(201, AddedSchema)
@commits
@example(reference="DEM-7K3Q-C", body={"words": AN_UPDATE["words"]}, answer=AN_UPDATE)
def add_update(form: Update, reference: str) -> dict[str, Any]:
    """Add words to a report of the key's partnership. They must identify nobody."""
    report = submissions.the_report(session, reference, partnership_id=current_key().partnership_id)
    named = Update(form.words, key_of_this_sending())
    return added(service.add_update(session, report, named, by=current_key().label, now=utc_now()))


def added(update: ReportUpdate) -> dict[str, Any]:
    """An update as the key that asks may see it: the words of others are for those who review."""
    return {
        "at": update.at,
        "kind": "answer" if update.question_id else "update",
        "words": update.words if update.by == current_key().label else None,
    }


def outcome(report: IncidentReport) -> dict[str, Any] | None:
    """What came of a report, while that decision stands."""
    found = outcome_of(session, report)
    return {"at": found[0], "words": found[1]} if found else None
