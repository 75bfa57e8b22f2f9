"""Alerts by program, under /api/v1: what went out, what became of each message, and who has said that they have it.

For systems beside ours. What is not out is not shown, and nobody's name or address.
"""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate

from alerts.messages import Handling, Level, Medium
from ldis.deliveries.rules import State
from ldis.description.bodies import Calls
from ldis.description.examples import example
from ldis.issuing import queries as issuing
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.issuing.rules import State as AlertState
from ldis.issuing.rules import said_code
from ldis.people.access import current_key, key_scope
from ldis.people.rules import Scope
from ldis.reach import queries
from ldis.reach.examples import ALERT, COVERAGE, DELIVERIES, LISTED, REFERENCE
from ldis.reach.rules import OrganisationReach, coverage
from ldis.web import FormSchema, session, today
from ldis.web.pieces import piece

api = Calls("alerting", __name__, url_prefix="/api/v1", description="Alerts that went out, and how far they got.")

LARGEST = 2**31 - 1
MOST_LISTED = 100
MOST_DELIVERIES = 1000


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Which piece of a list is asked for."""

    cursor: int | None = None
    limit: int = 50


def _cursor() -> fields.Integer:
    return fields.Integer(
        validate=validate.Range(min=1, max=LARGEST),
        metadata={"description": "The `next` of the answer before, to go on from there."},
    )


def _next() -> fields.Integer:
    return fields.Integer(
        allow_none=True, metadata={"description": "The cursor of what follows, if anything does."}
    )


class PieceSchema(FormSchema[Piece]):
    """Ask for alerts."""

    makes = Piece
    cursor = _cursor()
    limit = fields.Integer(
        validate=validate.Range(min=1, max=MOST_LISTED),
        metadata={"description": "How many at most; 50 unless said."},
    )


class LongPieceSchema(FormSchema[Piece]):
    """Ask for deliveries."""

    makes = Piece
    cursor = _cursor()
    limit = fields.Integer(
        validate=validate.Range(min=1, max=MOST_DELIVERIES),
        metadata={"description": "How many at most; 50 unless said."},
    )


class PlacesSchema(Schema):
    """Where to go on."""

    self = fields.String()
    deliveries = fields.String()
    coverage = fields.String()


class AlertSchema(Schema):
    """An alert that went out."""

    reference = fields.String()
    case = fields.String(metadata={"description": "The case that it came from."})
    level = fields.Enum(Level, by_value=True)
    handling = fields.Enum(
        Handling, by_value=True, metadata={"description": "How far it may be passed on; keep to it."}
    )
    headline = fields.String()
    act_now = fields.String()
    substance = fields.String()
    areas = fields.List(fields.String())
    issued_at = fields.DateTime()
    review_on = fields.Date(metadata={"description": "The day on which it is looked at again."})
    last_day = fields.Date(metadata={"description": "The last day on which it is in force."})
    in_force = fields.Boolean()
    code = fields.String(metadata={"description": "By which anybody can check it."})
    links = fields.Nested(PlacesSchema)


class AlertsSchema(Schema):
    """Some alerts of a partnership."""

    alerts = fields.List(fields.Nested(AlertSchema))
    next = _next()


class DeliverySchema(Schema):
    """One message, without the person it went to."""

    id = fields.UUID()
    organisation = fields.String(allow_none=True, metadata={"description": "Where they work, if that is known."})
    medium = fields.Enum(Medium, by_value=True)
    what = fields.String(metadata={"description": "`alert`, `reminder`, or `to a deputy`."})
    state = fields.Enum(State, by_value=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed or was held back."})
    written_at = fields.DateTime()
    sent_at = fields.DateTime(allow_none=True)
    settled_at = fields.DateTime(allow_none=True)


class DeliveriesSchema(Schema):
    """Some messages of an alert, in the order of writing."""

    deliveries = fields.List(fields.Nested(DeliverySchema))
    next = _next()


class PlaceReachedSchema(Schema):
    """How far an alert got in one organisation."""

    name = fields.String()
    told = fields.Integer(metadata={"description": "How many people there were told."})
    acknowledged = fields.Integer(metadata={"description": "How many of them said that they have it."})
    first_at = fields.DateTime(allow_none=True)
    passed_on = fields.Integer()


class CoverageSchema(Schema):
    """How far an alert got altogether."""

    people = fields.Integer()
    stages = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "How many people stand where, each in one place: the best of their messages."},
    )
    passed_on = fields.Integer(metadata={"description": "To how many people it was passed on, as we were told."})
    organisations = fields.List(fields.Nested(PlaceReachedSchema), metadata={"description": "The silent first."})
    organisations_told = fields.Integer()
    organisations_covered = fields.Integer(
        metadata={"description": "In how many somebody said that they have it."}
    )


@api.get("/alerts")
@key_scope(Scope.ALERTS_READ)
@api.arguments(PieceSchema, location="query")
@api.response(200, AlertsSchema)
@example(limit="20", answer=LISTED)
def list_alerts(asked: Piece) -> dict[str, Any]:
    """The alerts of the partnership that went out, the newest first."""
    several = issuing.issued_before(
        session, partnership_id=current_key().partnership_id, before=asked.cursor, most=asked.limit + 1
    )
    listed, following = piece(several, asked.limit)
    return {"alerts": [shown(alert) for alert in listed], "next": following}


@api.get("/alerts/<reference>")
@key_scope(Scope.ALERTS_READ)
@api.response(200, AlertSchema)
@example(reference=REFERENCE, answer=ALERT)
def show_alert(reference: str) -> dict[str, Any]:
    """An alert that went out."""
    return shown(found(reference))


@api.get("/alerts/<reference>/deliveries")
@key_scope(Scope.ALERTS_READ)
@api.arguments(LongPieceSchema, location="query")
@api.response(200, DeliveriesSchema)
@example(reference=REFERENCE, limit="1000", answer=DELIVERIES)
def list_deliveries(asked: Piece, reference: str) -> dict[str, Any]:
    """What became of each message of an alert, those that followed it included."""
    several = queries.messages_after(session, found(reference), after=asked.cursor, most=asked.limit + 1)
    listed, following = piece(several, asked.limit)
    return {"deliveries": [vars(one) for one in listed], "next": following}


@api.get("/alerts/<reference>/coverage")
@key_scope(Scope.ALERTS_READ)
@api.response(200, CoverageSchema)
@example(reference=REFERENCE, answer=COVERAGE)
def show_coverage(reference: str) -> dict[str, Any]:
    """How far an alert got: with people, and in each organisation."""
    reach = coverage(queries.told(session, found(reference)))
    return {
        "people": reach.people,
        "stages": {stage.value: count for stage, count in reach.stages},
        "passed_on": reach.passed_on,
        "organisations": [_place(one) for one in reach.organisations],
        "organisations_told": len(reach.organisations),
        "organisations_covered": reach.covered,
    }


def found(reference: str) -> Alert:
    """The alert that the address names, if it went out in the key's partnership."""
    return issuing.the_issued_alert(session, reference, partnership_id=current_key().partnership_id)


def shown(alert: Alert) -> dict[str, Any]:
    """An alert, as a program sees it."""
    content = from_kept(alert.content)
    return {
        "reference": alert.reference,
        "case": alert.case.reference,
        "level": alert.level,
        "handling": alert.handling,
        "headline": content.headline,
        "act_now": content.act_now,
        "substance": content.substance,
        "areas": list(content.areas),
        "issued_at": alert.issued_at,
        "review_on": content.review_on,
        "last_day": alert.last_day,
        "in_force": alert.stands(today()) is AlertState.ISSUED,
        "code": said_code(alert.code),
        "links": {
            "self": url_for("alerting.show_alert", reference=alert.reference),
            "deliveries": url_for("alerting.list_deliveries", reference=alert.reference),
            "coverage": url_for("alerting.show_coverage", reference=alert.reference),
        },
    }


def _place(one: OrganisationReach) -> dict[str, Any]:
    return {
        "name": one.name,
        "told": one.told,
        "acknowledged": one.acknowledged,
        "first_at": one.first_at,
        "passed_on": one.passed_on,
    }
