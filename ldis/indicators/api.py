"""Other systems hand in figures and read what may be published, under /api/v1. Nothing restricted is ever read here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from ldis.db import utc_now
from ldis.description.bodies import Calls
from ldis.description.examples import example
from ldis.errors import Invalid
from ldis.indicators import service, views
from ldis.indicators.access import dictionary, the_indicator
from ldis.indicators.dictionary import WHOLE, Indicator, Release
from ldis.indicators.figures import ENGLAND, HERE, Said, Spot, Status, month_end
from ldis.people import queries as people
from ldis.people.access import current_key, key_scope
from ldis.people.rules import Scope
from ldis.web import FormSchema, at_most, commits, session

api = Calls("figures", __name__, url_prefix="/api/v1", description="Figures of treatment and of partners.")

MOST_VALUES = 500
LARGEST = 10**9


@dataclass(frozen=True, kw_only=True)
class Value:
    """One figure as another system sends it."""

    ends_on: date
    value: Decimal
    area: str = HERE
    part: str = WHOLE
    months: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: Status = Status.PROVISIONAL
    release: Release | None = None
    source: str = ""
    note: str = ""
    method: str = ""


@dataclass(frozen=True, kw_only=True)
class Values:
    """Some figures of one indicator."""

    values: tuple[Value, ...]
    why: str = ""


def _amount(description: str, **more: Any) -> fields.Decimal:
    in_range = validate.Range(min=-LARGEST, max=LARGEST)
    return fields.Decimal(places=4, validate=in_range, metadata={"description": description}, **more)


class ValueSchema(FormSchema[Value]):
    """One figure."""

    makes = Value

    ends_on = fields.Date(
        required=True,
        validate=validate.Range(min=date(2000, 1, 1), max=date(2100, 1, 1)),
        metadata={"description": "The last day of its period, or any day of its last month."},
    )
    value = _amount("The figure.", required=True)
    area = fields.String(
        validate=[validate.Length(min=1), at_most(9)],
        metadata={
            "description": "ONS code of one of your areas, E92000001 for England; left out, the partnership."
        },
    )
    part = fields.String(
        validate=[validate.Length(min=1), at_most(40)],
        metadata={"description": "A part of its breakdown; left out, the whole."},
    )
    months = fields.Integer(
        validate=validate.Range(min=1, max=60),
        metadata={"description": "The length of its period; as in the dictionary unless said."},
    )
    numerator = _amount("Where a share came with it.")
    denominator = _amount("Where a share came with it.")
    status = fields.Enum(Status, by_value=True)
    release = fields.Enum(
        Release,
        by_value=True,
        metadata={"description": "As in the dictionary unless said. Restricted is never read."},
    )
    source = fields.String(validate=at_most(200))
    note = fields.String(validate=at_most(300))
    method = fields.String(validate=at_most(60), metadata={"description": "How an estimate was made."})


class ValuesSchema(FormSchema[Values]):
    """Figures of one indicator: all of them are taken in or, with a sentence, none."""

    makes = Values

    values = fields.List(
        fields.Nested(ValueSchema(unknown=RAISE)), required=True, validate=validate.Length(min=1, max=MOST_VALUES)
    )
    why = fields.String(
        validate=at_most(500),
        metadata={"description": "Why figures change. Needed where one was known before and is another now."},
    )


class WrittenSchema(Schema):
    """What came of figures that were handed in."""

    new = fields.Integer()
    changed = fields.Integer()
    as_before = fields.Integer()


class PublishedSchema(Schema):
    """A figure as it may be published."""

    area = fields.String(metadata={"description": "An ONS code, or “here” for the partnership."})
    part = fields.String()
    ends_on = fields.Date()
    months = fields.Integer()
    value = fields.String(
        allow_none=True,
        metadata={"description": "A number, written exactly. Nothing where it is not published; see `words`."},
    )
    words = fields.String(metadata={"description": "In place of a number: hidden, restricted, up, down, ..."})
    why = fields.String(metadata={"description": "Why there is no number."})
    status = fields.Enum(Status, by_value=True)
    method = fields.String()


class SeriesSchema(Schema):
    """An indicator with every figure that may be published."""

    code = fields.String()
    title = fields.String()
    unit = fields.String()
    definition = fields.String()
    limits = fields.String()
    source = fields.String()
    values = fields.List(fields.Nested(PublishedSchema))


@dataclass(frozen=True)
class ByKey:
    """A key as the author of figures."""

    name: str
    label: str
    partnership_id: int
    id: int = 0


@api.put("/indicators/<code>/values")
@key_scope(Scope.INDICATORS_WRITE)
@api.arguments(ValuesSchema(unknown=RAISE))
@api.response(200, WrittenSchema)
@commits
@example(
    code="naloxone_supplied",
    body={
        "values": [
            {"ends_on": "2026-09-30", "value": 118, "status": "final", "release": "publishable"},
            {"ends_on": "2026-10-31", "value": 124},
        ],
        "why": "Counted again by the pharmacies.",
    },
    answer={"new": 1, "changed": 0, "as_before": 1},
)
def keep_values(sent: Values, code: str) -> service.Written:
    """Enter figures of an indicator, or change them with a reason. Sending the same twice changes nothing.

    What was known before stays as a revision. A period that is locked is refused.
    """
    indicator, key = the_indicator(code), current_key()
    if indicator.worked is not None:
        raise Invalid({"values": ["This is worked out here and not taken in."]})
    places = {area.code for area in people.partnership_numbered(session, key.partnership_id).areas}
    figures: dict[Spot, Said] = {}
    for number, one in enumerate(sent.values):
        spot = _spot(one, indicator, places, number)
        if spot in figures:
            raise Invalid({f"values-{number}-ends_on": ["Another of these values is about the same figure."]})
        figures[spot] = _said(one, indicator)
    author = ByKey(f"API key {key.id}", key.label, key.partnership_id)
    return service.write(session, figures, dictionary=dictionary(), why=sent.why, actor=author, now=utc_now())


@api.get("/indicators/<code>")
@key_scope(Scope.INDICATORS_READ)
@api.response(200, SeriesSchema)
@example(
    code="naloxone_supplied",
    answer={
        "code": "naloxone_supplied",
        "title": "Naloxone kits supplied",
        "unit": "count",
        "definition": "Take-home naloxone kits supplied in the month, by every supplier in the area.",
        "limits": "Kits, not people.",
        "source": "Local suppliers (entered).",
        "values": [
            {
                "area": "here",
                "part": "all",
                "ends_on": "2026-09-30",
                "months": 1,
                "value": "118",
                "words": "",
                "why": "",
                "status": "final",
                "method": "",
            }
        ],
    },
)
def read_values(code: str) -> dict[str, Any]:
    """Every figure of an indicator as it may be published: the whole partnership, its areas and England, each part."""
    indicator, partnership_id = the_indicator(code), current_key().partnership_id
    known = views.known_of(session, dictionary(), partnership_id, only=indicator)
    areas = sorted({spot.area for spot in known.figures})
    shown = [
        known.shown(indicator, point)
        for area in areas
        for part in indicator.parts
        for point in known.points(indicator, area=area, part=part)
    ]
    return {
        **{name: getattr(indicator, name) for name in ("code", "title", "definition", "limits", "source")},
        "unit": indicator.unit.value,
        "values": [
            {
                "area": one.spot.area,
                "part": one.spot.part,
                "ends_on": one.spot.ends_on,
                "months": one.spot.months,
                "value": None if one.value is None else f"{one.value:f}",
                "words": one.words,
                "why": one.why,
                "status": one.status,
                "method": one.method,
            }
            for one in shown
        ],
    }


def _spot(one: Value, indicator: Indicator, places: set[str], number: int) -> Spot:
    if one.area not in {*places, HERE, ENGLAND}:
        raise Invalid({f"values-{number}-area": ["This is none of your areas."]})
    if one.part not in indicator.parts:
        wanted = ", ".join(indicator.parts)
        raise Invalid({f"values-{number}-part": [f"It has no such part. One of: {wanted}."]})
    ends_on = month_end(one.ends_on.year, one.ends_on.month)
    return Spot(indicator.code, one.area, one.part, ends_on, one.months or indicator.months)


def _said(one: Value, indicator: Indicator) -> Said:
    return Said(
        value=one.value,
        numerator=one.numerator,
        denominator=one.denominator,
        status=one.status,
        release=one.release or indicator.release,
        source=(one.source or indicator.source)[:200],
        note=one.note,
        method=one.method,
    )
