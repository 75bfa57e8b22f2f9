"""From what a browser sent to what a schema reads: several answers, three boxes for a date, rows of a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from ldis.web.dates import today

Sent = MultiDict[str, str]

MOST_ROWS = 100
DATE_PARTS = ("day", "month", "year")
QUICK = ("today", "yesterday")
QUICK_PARTS = (*DATE_PARTS, "quick", "said_on")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Condition:
    """When a question matters: where another was answered in one of these ways. Else `sentence` refuses an answer.

    It stands in a field's metadata as `only_if`. A form does not hold an answer to what it did not ask: whoever
    answers, then changes the other answer, has taken this one back too.
    """

    question: str
    answers: frozenset[str]
    sentence: str


def widget_of(field: fields.Field[Any]) -> str:
    """How the field is asked: as its metadata says, or as its kind suggests."""
    named = field.metadata.get("widget")
    if named:
        return str(named)
    if isinstance(field, fields.Date):
        return "date"
    if isinstance(field, (fields.List, fields.Boolean)):
        return "checkboxes"
    return "radios" if isinstance(field, fields.Enum) else "text"


def row_schema(field: fields.Field[Any]) -> Schema | None:
    """The schema of each row, where a field is a table of rows."""
    if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
        return field.inner.schema
    return None


def asked(schema: Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    """Each name in the form with its field, in the order of the schema: its own, or the one it says."""
    order = getattr(schema, "in_order", ())
    known = [name for name in order if name in schema.load_fields]
    for name in dict.fromkeys((*known, *schema.load_fields)):
        field = schema.load_fields[name]
        yield field.data_key or name, field


def compacted(schema: Schema, sent: Sent) -> Sent:
    """What was sent for the schema's own names; empty rows are left out and the others counted from 0."""
    kept: Sent = MultiDict()
    for name, field in asked(schema):
        rows = row_schema(field)
        if rows is None:
            for key in (name, *(f"{name}-{part}" for part in QUICK_PARTS)):
                if key in sent and (key == name or widget_of(field) == "date"):
                    kept.setlist(key, [one_line_end(value) for value in sent.getlist(key)])
            continue
        place = 0
        for each in _rows(name, sent):
            row = compacted(rows, each)
            if any(value.strip() for value in row.values()):
                kept.update({f"{name}-{place}-{key}": row.getlist(key) for key in row})
                place += 1
    return kept


def one_line_end(text: str) -> str:
    """Browsers send two characters for the end of a line; one is kept, as people count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def answers(schema: Schema, sent: Sent) -> dict[str, Any]:
    """What the schema is to load. A question without an answer is left out."""
    given = {name: _answer(name, field, sent) for name, field in asked(schema) if matters(field, sent)}
    return {name: answer for name, answer in given.items() if answer not in (None, "", [])}


def matters(field: fields.Field[Any], sent: Sent) -> bool:
    """Whether the question arises, after what else was answered."""
    condition: Condition | None = field.metadata.get("only_if")
    return condition is None or sent.get(condition.question, "").strip() in condition.answers


def row_count(name: str, sent: Sent) -> int:
    """How many rows of a table hold something."""
    return len(_rows(name, sent))


def under(prefix: str, sent: Sent) -> Sent:
    """What was sent for one row, by the row's own names."""
    row: Sent = MultiDict()
    for key in sent:
        if key.startswith(prefix):
            row.setlist(key.removeprefix(prefix), sent.getlist(key))
    return row


def _answer(name: str, field: fields.Field[Any], sent: Sent) -> Any:
    rows = row_schema(field)
    if rows is not None:
        return [answers(rows, under(f"{name}-{i}-", sent)) for i in range(row_count(name, sent))]
    if isinstance(field, fields.List):
        return [value for value in sent.getlist(name) if value.strip()]
    if widget_of(field) == "date":
        return date_sent(name, sent)
    chosen = list(dict.fromkeys(sent.getlist(name)))
    if widget_of(field) == "radios" and len(chosen) > 1:
        return chosen  # which was meant is not ours to guess: the schema refuses it
    return sent.get(name, "").strip("\r\n\t ")


def date_sent(name: str, sent: Sent) -> str:
    """The day that was meant, in ISO form, or what was typed when it cannot be a day: the schema refuses that."""
    quick = sent.get(f"{name}-quick", "")
    if quick in QUICK:
        return (_said_on(name, sent) - timedelta(days=QUICK.index(quick))).isoformat()
    day, month, year = (sent.get(f"{name}-{part}", "").strip() for part in DATE_PARTS)
    if not (day or month or year):
        return "-" if quick else sent.get(name, "").strip()
    month = _month_number(month)
    if not all(part.isascii() and part.isdigit() for part in (day, month, year)):
        return f"{day} {month} {year}"
    return (
        f"{int(year[:5]):04d}-{int(month[:5]):02d}-{int(day[:5]):02d}"
        if len(year) == 4
        else f"{day} {month} {year}"
    )


def _said_on(name: str, sent: Sent) -> date:
    """The day on which somebody said “today”: it may be sent, or sent again, on a later one."""
    try:
        return date.fromisoformat(sent.get(f"{name}-said_on", ""))
    except ValueError:
        return today()


def _month_number(text: str) -> str:
    short = text.lower()[:3]
    return str(MONTHS.index(short) + 1) if short in MONTHS else text


def _rows(name: str, sent: Sent) -> list[Sent]:
    """The rows of a table in their order, read in one pass: a stranger may send very many names."""
    pattern = re.compile(rf"{re.escape(name)}-([0-9]{{1,4}})-")
    found: dict[int, Sent] = {}
    for key in sent:
        match = pattern.match(key)
        if match:
            found.setdefault(int(match[1]), MultiDict()).setlist(key[match.end() :], sent.getlist(key))
    return [found[number] for number in sorted(found)[:MOST_ROWS]]
