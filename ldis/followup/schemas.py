"""What a reporter types to follow a report and to add to it, and what a coordinator asks."""

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate

from ldis.followup.rules import LONGEST_QUESTION, LONGEST_UPDATE, Address, read_address
from ldis.submissions.asking import NO_NAMES, words
from ldis.submissions.rules import tidy_reference
from ldis.web import FormSchema

WRONG_REFERENCE = (
    "This reference is not right: its last letter or number checks the others, and does not fit. Compare it sign by "
    "sign with what you wrote down. After the first hyphen there is never an O, an I, an L, a 0 or a 1."
)
NO_ADDRESS = (
    "Enter the email address in full, like name@example.org, or the UK mobile number, like 07700 900123. We cannot "
    "send a code to a landline."
)


class Reference(fields.String):
    """The reference of a report, however it was spaced or cased."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        written = super()._deserialize(value, attr, data, **kwargs) or ""
        reference = tidy_reference(written) if len(written) <= 40 else None
        if reference is None:
            raise ValidationError(WRONG_REFERENCE)
        return reference


class ReporterAddress(fields.String):
    """An e-mail address or a mobile number, in one box: people remember which they gave."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Address:  # type: ignore[override]
        written = super()._deserialize(value, attr, data, **kwargs) or ""
        address = read_address(written) if len(written) <= 254 else None
        if address is None:
            raise ValidationError(NO_ADDRESS)
        return address


@dataclass(frozen=True)
class Follow:
    """Somebody who says that a report is theirs."""

    reference: str
    address: Address


class FollowSchema(FormSchema[Follow]):
    """The first step of following a report."""

    makes = Follow

    reference = Reference(
        required=True,
        metadata={
            "label": "Reference of your report",
            "hint": "Like PLY-7K3Q-M. Spaces and small letters are fine.",
            "autocomplete": "off",
            "spellcheck": False,
            "width": 10,
        },
    )
    address = ReporterAddress(
        required=True,
        metadata={
            "label": "The email address or mobile number that you left with it",
            "autocomplete": "email",
            "spellcheck": False,
        },
    )


@dataclass(frozen=True)
class Update:
    """What somebody adds to a report."""

    words: str
    submission_key: str = ""


def key_of_the_form() -> fields.String:
    """The name that a form gives to this sending, so that a double tap is known."""
    wrong = "This form was changed on its way. Open it again."
    return fields.String(
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{8,80}$", error=wrong), metadata={"widget": "hidden"}
    )


class UpdateSchema(FormSchema[Update]):
    """An update to a report: free text that names nobody."""

    makes = Update

    words = words(
        "What do you want to add?", longest=LONGEST_UPDATE, hint=NO_NAMES, required=True, widget="textarea", rows=4
    )
    submission_key = key_of_the_form()


class AnswerSchema(UpdateSchema):
    """The answer to a question."""

    words = words("Your answer", longest=LONGEST_UPDATE, hint=NO_NAMES, required=True, widget="textarea", rows=4)


@dataclass(frozen=True)
class Question:
    """What a coordinator asks a reporter."""

    words: str
    submission_key: str = ""


class QuestionSchema(FormSchema[Question]):
    """One question to a reporter, short enough for a text message."""

    makes = Question

    words = words(
        "What do you want to ask?",
        longest=LONGEST_QUESTION,
        hint="One question. It goes out in these words. No names, dates of birth or full addresses.",
        required=True,
        widget="textarea",
        rows=3,
    )
    submission_key = key_of_the_form()


@dataclass(frozen=True)
class Read:
    """How far a coordinator has read what was added."""

    up_to: int


class ReadSchema(FormSchema[Read]):
    """Say that what was added has been read; what came after the page was opened has not."""

    makes = Read

    up_to = fields.Integer(required=True, validate=validate.Range(0, 2**62), metadata={"widget": "hidden"})
