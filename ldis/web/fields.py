"""What a template draws of a form: each field with its words, what it holds and what is wrong with that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any

from marshmallow import Schema, fields, validate

from ldis.web.dates import day, today
from ldis.web.reading import (
    DATE_PARTS,
    QUICK,
    Sent,
    asked,
    date_sent,
    matters,
    row_count,
    row_schema,
    under,
    widget_of,
)

Choice = tuple[Any, ...]
MARKS = ("offers_names", "names_nobody")


@dataclass(frozen=True, eq=False)
class Form:
    """What a template draws: fields with their words, values and errors."""

    schema: Schema
    initial: Mapping[str, Any]
    typed: Sent | None = None
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    ids: str = ""
    path: str = ""
    stale: bool = False

    @cached_property
    def fields(self) -> dict[str, "FormField"]:
        """The fields by name, in the order of the schema."""
        return {name: FormField(self, name, one) for name, one in asked(self.schema)}

    def __getitem__(self, name: str) -> "FormField":
        return self.fields[name]

    def __iter__(self) -> Iterator["FormField"]:
        return iter(self.fields.values())

    def rows(self, name: str) -> list["Form"]:
        """A form for each row of a table: those filled in, then empty ones.

        The field's metadata says how many there are at first (`rows`, default 1); there is always one to spare.
        """
        table = self.fields[name].field
        schema = row_schema(table)
        if schema is None:
            raise TypeError(f"{name} is not a table of rows.")
        known = list(self.initial.get(name) or [])
        filled = len(known) if self.typed is None else row_count(name, self.typed)
        return [
            Form(
                schema,
                initial=_as_mapping(known[place]) if place < len(known) else {},
                typed=None if self.typed is None else under(f"{name}-{place}-", self.typed),
                errors=_below(f"{name}-{place}-", self.errors),
                choices=self.choices,
                ids=self.ids,
                path=f"{self.path}{name}-{place}-",
                stale=self.stale,
            )
            for place in range(max(filled + 1, int(table.metadata.get("rows", 1))))
        ]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Every name and value that was sent, for the page on which answers are checked.

        A hidden one that was not sent goes with them as it is known, so that what follows has one. “Today” goes with
        the day on which it was said: the next button may be pressed after midnight.
        """
        if self.typed is None:
            return []
        kept = [*self.typed.items(multi=True)]
        for one in self:
            if one.widget == "hidden" and one.own_name not in self.typed:
                kept += [(one.own_name, value) for value in one.stored]
            elif one.quick and f"{one.own_name}-said_on" not in self.typed:
                kept.append((f"{one.own_name}-said_on", today().isoformat()))
        return kept

    @property
    def answered(self) -> list["FormField"]:
        """The questions that somebody has answered, in the order in which they stand on the page."""
        return [one for one in self if one.widget != "hidden" and one.arises and one.answer]

    def drawn(self) -> Iterator["FormField"]:
        """Every field, those of the rows among them, in the order they stand on the page."""
        for one in self:
            yield one
            if row_schema(one.field) is not None:
                for row in self.rows(one.own_name):
                    yield from row.drawn()


