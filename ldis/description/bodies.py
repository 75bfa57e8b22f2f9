"""Reading the body of a call: JSON in UTF-8, each name once, each value of the kind that its field has."""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from ldis.errors import Invalid, Refusal

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EXACT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,4})?")
"""A quantity may be sent as text, so that 0.1 is not nearly 0.1."""
FINITE = "Infinity and NaN are no numbers in JSON."
TOO_DEEP = "The body is nested too deeply, or holds too long a number, to be read."
DEEPEST = 20


class BodyParser(FlaskParser):
    """Reads a body more strictly than a form is read: a program that sends something odd has a mistake in it."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """What the body says; refused where it cannot be read, or could be read in two ways."""
        if not req.is_json or req.content_encoding:
            raise UnsupportedMediaType("Send the body as JSON, with the header Content-Type: application/json.")
        said = read_json(req.get_data())
        if isinstance(said, Mapping):
            refuse_other_kinds(schema, said)
        return said


class Calls(Blueprint):
    """The calls of a stage, whose bodies are read by `BodyParser`."""

    ARGUMENTS_PARSER = BodyParser()


def read_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it; a byte order mark is passed over."""
    try:
        text = body.decode("utf-8-sig")
        said = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Refusal("The body is not in UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refusal(f"The body is not JSON: it cannot be read beyond {where}.") from error
    except (RecursionError, ValueError) as error:
        raise Refusal(TOO_DEEP) from error
    if _deeper_than(DEEPEST, said):
        raise Refusal(TOO_DEEP)
    return said


def _deeper_than(levels: int, said: Any) -> bool:
    """Whether something stands in more lists and objects than any field of ours; counted without going into them."""
    level = [said]
    for _ in range(levels):
        lists = [one for one in level if isinstance(one, list)]
        objects = [one.values() for one in level if isinstance(one, dict)]
        level = [inner for one in (*lists, *objects) for inner in one]
    return any(isinstance(one, (list, dict)) for one in level)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says two things under one name says nothing that could be relied on."""
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise Refusal(f"The body says “{twice[:60]}” twice.")
    return dict(pairs)


def _refuse_constant(_name: str) -> Any:
    raise Refusal(FINITE)


def refuse_other_kinds(schema: Schema, said: Mapping[str, Any]) -> None:
    """Where a form must take words for everything, JSON has kinds: "yes" is not true and "7" is not 7."""
    wrong = dict(_of_other_kinds(schema, said))
    if wrong:
        raise Invalid(wrong)


def _of_other_kinds(schema: Schema, said: Mapping[str, Any], path: str = "") -> Any:
    for name, field in schema.load_fields.items():
        value = said.get(field.data_key or name)
        if value is None:
            continue
        where = f"{path}{field.data_key or name}"
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested) and isinstance(value, list):
            for place, row in enumerate(value):
                if isinstance(row, Mapping):
                    yield from _of_other_kinds(field.inner.schema, row, f"{where}-{place}-")
        elif not isinstance(value, (list, dict)):
            sentence = _kind_wanted(field, value)
            if sentence:
                yield where, [sentence]


def _kind_wanted(field: fields.Field[Any], value: Any) -> str:
    if isinstance(field, fields.Boolean):
        return "" if isinstance(value, bool) else "Say true or false."
    if isinstance(field, fields.Decimal) and isinstance(value, str):
        return "" if EXACT.fullmatch(value) else "Enter a number, like 2 or 2.5."
    if isinstance(field, fields.Integer) and isinstance(value, float) and not value.is_integer():
        return "Enter a whole number, like 2."
    if isinstance(field, fields.Number):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return "" if number else "Enter a number, without quotation marks."
    if isinstance(field, fields.Date):
        day = isinstance(value, str) and DAY.fullmatch(value)
        return "" if day else "Enter a day like 2026-03-27."
    return ""
