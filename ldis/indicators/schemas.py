"""What the pages of indicators are told."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import ValidationError, fields, validate

from ldis.indicators.dictionary import Release
from ldis.indicators.figures import Status, month_end
from ldis.web import FormSchema, at_most

LARGEST = Decimal(10) ** 9


class Amount(fields.Field[Decimal]):
    """A number as people write it: commas between thousands, a per cent sign behind."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        return as_amount(str(value))


class Month(fields.Field[date]):
    """A month as a browser sends it, 2026-03; its last day is what is meant."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        return as_month(str(value))


def as_amount(words: str) -> Decimal:
    """A number from words. Errors: ValidationError with a sentence."""
    try:
        number = Decimal(words.strip().removesuffix("%").replace(",", "").strip())
    except InvalidOperation as error:
        raise ValidationError("Enter a number, like 842 or 31.1.") from error
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValidationError("Enter a number, like 842 or 31.1.")
    if number != round(number, 4):
        raise ValidationError("Enter at most four decimal places.")
    return number


def as_month(words: str) -> date:
    """The last day of a month from words such as 2026-03 or 2026-03-31. Errors: ValidationError with a sentence."""
    try:
        year, month = map(int, words.strip().split("-")[:2])
        date(year, month, 1)
        return month_end(year, month)
    except ValueError as error:
        raise ValidationError("Enter a month, like 2026-03.") from error


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


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One figure as another system sends it."""

    value: Decimal
    ends_on: date
    area: str = "here"
    part: str = "all"
    months: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: Status = Status.PROVISIONAL
    release: Release | None = None
    source: str = ""
    note: str = ""
    method: str = ""


MONTHS = validate.Range(min=1, max=60)
