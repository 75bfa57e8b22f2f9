"""The OpenAPI document and the page that is drawn from it: whole, true, and with examples that work."""

import io
import json
import shlex
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.people import service as people
from ldis.people.models import Area, Partnership
from ldis.people.rules import OWN_SCOPES, Scope
from ldis.web import today
from tests.integration.cases.table import CaseTable
from tests.integration.description.review import of_both_sides, ready
from tests.integration.submissions.sendings import INCIDENT, LAB_RESULT
from tests.photographs import jpeg

Document = dict[str, Any]


@pytest.fixture
def document(client: FlaskClient) -> Document:
    found = client.get("/api/v1/openapi.json").json
    assert found is not None
    return dict(found)


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                yield method, path, operation


def test_every_call_of_the_service_is_described(app: Flask, document: Document) -> None:
    called = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if hasattr(app.view_functions[rule.endpoint], "key_scope")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in operations(document)} == called
    assert document["openapi"] == "3.1.0"


def test_every_call_says_what_it_does_who_may_and_how_it_refuses(document: Document) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    scopes = {scope.value for scope in Scope}
    for method, path, operation in operations(document):
        assert operation["summary"].endswith("."), path
        assert operation["security"], path
        assert {scope for one in operation["security"] for scope in one["key"]} <= scopes
        refused = {code for code in operation["responses"] if code[0] in "45"}
        assert {"401", "403", "429", "500"} <= refused
        if method == "post":
            assert {"400", "413", "415", "422"} <= refused
            assert "Idempotency-Key" in [one["name"] for one in operation["parameters"]]
        if "{" in path:
            assert "404" in refused


def test_every_refusal_is_a_problem_document_with_an_example(document: Document) -> None:
    for code, refusal in document["components"]["responses"].items():
        [(kind, said)] = refusal["content"].items()
        assert kind == "application/problem+json"
        assert said["schema"]["$ref"] == "#/components/schemas/Problem"
        assert said["example"]["status"] == int(code)
        assert set(said["example"]) >= set(document["components"]["schemas"]["Problem"]["required"])


def test_what_a_key_may_do_is_what_the_document_says(document: Document) -> None:
    wanted = {
        path + " " + method: [scope for one in said["security"] for scope in one["key"]]
        for method, path, said in operations(document)
    }
    assert wanted["/api/v1/incidents post"] == ["reports:write"]
    assert wanted["/api/v1/lab-results/{reference} get"] == ["lab:read", "lab:write"]


def test_the_fields_of_the_form_are_the_fields_of_the_document(document: Document) -> None:
    """One schema serves the page and the API: a question that is added to the form is described here."""
    from ldis.submissions.schemas import IncidentSchema, LabResultSchema

    for name, schema in (("Incident", IncidentSchema()), ("LabResult", LabResultSchema())):
        described = document["components"]["schemas"][name]
        assert set(described["properties"]) == set(schema.load_fields) - {"submission_key"}
        assert described["additionalProperties"] is False
        for field, said in described["properties"].items():
            assert said.get("description"), f"{name}.{field} has no words"


class Code(HTMLParser):
    """The text of every piece of code on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "code":
            self._open = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1] += data


def curls(client: FlaskClient) -> list[str]:
    return [code for code in Code(client.get("/api/docs").text).found if code.startswith("curl ")]


def as_sent(client: FlaskClient, curl: str, key: dict[str, str], *, seen: int = 0, **changes: str) -> TestResponse:
    """Do what the line does, for the days, references and versions of this test."""
    words = shlex.split(curl.replace("\\\n", " ").replace("Bearer $KEY", key["Authorization"]))
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    parts = urlsplit(words[1])
    where = parts.path + (f"?{parts.query}" if parts.query else "")
    for old, new in changes.items():
        where = where.replace(old.replace("_", "-"), new)
    if "-F" in words:
        field, _ = words[words.index("-F") + 1].split("=@")
        return client.post(where, data={field: (io.BytesIO(jpeg()), "photo.jpg")}, headers=headers)
    if "-d" not in words:
        return client.get(where, headers=headers)
    body = json.loads(words[words.index("-d") + 1])
    days = [(today() - timedelta(days=ago)).isoformat() for ago in (4, 3, 2)]
    body |= {name: days.pop(0) for name in body if name.endswith("_on")}
    body |= {name: seen for name in body if name == "seen_version"}
    return client.open(where, method="PUT" if "PUT" in words else "POST", json=body, headers=headers)


def test_every_example_on_the_page_can_be_pasted_and_does_what_it_says(
    client: FlaskClient,
    db: Session,
    key_for: Callable[..., dict[str, str]],
    own_key_for: Callable[..., dict[str, str]],
    table: CaseTable,
    issued: str,
    document: Document,
) -> None:
    place = town(db)
    key = key_for(place, *(set(Scope) - OWN_SCOPES))
    alerts = key_for(table.place, Scope.ALERTS_READ)
    member = of_both_sides(table)
    own = own_key_for(member)
    shown = curls(client)
    assert len(shown) == len(list(operations(document)))
    report = client.post("/api/v1/incidents", json=INCIDENT | {"area_code": "E06000015"}, headers=key).json
    result = client.post("/api/v1/lab-results", json=LAB_RESULT, headers=key).json
    assert report
    assert result
    for curl, (_, path, said) in zip(shown, operations(document), strict=True):
        if "/alerts" in path:
            answer = as_sent(client, curl, alerts, DEM_A01=issued)
        elif "/cases" in path:
            case = ready(table, path, member)
            answer = as_sent(client, curl, own, seen=case.version, DEM_0007=case.reference)
        else:
            answer = as_sent(client, curl, key, DEM_7K3Q_C=report["reference"], DEM_4H8T_A=result["reference"])
        [promised] = [code for code in said["responses"] if code.startswith("2")]
        assert answer.status_code == int(promised), f"{path}: {answer.text}"
        example = said["responses"][promised]["content"]["application/json"]["example"]
        assert answer.json is not None
        assert same_shape(answer.json, example), f"{path}: {answer.json}"


def town(db: Session) -> Partnership:
    """A partnership that covers the area of the examples."""
    db.merge(Area(code="E06000015", name="Derby", region="East Midlands"))
    db.flush()
    return people.create_partnership(
        db, slug="examples", prefix="EXS", name="Examples", area_codes=["E06000015"], actor="test"
    )


def same_shape(answer: Any, example: Any) -> bool:
    """Whether an answer has the parts that the example has, where there is something to have them."""
    if not answer or not example:
        return True
    if isinstance(example, list):
        return isinstance(answer, list) and same_shape(answer[0], example[0])
    if isinstance(example, dict):
        return set(answer) == set(example) and all(same_shape(answer[name], example[name]) for name in example)
    return type(answer) is type(example)


def test_the_page_says_everything_that_the_document_says(client: FlaskClient, document: Document) -> None:
    page = client.get("/api/docs").text
    for _, path, operation in operations(document):
        assert path in page
        assert operation["summary"].replace("'", "&#39;") in page
    for name in document["components"]["schemas"]["Incident"]["properties"]:
        assert f"<code>{name}</code>" in page


def test_the_page_asks_nothing_of_anybody_else(client: FlaskClient) -> None:
    answer = client.get("/api/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "//" not in "".join(part.split('"')[0] for part in answer.text.split('src="')[1:])
