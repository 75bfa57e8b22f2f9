"""How questions are put in every form of this stage, and the guard on every free text: nobody is to be identified.

A text that holds what looks like a personal detail is refused, unless its sender says why it is none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from alerts.identifying import Detail, find_details
from ldis.submissions.kept import Kept
from ldis.web import Condition, FormSchema, Made, at_most, today

OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
FULL_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? *[0-9][A-Z]{2}")
LONGEST_AGO = timedelta(days=5 * 366)
NO_NAMES = "No names, dates of birth or full addresses of the person."
REASON = "kept_details_reason"
OR_SAY_WHY = "Take it out, or say here why it is not a personal detail."


def not_in_future(value: date) -> None:
    """Refuse days to come, and days so long ago that the year is surely mistyped."""
    if value > today():
        raise ValidationError("This date is in the future. Enter today or an earlier day.")
    if value < today() - LONGEST_AGO:
        raise ValidationError("This date is more than five years ago. Check the year.")


def first_half_only(value: str) -> None:
    """Refuse a whole postcode. The first half says enough; the whole would name a street."""
    written = value.upper().strip()
    if FULL_POSTCODE.fullmatch(written):
        raise ValidationError("Enter only the first half of the postcode, so that no home can be found from it.")
    if not OUTWARD.fullmatch(written):
        raise ValidationError("Enter the first half of a postcode, like AB1, or leave this empty.")


class FreeText(fields.String):
    """Words that must not identify anybody. Alone it refuses them; a `NamesNobody` schema asks for a reason first."""

    def _validate(self, value: str) -> None:
        super()._validate(value)
        found = [] if isinstance(self.parent, NamesNobody) else find_details(value)
        if found:
            raise ValidationError(take_out(found))


def words(label: str, *, longest: int, hint: str = "", required: bool = False, **metadata: Any) -> fields.String:
    """A free text that must not identify anybody."""
    return FreeText(
        required=required,
        validate=at_most(longest),
        metadata={"label": label, "hint": hint, "names_nobody": True, **metadata},
    )


def one_of(
    kind: type, label: str, choices: Sequence[tuple[Any, ...]], *, required: bool = False, **more: Any
) -> fields.Enum[Any]:
    """One answer out of a few, as large radios."""
    return fields.Enum(
        kind,
        by_value=True,
        required=required,
        error_messages={"unknown": "Choose one of the answers shown."},
        metadata={"label": label, "widget": "radios", "choices": choices, **more},
    )


def some_of(kind: type[StrEnum], label: str, **more: Any) -> fields.List[Any]:
    """Any number of answers out of a few, as tick boxes."""
    return fields.List(
        fields.Enum(kind, by_value=True),
        metadata={"label": label, "widget": "checkboxes", "choices": labelled(kind), **more},
    )


def labelled(kind: type[StrEnum], **labels: str) -> list[tuple[str, str]]:
    """Choices from a word list, each with a capital, some with their own label."""
    return [(member.value, labels.get(member.name, member.value[0].upper() + member.value[1:])) for member in kind]


def sending_key() -> fields.String:
    """The form's own name for this sending, by which a repeat is known."""
    return fields.String(
        validate=validate.Regexp(
            r"^[A-Za-z0-9_-]{8,80}$", error="This form was changed on its way. Open it again."
        ),
        metadata={"widget": "hidden"},
    )


def unasked(schema: FormSchema[Any], data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Answers to questions that do not arise, each with the sentence that its condition has for it.

    A form never sends them, because it asks only what matters; another system might.
    """
    conditions: dict[str, Condition] = {
        name: field.metadata["only_if"]
        for name, field in schema.load_fields.items()
        if "only_if" in field.metadata
    }
    return {
        name: [condition.sentence]
        for name, condition in conditions.items()
        if name in data and data.get(condition.question) not in condition.answers
    }


class NamesNobody(FormSchema[Made]):
    """A form whose free texts identify nobody, or whose sender says why what looks like a detail is none."""

    kept_details_reason = fields.String(
        validate=[validate.Length(min=5, error="Say why in a few words."), at_most(300)],
        metadata={
            "label": "Why is this not a personal detail?",
            "hint": "For example: it is a batch number. Your reason is kept, and those who review the report see it.",
        },
    )

    @validates_schema(skip_on_field_errors=False)
    def names_nobody(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse details that could identify somebody, naming each so that it can be taken out or explained."""
        found = dict(self._found(data))
        reason = data.get(REASON, "")
        known = {detail.text for details in found.values() for detail in details}
        in_reason = [detail for detail in find_details(reason) if detail.text not in known]
        if in_reason:
            raise ValidationError({REASON: [take_out(in_reason)]})
        if found and not reason:
            asked = {REASON: [OR_SAY_WHY]} if REASON in self.fields else {}
            raise ValidationError({name: [take_out(details)] for name, details in found.items()} | asked)

    @post_load
    def make(self, data: dict[str, Any], **more: Any) -> Any:
        """What was kept goes with its reason; a reason for nothing is not kept."""
        return super().make(data | self.kept(data), **more)

    def kept(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What looks like a detail and was kept, and why."""
        found = tuple(
            Kept(name, detail.kind.value, detail.text) for name, details in self._found(data) for detail in details
        )
        return {"kept_details": found, REASON: data.get(REASON, "") if found else ""}

    def _found(self, data: Mapping[str, Any]) -> Iterator[tuple[str, list[Detail]]]:
        """The free texts that hold what looks like a detail."""
        for name, field in self.load_fields.items():
            if field.metadata.get("names_nobody") and name in data and (details := find_details(data[name])):
                yield name, details


def take_out(details: Sequence[Detail]) -> str:
    """What must go, in a sentence."""
    listed = ", ".join(f"“{detail.text}” ({detail.kind})" for detail in details)
    return f"Take out {listed}. We must not hold anything that identifies the person."
