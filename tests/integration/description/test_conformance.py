"""The API does what its OpenAPI document says: Schemathesis calls every operation in every way it can think of.

All its checks are on: no server error, only the statuses, types, headers and bodies that are described, what fits is
taken and what does not fit is refused, no call without a key, no method that is not described, what was made is there.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.engine import events, from_schema

from ldis.cases.models import Case
from ldis.people.models import Partnership
from ldis.people.rules import OWN_SCOPES, Scope
from ldis.web import today
from tests.integration.cases.table import CaseTable
from tests.integration.description.review import of_both_sides, ready
from tests.integration.serving import serving

Document = dict[str, Any]

BEYOND_A_SCHEMA = (
    "Take out ",  # details that could identify somebody
    "Enter an email address in full",  # of the forms that the standard allows, only those in use
    "Enter an email address or a phone number, so that we can reach you.",
    "Enter your email address, so that we can send you the reference.",
    "Enter a UK mobile number, so that we can text you the reference.",
    "Leave this out",  # the answer to a question that does not arise
    "Photo ",  # what is in a file
    "Enter at least one component, or choose another result.",
    "You entered components.",
    "It cannot be reported before it was sampled or received.",
    "We know no report with this reference.",
    "This sample already has a confirmed result",
    "07700 900000 to 900999 are numbers for film and drama",
    "Enter a UK mobile number, like ",
    "We know no organisation of this name.",
    "We know no list ",
    "None of your areas is ",
    "Say for which organisation they stand in.",
    "Enter a mobile number, an email address, or both.",
    "Somebody among your contacts already has this",
    "It is longer than 80 characters.",
    "This is none of your areas.",
    "It has no such part.",
    "Another of these values is about the same figure.",
    "This is worked out here and not taken in.",
    "Say why: figures change",
    "This was sent before, with other answers.",
    "This was sent before, with another body",
)
"""Rules that no schema can say, by the beginning of their sentence: for these alone may what fits be refused."""


@schemathesis.check
def refused_for_a_known_reason(_ctx: Any, response: Any, case: Any) -> None:
    """What fits the document is refused only by a rule that the document cannot hold."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    sentences = [sentence for several in response.json()["errors"].values() for sentence in several]
    unknown = [sentence for sentence in sentences if not sentence.startswith(BEYOND_A_SCHEMA)]
    assert not unknown, f"The document does not say so: {unknown}"


WANTS_A_PICTURE = "POST /api/v1/incidents/{reference}/photos"
"""No made-up bytes are a picture. The example in the document sends one: test_document.py."""


@pytest.fixture(autouse=True)
def the_same_calls_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis would also try what it reads in whatever modules happen to be loaded."""
    monkeypatch.setattr(providers, "_get_local_constants", Constants)


@pytest.fixture
def served(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the service, on a real socket, where one key may be used as often as this test does."""
    monkeypatch.setattr(app.extensions["ldis.key_limits"], "wait", lambda *_args, **_more: 0)
    with serving(app) as address:
        yield address


def narrowed(document: Document) -> Document:
    """The document with what depends on whose key it is and on the day: the areas, and days that can have been."""
    days = [(today() - timedelta(days=ago)).isoformat() for ago in range(3)]
    for name in ("Incident", "LabResult"):
        fields = document["components"]["schemas"][name]["properties"]
        fields["area_code"] |= {"enum": ["E99000001", "E99000002"]}
        for field in fields.values():
            if field.get("format") == "date":
                field["enum"] = days
    for path in document["paths"].values():
        for operation in path.values():
            content = operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            if "application/json" in content:
                body = content["application/json"]["example"]
                recent = {name: days[0] for name, value in body.items() if name.endswith("_on") and value}
                body |= recent | ({"area_code": "E99000001"} if "area_code" in body else {})
    return document


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_the_api_does_what_its_document_says_and_nothing_else(
    app: Flask, served: str, north_shore: Partnership, issued: str, key_for: Callable[..., dict[str, str]]
) -> None:
    document = described(app)
    document["paths"] = {path: said for path, said in document["paths"].items() if not about_cases(path)}
    for path, said in document["paths"].items():
        for one in parameters_of(said) + [one for call in said.values() for one in parameters_of(call)]:
            if "/alerts/" in path and one["name"] == "reference":
                one["schema"]["enum"], one["example"] = [issued], issued
    key = key_for(north_shore, *(set(Scope) - OWN_SCOPES))
    every_call_is_as_described(narrowed(document), served, key, examples=4, refused=["404", "422"])


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_the_calls_about_cases_do_what_the_document_says_by_the_rules_of_the_review(
    app: Flask, served: str, table: CaseTable, own_key_for: Callable[..., dict[str, str]]
) -> None:
    """A case moves on, and what could be done a moment ago is refused: as not allowed now, or as out of date."""
    member = of_both_sides(table)
    document = described(app)
    document["paths"] = {path: said for path, said in document["paths"].items() if about_cases(path)}
    for path, said in document["paths"].items():
        if "{reference}" in path:
            about_one(document, path, said, ready(table, path, member), table)
    refused = ["403", "404", "409", "422"]
    every_call_is_as_described(document, served, own_key_for(member), examples=2, chains=False, refused=refused)


