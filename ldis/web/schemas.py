"""The base of every input schema: tidied words in, a frozen dataclass out, sentences when something is amiss."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate
from typing_extensions import TypeVar

from ldis.errors import Invalid
from ldis.web.reading import one_line_end

Made = TypeVar("Made", default=Any)

SAYS_SOMETHING = re.compile(r"[^\s\x01-\x1f\x85]")
"""A text without any such character is empty; NUL is left to be refused."""

UNSTORABLE = "This holds a character that cannot be stored. Delete it and type it again."

PLAIN = {
    "Not a valid string.": "Enter this in words.",
    "Not a valid date.": "Enter a real date, like 27 3 2026.",
    "Not a valid {obj_type}.": "Enter a real date and time.",
    "Not a valid integer.": "Enter a whole number, like 2.",
    "Not a valid number.": "Enter a number, like 2 or 2.5.",
    "Number too large.": "Enter a smaller number.",
    "Special numeric values (nan or infinity) are not permitted.": "Enter a number, like 2 or 2.5.",
    "Not a valid boolean.": "Choose yes or no.",
    "Not a valid email address.": "Enter an email address in full, like name@example.org.",
    "Not a valid list.": "Choose from the answers shown.",
    "Must be one of: {choices}.": "Choose one of the answers shown.",
    "Invalid type.": "This is not in the form we expected.",
    "Invalid input type.": "This is not in the form we expected.",
    "Longer than maximum length {max}.": "Use {max} characters or fewer.",
    "Shorter than minimum length {min}.": "Use at least {min} characters.",
    "Must be greater than or equal to {min}.": "Enter {min} or more.",
    "Must be less than or equal to {max}.": "Enter {max} or less.",
    "Must be greater than or equal to {min} and less than or equal to {max}.": (
        "Enter a number from {min} to {max}."
    ),
}
"""What marshmallow would say, and what is said instead. A schema's own `error_messages` are left alone."""

MISSING = ("Missing data for required field.", "Field may not be null.")
CHOOSING = ("radios", "checkboxes", "select")


class FormSchema(Schema, Generic[Made]):
    """An input that a page or the API accepts.

    Words are trimmed, line ends made one kind, empty answers taken as not given, and characters that the database
    cannot hold refused, whether they came from a form or as JSON. What is valid becomes an instance of `makes`.
    """

    makes: ClassVar[type]
    beside: ClassVar[bool] = False
    """Whether it is drawn inside the form of another schema and sent with it. It says what is wrong with its own."""
    in_order: ClassVar[tuple[str, ...]] = ()
    """The names in the order of the page, where a schema is put together from several."""
    error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "type": "This is not in the form we expected.",
        "unknown": "There is no such field.",
    }

    class Meta:
        """Unknown keys, such as the form's own token, are nobody's business here."""

        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give each field our sentences in place of marshmallow's."""
        self._speak_plainly(field_obj, question(field_name, field_obj))
        if isinstance(field_obj, fields.List):
            self._speak_plainly(field_obj.inner, question(field_name, field_obj))

    @staticmethod
    def _speak_plainly(field: fields.Field[Any], missing: str) -> None:
        field.error_messages = {
            kind: missing if text in MISSING else PLAIN.get(str(text), text)
            for kind, text in field.error_messages.items()
        }
        for validator in field.validators:
            if isinstance(validator, validate.Email):
                validator.error = PLAIN.get(validator.error, validator.error)
            elif isinstance(validator, (validate.Length, validate.Range)) and validator.error is None:
                for name in ("message_min", "message_max", "message_all"):
                    text = getattr(validator, name)
                    setattr(validator, name, PLAIN.get(text, text))
            elif isinstance(validator, validate.OneOf) and validator.error == validate.OneOf.default_message:
                validator.error = PLAIN["Must be one of: {choices}."]

    @pre_load
    def tidy(self, data: Any, **_: Any) -> Any:
        """Trim, drop what is empty, refuse what cannot be stored."""
        if not isinstance(data, Mapping):
            return data
        tidied = {}
        unstorable = {}
        for key, value in data.items():
            answer = _tidied(value)
            if any(not storable(word) for word in _words(answer)):
                unstorable[key] = [UNSTORABLE]
            elif answer != "":
                tidied[key] = answer
        if unstorable:
            raise ValidationError(unstorable)
        return tidied

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """The frozen dataclass that goes further in; lists become tuples, so that it is frozen all through."""
        return self.makes(**{key: tuple(v) if isinstance(v, list) else v for key, v in data.items()})


def loaded(schema: FormSchema[Made], data: Mapping[str, Any]) -> Made:
    """What was given, as the schema's dataclass; raises Invalid with sentences by field, as a form on a page does."""
    try:
        return cast(Made, schema.load(data))
    except ValidationError as error:
        raise Invalid(sentences(error.messages)) from error


def question(name: str, field: fields.Field[Any]) -> str:
    """What to say to somebody who left a field empty."""
    label = str(field.metadata.get("label") or name.replace("_", " "))
    if label.endswith("?"):
        return f"Answer “{label}”"
    if label[1:2].islower() or len(label) == 1:
        label = label[0].lower() + label[1:]
    verb = "Choose" if field.metadata.get("widget") in CHOOSING or field.metadata.get("choices") else "Enter"
    return f"{verb} {label.rstrip('.:')}."


def at_most(length: int) -> validate.Length:
    """No longer than this; a textarea with it counts characters down."""
    return validate.Length(max=length, error="Use {max} characters or fewer.")


def storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def sentences(messages: Any, path: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages as sentences by field; a field of a row is called `components-0-substance`."""
    if isinstance(messages, (list, str)):
        return {path or "_schema": [messages] if isinstance(messages, str) else [str(m) for m in messages]}
    found: dict[str, list[str]] = {}
    for key, value in messages.items():
        deeper = isinstance(value, Mapping)
        if key == "_schema" or (isinstance(key, int) and not deeper):
            where = path
        else:
            where = f"{path}-{key}" if path else str(key)
        for field, texts in sentences(value, where).items():
            kept = found.setdefault(field, [])
            kept += [text for text in texts if text not in kept]
    return found


def _tidied(value: Any) -> Any:
    if isinstance(value, str):
        text = one_line_end(value).strip()
        return text if SAYS_SOMETHING.search(text) else ""
    if isinstance(value, list):
        return [item for item in map(_tidied, value) if item != ""]
    return value


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
