"""What the pages of a file are told."""

from dataclasses import dataclass

from marshmallow import fields

from ldis.web import FormSchema


@dataclass(frozen=True)
class Nothing:
    """A form that is a file alone."""


@dataclass(frozen=True)
class TakeIn:
    """Whether the good results are wanted without the others."""

    accept_good_rows: bool = False


class FileSchema(FormSchema[Nothing]):
    """A file to hand in."""

    makes = Nothing

    file = fields.String(metadata={"label": "Your file", "widget": "file"})


class TakeInSchema(FormSchema[TakeIn]):
    """The word that a checked file waits for."""

    makes = TakeIn

    accept_good_rows = fields.Boolean(metadata={"label": "Take in the good results and leave the others out"})