def about_cases(path: str) -> bool:
    return path.startswith("/api/v1/cases")


def about_one(document: Document, path: str, said: Document, case: Case, table: CaseTable) -> None:
    """Let a call be about a case that is ready for it, as it is now, and answer the questions that there are."""
    for one in (*said.get("parameters", []), *(one for call in said.values() for one in parameters_of(call))):
        if one["name"] == "reference":
            one["schema"]["enum"], one["example"] = [case.reference], case.reference
    content = said.get("post", {}).get("requestBody", {}).get("content", {})
    if content:
        body = content["application/json"]
        name = body["schema"]["$ref"].rpartition("/")[2]
        fields = document["components"]["schemas"][name]["properties"]
        fields["seen_version"]["enum"] = [case.version]
        body["example"]["seen_version"] = case.version
        if "answers" in fields:
            number = {"type": "integer", "minimum": 0, "maximum": 3}
            keys = [question.key for question in table.policy.questions]
            fields["answers"] |= {"properties": dict.fromkeys(keys, number), "required": keys}
            fields["answers"]["additionalProperties"] = False


def parameters_of(call: Any) -> list[Document]:
    return call.get("parameters", []) if isinstance(call, dict) else []


def described(app: Flask) -> Document:
    """A document of its own, to be narrowed."""
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document is not None
    return dict(document)


def every_call_is_as_described(
    document: Document, served: str, key: dict[str, str], *, examples: int, chains: bool = True, refused: list[str]
) -> None:
    """Make every call in every way; what fits may be refused with these statuses alone (422: see above)."""
    config = schemathesis.Config.from_dict(
        {
            "base-url": served,
            "headers": key,
            "seed": 1,
            "generation": {"deterministic": True, "max-examples": examples, "database": "none"},
            "phases": {"stateful": {"enabled": chains, "generation": {"max-examples": 2}}},
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", *refused]}},
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    found: list[str] = []
    answers: Counter[tuple[str, int]] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, (events.NonFatalError, events.FatalError)):
            found.append(repr(getattr(event, "value", event)))
        if isinstance(event, events.ScenarioFinished):
            found += list(failures(event.recorder))
            answers += met(event.recorder)
    assert not found, "\n\n".join(found)
    for operation in schema.get_all_operations():
        label = operation.ok().label
        came_through = any(call == label and status < 300 for call, status in answers)
        assert came_through or label == WANTS_A_PICTURE, f"nothing came through {label}"
        assert answers[label, 401], f"{label} was never tried without a key"
        assert answers[label, 405], f"{label} was never tried by another method"


def failures(recorder: Any) -> Iterator[str]:
    """What went wrong in one scenario, with the call that shows it."""
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info:
                yield f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample[:500]}"


def met(recorder: Any) -> Counter[tuple[str, int]]:
    """How often each call was answered with each status."""
    return Counter(
        (recorder.cases[case].value.operation.label, said.response.status_code)
        for case, said in recorder.interactions.items()
        if said.response is not None and case in recorder.cases
    )
