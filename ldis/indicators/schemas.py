"""What the pages of indicators are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from marshmallow import ValidationError, fields

from ldis.indicators.figures import Status
from ldis.indicators.reading import Unreadable, as_amount, as_month
from ldis.web import FormSchema, at_most


class Amount(fields.Field[Decimal]):
    """A number as people write it: commas between thousands, a per cent sign behind."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        return cast(Decimal, _said(as_amount, value))


class Month(fields.Field[date]):
    """A month as a browser sends it, 2026-03; its last day is what is meant."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        return cast(date, _said(as_month, value))


def _said(reader: Callable[[str], Any], value: Any) -> Any:
    try:
        return reader(str(value))
    except Unreadable as error:
        raise ValidationError(str(error)) from error


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure of the table for a period; empty where nobody knows it."""

    indicator: str
    part: str
    value: Decimal | None = None
    note: str = ""


class RowSchema(FormSchema[Row]):
    """One line of the table."""

    makes = Row
    beside = True

    indicator = fields.String(required=True, validate=at_most(40), metadata={"widget": "hidden"})
    part = fields.String(required=True, validate=at_most(40), metadata={"widget": "hidden"})
    value = Amount(metadata={"label": "Value", "inputmode": "decimal", "width": "10"})
    note = fields.String(validate=at_most(300), metadata={"label": "Note"})


@dataclass(frozen=True, kw_only=True)
class PeriodForm:
    """The figures of a period."""

    figures: tuple[Row, ...] = ()
    status: Status = Status.PROVISIONAL
    why: str = ""


class PeriodSchema(FormSchema[PeriodForm]):
    """Enter the figures of a period as one table."""

    makes = PeriodForm

    figures = fields.List(fields.Nested(RowSchema()), metadata={"label": "Figures", "rows": 0})
    status = fields.Enum(
        Status,
        by_value=True,
        required=True,
        error_messages={"required": "Say whether these figures are final."},
        metadata={
            "label": "Are they final?",
            "widget": "radios",
            "choices": [
                (Status.PROVISIONAL, "Provisional: they may still change"),
                (Status.FINAL, "Final"),
            ],
        },
    )
    why = fields.String(
        validate=at_most(500),
        metadata={"label": "Why do figures change?", "hint": "Needed where a figure was known before"},
    )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which area and part of an indicator is looked at."""

    area: str = "here"
    part: str = "all"


class AskedSchema(FormSchema[Asked]):
    """What is asked for, in an address."""

    makes = Asked
    area = fields.String(validate=at_most(9))
    part = fields.String(validate=at_most(40))


@dataclass(frozen=True, kw_only=True)
class ChosenMonth:
    """A month that somebody chose."""

    month: date


class MonthSchema(FormSchema[ChosenMonth]):
    """Choose a month."""

    makes = ChosenMonth
    month = Month(
        required=True,
        error_messages={"required": "Choose a month."},
        metadata={
            "label": "Which month do the figures end with?",
            "type": "month",
            "hint": "Like 2026-03",
            "width": "10",
        },
    )


@dataclass(frozen=True, kw_only=True)
class Unlocking:
    """Why a period is unlocked."""

    why: str


class UnlockSchema(FormSchema[Unlocking]):
    """Unlock a period."""

    makes = Unlocking
    why = fields.String(
        required=True,
        validate=at_most(500),
        error_messages={"required": "Say why the figures must change."},
        metadata={"label": "Why must the figures change?"},
    )


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A target."""

    part: str
    value: Decimal
    by: date
    source: str


class TargetSchema(FormSchema[Aim]):
    """Set a target."""

    makes = Aim
    part = fields.String(
        load_default="all", validate=at_most(40), metadata={"label": "Of what?", "widget": "select", "choices": []}
    )
    value = Amount(
        required=True,
        error_messages={"required": "Enter what is to be reached."},
        metadata={"label": "What is to be reached?", "inputmode": "decimal", "width": "10"},
    )
    by = Month(
        required=True,
        error_messages={"required": "Enter the month by which."},
        metadata={"label": "By which month?", "type": "month", "hint": "Like 2027-03", "width": "10"},
    )
    source = fields.String(
        required=True,
        validate=at_most(200),
        error_messages={"required": "Say where the target comes from."},
        metadata={"label": "Where does it come from?"},
    )


@dataclass(frozen=True)
class Nothing:
    """A form of which only the file counts."""


class FigureFileSchema(FormSchema[Nothing]):
    """A file of figures to hand in."""

    makes = Nothing
    file = fields.String(metadata={"label": "Your file", "widget": "file"})


@dataclass(frozen=True, kw_only=True)
class Take:
    """That what was seen is to be taken in, and why known figures change."""

    seen: str
    why: str = ""


class TakeFiguresSchema(FormSchema[Take]):
    """Take in a file."""

    makes = Take
    seen = fields.String(required=True, metadata={"widget": "hidden"})
    why = fields.String(
        validate=at_most(500),
        metadata={"label": "Why do figures change?", "hint": "Needed where a figure was known before"},
    )
