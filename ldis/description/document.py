"""The OpenAPI document, completed: who may call, every refusal, the Idempotency-Key, examples. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ldis.description.curl import as_curl
from ldis.description.examples import Example
from ldis.description.problems import HEADERS_OF, PROBLEM, WHEN

Document = dict[str, Any]

ABOUT = """\
Reports, laboratory results and the catalogue of substances, for other systems. Ask an administrator of your
partnership for a key and send it with every call: `Authorization: Bearer ldis_...`. A key belongs to one partnership,
has scopes, runs out, can be revoked, and may be used so many times a minute. Cases are read and judged with a person's
own key alone, which they make under Your account; it may do what they may do on the pages.

Whatever is refused is answered by a problem document (RFC 9457) whose `detail` is a sentence; `errors` holds sentences
by field. Bodies are JSON in UTF-8 without unknown or repeated names. No name, date of birth or address of the person
harmed may be sent in any field."""

IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "Your own name for this sending. The same key with the same body is the same sending, however often it comes, "
        "and gets the same answer; with another body it is refused (422). It counts for your API key alone. Without it "
        "every call is a new sending."
    ),
    "schema": {"type": "string", "minLength": 8, "maxLength": 80, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    "example": "job-20261122-0001",
}


@dataclass(frozen=True)
class Call:
    """One call as its view has it: `name` is unique, `path` is written as OpenAPI does, `scopes` are alternatives."""

    method: str
    path: str
    name: str
    scopes: Sequence[str]
    example: Example | None


def completed(document: Document, calls: Iterable[Call], *, address: str) -> Document:
    """The whole document. `address` is where this installation is reached, for the examples."""
    document["info"]["description"] = ABOUT
    document["servers"] = [{"url": "/", "description": "This installation."}]
    document["paths"] = {path: dict(sorted(said.items())) for path, said in sorted(document["paths"].items())}
    _components(document)
    for call in calls:
        operation = document["paths"][call.path][call.method]
        parameters = _all_parameters(document["paths"][call.path], operation)
        operation["operationId"] = call.name
        operation["security"] = [{"key": [scope]} for scope in call.scopes]
        operation["description"] = f"{operation.pop('description', '')}\n\n{_scope_in_words(call.scopes)}".strip()
        operation["responses"] = _answers(operation, parameters)
        if call.method == "post":
            operation.setdefault("parameters", []).append(IDEMPOTENCY)
        if call.example:
            _give_example(operation, parameters, call.example)
        source = as_curl(call.method, call.path, call.example or Example({}), address=address)
        operation["x-codeSamples"] = [{"lang": "curl", "label": "curl", "source": source}]
    _say_that_answers_are_whole(document)
    return document


def _components(document: Document) -> None:
    components = document["components"]
    for unused in ("Error", "PaginationMetadata"):
        components["schemas"].pop(unused, None)
    components["schemas"]["Problem"] = PROBLEM
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, with the scopes that are named."}
    }
    components["responses"] = {str(status): _problem(status) for status in WHEN}


def _problem(status: int) -> Document:
    title, when, detail = WHEN[status]
    shown = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if status == 422:
        shown["errors"] = {"field": [detail]}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": when,
        "content": {"application/problem+json": {"schema": schema, "example": shown}},
        **({"headers": HEADERS_OF[status]} if status in HEADERS_OF else {}),
    }


def _all_parameters(path: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Document]:
    return [*path.get("parameters", []), *operation.get("parameters", [])]


def _answers(operation: Document, parameters: Sequence[Document]) -> Document:
    """What the view says it answers when all is well, and every refusal that its kind of call can meet."""
    well = {code: said for code, said in operation["responses"].items() if code.startswith("2")}
    said_by_view = {int(code) for code in operation["responses"] if code.startswith("4")}
    refused = {401, 403, 429, 500} | said_by_view
    if "requestBody" in operation:
        refused |= {400, 413, 415, 422}
    if any(one["in"] == "path" for one in parameters):
        refused |= {404}
    if any(one["in"] == "query" for one in parameters):
        refused |= {422}
    return well | {str(code): {"$ref": f"#/components/responses/{code}"} for code in sorted(refused)}


def _give_example(operation: Document, parameters: Sequence[Document], example: Example) -> None:
    for one in parameters:
        if one["name"] in example.parameters:
            one["example"] = example.parameters[one["name"]]
    if example.body is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = dict(example.body)
    for code, said in operation["responses"].items():
        if code.startswith("2"):
            said["content"]["application/json"]["example"] = dict(example.answer)


def _say_that_answers_are_whole(document: Document) -> None:
    """Whatever is described of an answer is always there, if only as null."""
    schemas = document["components"]["schemas"]
    operations = [said for path in document["paths"].values() for said in path.values() if isinstance(said, dict)]
    sent = set(_named_in([said.get("requestBody") for said in operations], schemas))
    for name, schema in schemas.items():
        if name not in sent and name != "Problem":
            schema["required"] = list(schema["properties"])


def _named_in(part: Any, schemas: Mapping[str, Any]) -> Iterator[str]:
    """The schemas that a part of the document refers to, and those that they refer to."""
    if isinstance(part, Mapping):
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name:
            yield name
            yield from _named_in(schemas[name], schemas)
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _named_in(one, schemas)


def _scope_in_words(scopes: Sequence[str]) -> str:
    return f"The key needs the scope {' or '.join(f'`{scope}`' for scope in scopes)}."


def as_path(rule: str) -> str:
    """A route of Flask's as OpenAPI writes it: /incidents/<reference> is /incidents/{reference}."""
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule)
