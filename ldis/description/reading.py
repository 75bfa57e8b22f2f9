"""The OpenAPI document as a page reads it: each call with its fields in words. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One thing that is sent or comes back."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Refused:
    """A status that a call may answer with when it is refused, and when."""

    status: str
    when: str


@dataclass(frozen=True)
class Operation:
    """One call, in words."""

    name: str
    method: str
    path: str
    summary: str
    scopes: Sequence[str]
    curl: str
    status: str
    answer: str
    sent: Sequence[Field]
    returned: Sequence[Field]
    refused: Sequence[Refused]


def operations_of(document: Document) -> list[Operation]:
    """Every call in the order of the document."""
    return [
        _operation(document, path, method, said, item)
        for path, item in document["paths"].items()
        for method, said in item.items()
        if method != "parameters"
    ]


def _operation(document: Document, path: str, method: str, said: Document, item: Document) -> Operation:
    status, good = next((code, one) for code, one in said["responses"].items() if code.startswith("2"))
    content = good["content"]["application/json"]
    body = next((one["schema"] for one in said.get("requestBody", {}).get("content", {}).values()), None)
    parameters = [*item.get("parameters", []), *said.get("parameters", [])]
    return Operation(
        name=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        scopes=[scope for one in said["security"] for scope in one["key"]],
        curl=said["x-codeSamples"][0]["source"],
        status=status,
        answer=json.dumps(content.get("example"), ensure_ascii=False, indent=2),
        sent=[*map(_parameter, parameters), *(_fields(document, body) if body else [])],
        returned=list(_fields(document, content["schema"])),
        refused=[
            Refused(code, document["components"]["responses"][code]["description"])
            for code in said["responses"]
            if not code.startswith("2")
        ],
    )


def _parameter(one: Document) -> Field:
    where = {"path": "in the address", "query": "in the query", "header": "a header"}[one["in"]]
    about = one.get("description", "")
    return Field(one["name"], f"{_kind(one['schema'])}, {where}", bool(one.get("required")), about)


def _fields(document: Document, schema: Document, path: str = "") -> Iterator[Field]:
    """The fields of a schema, and below it those of the rows and objects in it."""
    said = _resolved(document, schema)
    required = said.get("required", [])
    for name, one in said.get("properties", {}).items():
        inner = _resolved(document, one)
        yield Field(path + name, _kind(inner), name in required, one.get("description", ""))
        rows = _resolved(document, inner.get("items", {})) if inner.get("type") == "array" else inner
        if rows.get("properties"):
            yield from _fields(document, rows, f"{path}{name}{'[]' if rows is not inner else ''}.")


def _resolved(document: Document, schema: Document) -> Document:
    if "$ref" not in schema:
        return schema
    found: Document = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


def _kind(schema: Document) -> str:
    """text, at most 80 characters · one of: saw it, read it · a day like 2026-03-27"""
    if "enum" in schema:
        return f"one of: {', '.join(map(str, schema['enum']))}"
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "array":
        items = schema["items"]
        return f"a list of {_kind(items)}" if "$ref" not in items else "a list of objects"
    if kind == "string" and schema.get("format") == "date":
        return "a day like 2026-03-27"
    if kind == "string":
        return f"text, at most {schema['maxLength']} characters" if "maxLength" in schema else "text"
    return {"boolean": "true or false", "number": "a number", "integer": "a whole number"}.get(kind, "an object")
