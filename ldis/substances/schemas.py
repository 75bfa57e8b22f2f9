"""What is asked about a name that an area adds, and what a search asks."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, post_load

from ldis.people.rules import own_path
from ldis.substances.catalogue import NaloxoneEffect, SubstanceClass, UkClass
from ldis.substances.names import How
from ldis.web import FormSchema, at_most

NO_DRUG = "not-a-drug"


@dataclass(frozen=True)
class NewWord:
    """A word and the code of what it means; no code where it is not the name of a drug. Then where to go."""

    written: str
    code: str | None
    next: str | None = None


class WordSchema(FormSchema[NewWord]):
    """A local name, as an administrator adds it."""

    makes = NewWord
    written = fields.String(
        required=True,
        validate=at_most(60),
        metadata={"label": "What do people write or say?", "hint": "One name, as it stands in reports."},
    )
    code = fields.String(
        required=True,
        validate=at_most(60),
        metadata={"label": "What do they mean by it?", "widget": "select", "empty": "Choose one"},
    )
    next = fields.String(load_default=None, metadata={"widget": "hidden"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewWord:
        """One of the choices is that it names no drug; where somebody goes next is never another site."""
        code = None if data["code"] == NO_DRUG else data["code"]
        return NewWord(data["written"], code, own_path(data["next"]))


@dataclass(frozen=True)
class Search:
    """What somebody looks up."""

    q: str


class SearchSchema(FormSchema[Search]):
    """A name to look up."""

    makes = Search
    q = fields.String(
        required=True,
        validate=at_most(200),
        metadata={"label": "Name of a drug", "description": "A name, in any spelling, or its first letters."},
    )


class SubstanceSchema(Schema):
    """A substance of the catalogue, as other systems see it."""

    code = fields.String()
    name = fields.String()
    substance_class = fields.Enum(SubstanceClass, by_value=True, data_key="class")
    tier = fields.Integer(metadata={"description": "1 (a little can kill) to 4."})
    naloxone = fields.Enum(NaloxoneEffect, by_value=True)
    uk_class = fields.Enum(UkClass, by_value=True)


class MatchSchema(Schema):
    """What words mean."""

    written = fields.String()
    how = fields.Enum(How, by_value=True)
    substance = fields.Nested(SubstanceSchema)


class OfferSchema(Schema):
    """What may have been meant, to be confirmed by a person."""

    why = fields.String()
    substance = fields.Nested(SubstanceSchema)


class AnswerSchema(Schema):
    """What was found: what the words mean, and apart from it what may have been meant."""

    matches = fields.List(fields.Nested(MatchSchema))
    suggestions = fields.List(fields.Nested(OfferSchema))