@dataclass(frozen=True, eq=False)
class FormField:
    """One question: its words, what it holds, and what is wrong with that."""

    form: Form
    own_name: str
    field: fields.Field[Any]

    @property
    def name(self) -> str:
        """Its name in the form."""
        return self.form.path + self.own_name

    @property
    def id(self) -> str:
        """Its id on the page, which the error summary links to."""
        return f"{self.form.ids}-{self.name}" if self.form.ids else self.name

    @property
    def arises(self) -> bool:
        """Whether it is asked at all, after what else was answered."""
        return self.form.typed is None or matters(self.field, self.form.typed)

    @property
    def target(self) -> str:
        """The id of the box that an error is to be mended in."""
        if row_schema(self.field) is not None:
            return next(self.form.rows(self.own_name)[0].drawn()).target
        return f"{self.id}-day" if self.widget == "date" and not self.quick else self.id

    @property
    def label(self) -> str:
        """The question."""
        return str(self.field.metadata.get("label") or self.own_name.replace("_", " ").capitalize())

    @property
    def widget(self) -> str:
        """How it is drawn."""
        return widget_of(self.field)

    @property
    def quick(self) -> bool:
        """Whether a date offers today and yesterday first."""
        return bool(self.field.metadata.get("quick"))

    @property
    def single(self) -> bool:
        """Whether it is one tick box, not a choice of several answers."""
        return isinstance(self.field, fields.Boolean) and self.widget == "checkboxes"

    def get(self, key: str, default: Any = None) -> Any:
        """What the schema's metadata says of it: hint, rows, autocomplete, inputmode."""
        return self.field.metadata.get(key, default)

    @property
    def type(self) -> str:
        """The kind of text box: metadata says `tel`; an e-mail field is known by its schema."""
        return str(self.get("type") or ("email" if isinstance(self.field, fields.Email) else "text"))

    @property
    def inputmode(self) -> str:
        """Which keyboard a phone shows."""
        return str(self.get("inputmode") or ("numeric" if isinstance(self.field, fields.Integer) else ""))

    @property
    def marks(self) -> dict[str, str]:
        """What scripts know it by: a field that offers the names of drugs, a text that must name nobody."""
        return {f"data-{mark.replace('_', '-')}": "" for mark in MARKS if self.get(mark)}

    @property
    def group(self) -> dict[str, dict[str, str]]:
        """What is said where it must be answered and is not: for a script, where the service cannot be asked."""
        needed = str(self.field.error_messages["required"])
        return {"attributes": {"data-needed": needed}} if self.field.required else {}

    @property
    def optional(self) -> bool:
        """Whether it may be left empty."""
        return not self.field.required

    @property
    def max_length(self) -> int | None:
        """The most characters it takes, where the schema says so."""
        limits = [v.max for v in self.field.validators if isinstance(v, validate.Length) and v.max]
        return min(limits) if limits else None

    @property
    def choices(self) -> list[Choice]:
        """The answers to choose from: (value, label, hint); a value of None is a divider."""
        known = self.form.choices.get(self.own_name) or self.get("choices")
        if known is None and self.single:
            known = [("yes", self.label)]
        elif known is None:
            known = _members(self.field)
        return [(_text(one[0]) if one[0] is not None else None, *one[1:]) for one in known]

    @property
    def values(self) -> list[str]:
        """What it holds: as typed, or as it is known. Nobody can mend a hidden one, so that one is given afresh."""
        outdated = self.widget == "hidden" and (self.form.stale or bool(self.error))
        fresh = outdated and self.own_name in self.form.initial
        if self.form.typed is not None and not fresh:
            return self.form.typed.getlist(self.own_name)
        return self.stored

    @property
    def stored(self) -> list[str]:
        """What is known of it without what was typed."""
        known = self.form.initial.get(self.own_name)
        several = known if isinstance(known, (list, tuple, set, frozenset)) else [known]
        return [_text(one) for one in several if one is not None]

    @property
    def value(self) -> str:
        """The one value it holds, or nothing."""
        return next(iter(self.values), "")

    @property
    def answer(self) -> str:
        """What it holds as it reads on the page: the words of a choice, a day with its month; nothing where empty."""
        if self.widget == "date":
            return self._day
        labels = {value: "Yes" if self.single else str(label) for value, label, *_ in self.choices}
        return ", ".join(labels.get(value, value.strip()) for value in self.values if value.strip())

    @property
    def _day(self) -> str:
        sent = self.form.typed
        try:
            chosen = date.fromisoformat(date_sent(self.own_name, sent) if sent is not None else self.value)
        except ValueError:
            return ""
        quick = self.date_parts["quick"]
        return f"{quick.capitalize()}, {day(chosen)}" if quick in QUICK else day(chosen)

    @property
    def now_says(self) -> str:
        """After a change by somebody else: what it says now, where that differs from what was typed."""
        if not self.form.stale or self.widget == "hidden" or self.stored == self.values:
            return ""
        labels = {value: label for value, label, *_ in self.choices}
        return ", ".join(str(labels.get(one, one)) for one in self.stored)

    def items(self, reveal: Mapping[str, str]) -> list[dict[str, Any]]:
        """The choices as the radio and tick box macros take them; `reveal` is what a choice uncovers, by value."""
        held = set(self.values)
        drawn: list[dict[str, Any]] = []
        for value, label, *more in self.choices:
            if value is None:
                drawn.append({"divider": label})
                continue
            item = {"value": value, "text": label, "checked": value in held}
            if more and more[0]:
                item["hint"] = {"text": more[0]}
            if value in reveal:
                item["conditional"] = {"html": reveal[value]}
            drawn.append(item)
        return drawn

    @property
    def date_parts(self) -> dict[str, str]:
        """Day, month, year and the quick answer, whatever was typed in them; “today” as what that day is by now."""
        sent = self.form.typed
        if sent is not None and sent.get(f"{self.own_name}-quick") in QUICK:
            return _parts_today(date.fromisoformat(date_sent(self.own_name, sent)))
        if sent is not None:
            return {part: sent.get(f"{self.own_name}-{part}", "") for part in (*DATE_PARTS, "quick")}
        known = self.form.initial.get(self.own_name)
        if not isinstance(known, date):
            return dict.fromkeys((*DATE_PARTS, "quick"), "")
        return _parts(known)

    @property
    def error(self) -> str:
        """What is wrong with it, in sentences."""
        return " ".join(self.form.errors.get(self.own_name, []))


def _parts(known: date) -> dict[str, str]:
    return {"day": str(known.day), "month": str(known.month), "year": str(known.year), "quick": "other"}


def _parts_today(meant: date) -> dict[str, str]:
    """A day for a form that is drawn now: what somebody called “today” in a cellar may be days ago."""
    ago = (today() - meant).days
    if ago in range(len(QUICK)):
        return dict.fromkeys(DATE_PARTS, "") | {"quick": QUICK[ago]}
    return _parts(meant)


def _below(prefix: str, errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {key.removeprefix(prefix): texts for key, texts in errors.items() if key.startswith(prefix)}


def _members(field: fields.Field[Any]) -> list[Choice]:
    kind = field.inner if isinstance(field, fields.List) else field
    if not isinstance(kind, fields.Enum):
        return []
    return [(one, getattr(one, "label", "") or _text(one).replace("_", " ").capitalize()) for one in kind.enum]


def _as_mapping(row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else vars(row)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.value if isinstance(value, Enum) else value)
