"""What a coordinator asks partners, and what a partner answers."""

from dataclasses import dataclass

from marshmallow import fields, validate

from alerts.messages import Medium
from ldis.contacts.rules import Chosen
from ldis.corroboration.rules import Sighting
from ldis.people.rules import Sector
from ldis.submissions.asking import labelled, one_of, sending_key, some_of
from ldis.submissions.asking import words as free_text
from ldis.web import FormSchema

NAMES_NOBODY = "No names, dates of birth or full addresses."
CLOSES_IN = ((2, "In 2 hours"), (4, "In 4 hours"), (24, "In 24 hours"), (72, "In 3 days"), (168, "In 7 days"))


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question, to whom it is put, and for how long. `audience` is the mark of those whom the page counted."""

    words: str
    media: tuple[Medium, ...]
    closes_in: int
    seen_version: int
    submission_key: str
    list_ids: tuple[int, ...] = ()
    sectors: tuple[Sector, ...] = ()
    area_codes: tuple[str, ...] = ()
    contact_ids: tuple[int, ...] = ()
    audience: str = ""

    @property
    def chosen(self) -> Chosen:
        """Whom the coordinator picked."""
        return Chosen(self.list_ids, self.contact_ids, self.sectors, self.area_codes)


class AskSchema(FormSchema[Ask]):
    """Put a question to partners. Who there is to choose from, only the database knows."""

    makes = Ask

    words = free_text(
        "What do you want to ask?",
        longest=160,
        hint=f"One question that can be answered with seen, not seen or heard of it. {NAMES_NOBODY}",
        required=True,
        widget="textarea",
        rows=3,
    )
    list_ids = fields.List(
        fields.Integer(), metadata={"label": "Everybody on these lists", "widget": "checkboxes", "choices": []}
    )
    sectors = some_of(
        Sector, "Organisations of these kinds", hint="With areas too: only those kinds in those areas."
    )
    area_codes = fields.List(
        fields.String(), metadata={"label": "Organisations in these areas", "widget": "checkboxes", "choices": []}
    )
    contact_ids = fields.List(
        fields.Integer(), metadata={"label": "Single people", "widget": "checkboxes", "choices": []}
    )
    media = fields.List(
        fields.Enum(Medium, by_value=True),
        required=True,
        validate=validate.Length(min=1, error="Choose text message, email or both."),
        metadata={
            "label": "How",
            "widget": "checkboxes",
            "choices": [(Medium.SMS.value, "By text message"), (Medium.EMAIL.value, "By email")],
        },
    )
    closes_in = fields.Integer(
        required=True,
        validate=validate.OneOf([hours for hours, _ in CLOSES_IN], error="Choose one of the times shown."),
        metadata={
            "label": "When does it close?",
            "hint": "Those who are silent are reminded once before that. Later answers are taken, and marked late.",
            "widget": "select",
            "choices": CLOSES_IN,
        },
    )
    seen_version = fields.Integer(required=True, metadata={"widget": "hidden"})
    audience = fields.String(validate=validate.Length(max=64), metadata={"widget": "hidden"})
    submission_key = sending_key()


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a partner answers."""

    sighting: Sighting
    note: str = ""


class WordSchema(FormSchema[Word]):
    """Answer a question."""

    makes = Word

    sighting = one_of(
        Sighting,
        "Your answer",
        labelled(Sighting, SEEN="Yes, seen", NOT_SEEN="No, not seen", HEARD="Not seen, but heard of it"),
        required=True,
    )
    note = free_text(
        "Anything we should know?",
        longest=300,
        hint=f"Where, when, what it looked like. {NAMES_NOBODY}",
        widget="textarea",
        rows=3,
    )
