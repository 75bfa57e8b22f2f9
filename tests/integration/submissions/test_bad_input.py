"""What systems send by mistake or in malice: each is refused with a sentence, and nothing of it is kept.

What single fields refuse stands in test_api.py, and what tables refuse in test_imports.py and tests/unit/tables.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.laboratory.models import ResultFile
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.models import IncidentReport, LabResult
from tests.integration.cast import Cast
from tests.integration.submissions.sendings import INCIDENT, LAB_RESULT
from tests.integration.submissions.test_imports import (
    as_csv,
    as_workbook,
    faults,
    hand_in,
    post,
    results,
    row,
    take_in,
)

BrowserOf = Callable[[Actor], FlaskClient]
JSON = "application/json"


@dataclass(frozen=True)
class Sending:
    """A body as it goes over the wire."""

    body: bytes
    kind: str = JSON
    path: str = "incidents"
    headers: Mapping[str, str] = field(default_factory=dict)


def incident(**changes: Any) -> Sending:
    return Sending(json.dumps(INCIDENT | changes).encode())


def raw_incident(**written: str) -> Sending:
    """An incident with fields written into the JSON as they stand."""
    more = "".join(f', "{name}": {value}' for name, value in written.items())
    return Sending((json.dumps(INCIDENT)[:-1] + more + "}").encode())


def result(**changes: Any) -> Sending:
    return Sending(json.dumps(LAB_RESULT | changes).encode(), path="lab-results")


def component(**written: str) -> Sending:
    """A result whose one component has fields as they stand."""
    more = "".join(f', "{name}": {value}' for name, value in written.items())
    text = json.dumps(LAB_RESULT).replace('"part": "main"', '"part": "main"' + more)
    return Sending(text.encode(), path="lab-results")


NESTED = "[" * 900 + "]" * 900
UNREADABLE = "nested too deeply, or holds too long a number"

TABLE: dict[str, tuple[Sending, int, str]] = {
    # bodies that are no JSON, or could be read in two ways
    "no body": (Sending(b""), 400, "The body is not JSON"),
    "half a body": (Sending(json.dumps(INCIDENT).encode()[:-9]), 400, "cannot be read beyond line 1, column"),
    "two bodies": (Sending(b"{}{}"), 400, "cannot be read beyond line 1, column 3"),
    "single quotes": (Sending(str(INCIDENT).encode()), 400, "The body is not JSON"),
    "a comma at the end": (Sending(b'{"sold_as": "heroin",}'), 400, "The body is not JSON"),
    "a comment": (Sending(b'{"sold_as": "heroin" /* sic */}'), 400, "The body is not JSON"),
    "a raw line break in a text": (Sending(b'{"sold_as": "he\nroin"}'), 400, "The body is not JSON"),
    "UTF-16": (Sending(json.dumps(INCIDENT).encode("utf-16")), 400, "not in UTF-8"),
    "Latin-1": (Sending('{"sold_as": "poudre à priser"}'.encode("latin-1")), 400, "not in UTF-8"),
    "UTF-8 cut in a letter": (Sending('{"sold_as": "tŷ'.encode()[:-1]), 400, "not in UTF-8"),
    "a field twice": (raw_incident(sold_as='"ketamine"'), 400, "says “sold_as” twice"),
    "a field twice in a component": (component(part='"trace"'), 400, "says “part” twice"),
    "NaN": (component(quantity="NaN"), 400, "no numbers in JSON"),
    "Infinity": (component(quantity="-Infinity"), 400, "no numbers in JSON"),
    "a number of five thousand digits": (component(quantity="9" * 5000), 400, UNREADABLE),
    "a hundred thousand brackets": (Sending(b"[" * 100_000), 400, UNREADABLE),
    "a hundred thousand objects": (Sending(b'{"a":' * 100_000), 400, UNREADABLE),
    # bodies of another kind
    "a form": (Sending(b"sold_as=heroin", "application/x-www-form-urlencoded"), 415, "Send the body as JSON"),
    "a file": (Sending(b"--x--", "multipart/form-data; boundary=x"), 415, "Send the body as JSON"),
    "no kind": (Sending(b"{}", ""), 415, "Send the body as JSON"),
    "packed": (
        Sending(gzip.compress(json.dumps(INCIDENT).encode()), headers={"Content-Encoding": "gzip"}),
        415,
        "Send the body as JSON",
    ),
    "three megabytes": (incident(details="x" * 3_000_000), 413, "exceeds the capacity limit"),
    # JSON that is no report
    "a list": (Sending(json.dumps([INCIDENT]).encode()), 422, "not in the form we expected"),
    "nothing": (Sending(b"null"), 422, "not in the form we expected"),
    "deep in a field": (raw_incident(symptoms=NESTED), 400, UNREADABLE),
    "an object for a text": (incident(sold_as={"$ne": ""}), 422, "Enter this in words."),
    "a name of a prototype": (raw_incident(__proto__='{"a": 1}'), 422, "There is no such field."),
    "yes for true": (incident(may_contact="yes"), 422, "Say true or false."),
    "1 for true": (incident(may_contact=1), 422, "Say true or false."),
    "a day without hyphens": (incident(happened_on="20261101"), 422, "Enter a day like 2026-03-27."),
    "a day of a week": (incident(happened_on="2026-W13-5"), 422, "Enter a day like 2026-03-27."),
    "a moment for a day": (incident(happened_on="2026-11-01T10:00:00Z"), 422, "Enter a day like 2026-03-27."),
    "a NUL": (incident(place="behind\x00the station"), 422, "a character that cannot be stored"),
    "half a pair": (incident(place="\ud83d"), 422, "a character that cannot be stored"),
    "a symptom ten thousand times": (
        incident(symptoms=["flying"] * 10_000),
        422,
        "Choose one of the answers shown.",
    ),
    "a text of a megabyte": (incident(details="x " * 500_000), 422, "Use 4000 characters or fewer."),
    "a telephone number": (incident(details="His mum is on 07700 900123"), 422, "Take out “07700 900123”"),
    "a home": (incident(place="flat 2, AB1 2DE"), 422, "Take out “AB1 2DE”"),
    # results
    "a huge quantity": (component(quantity="1e400"), 422, "Enter a number"),
    "a quantity below nothing": (component(quantity="-1"), 422, "Enter a number from 0"),
    "a quantity in words": (component(quantity='"a lot"'), 422, "Enter a number, like 2 or 2.5."),
    "an exponent as text": (component(quantity='"1e999999999"'), 422, "Enter a number, like 2 or 2.5."),
    "a truth for a quantity": (component(quantity="true"), 422, "Enter a number"),
    "components as text": (result(components="metonitazene"), 422, "Choose from the answers shown."),
    "a component that is a text": (result(components=["metonitazene"]), 422, "not in the form we expected"),
    "a field that no component has": (component(purity="99"), 422, "There is no such field."),
    "forty-one components": (result(components=LAB_RESULT["components"] * 41), 422, "at most 40 components"),
    "reported before it was sampled": (
        result(sampled_on=LAB_RESULT["reported_on"], reported_on="2026-01-01"),
        422,
        "It cannot be reported before it was sampled",
    ),
    "somebody else's report": (
        result(incident_reference="SVL-2222-2"),
        422,
        "We know no report with this reference.",
    ),
}


@pytest.mark.parametrize(("sending", "status", "words"), TABLE.values(), ids=TABLE)
def test_a_bad_body_is_refused_with_a_sentence_and_nothing_is_kept(
    client: FlaskClient,
    db: Session,
    north_shore: Partnership,
    key_for: Callable[..., dict[str, str]],
    sending: Sending,
    status: int,
    words: str,
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE, Scope.LAB_WRITE) | dict(sending.headers)
    before = kept(db)
    answer = client.post(f"/api/v1/{sending.path}", data=sending.body, content_type=sending.kind, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert words in answer.json["detail"]
    assert len(answer.data) < 20_000, "what was sent is not sent back"
    assert kept(db) == before


def kept(db: Session) -> list[int]:
    return [
        db.scalar(select(func.count()).select_from(one)) or 0 for one in (IncidentReport, LabResult, AuditEntry)
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xef\xbb\xbf" + json.dumps(INCIDENT).encode(), INCIDENT["sold_as"]),
        (json.dumps(INCIDENT | {"sold_as": "powdr gwyn o’r tŷ, ŵ â ô"}, ensure_ascii=False).encode(), "tŷ, ŵ"),
        (json.dumps(INCIDENT | {"sold_as": "blue \U0001f48a tablets"}).encode(), "\U0001f48a"),
        (json.dumps(INCIDENT | {"sold_as": "  spice\r\n"}).encode(), "spice"),
        (json.dumps(INCIDENT | {"sold_as": "'; DROP TABLE incident_reports; --"}).encode(), "DROP TABLE"),
        (json.dumps(INCIDENT | {"sold_as": "<script>alert(1)</script>"}).encode(), "<script>"),
    ],
    ids=["a byte order mark", "Welsh", "a pill", "line ends", "SQL", "a script"],
)
def test_what_only_looks_odd_is_taken_as_it_was_written(
    client: FlaskClient,
    db: Session,
    north_shore: Partnership,
    key_for: Callable[..., dict[str, str]],
    body: bytes,
    said: str,
) -> None:
    headers = key_for(north_shore, Scope.REPORTS_WRITE)
    assert client.post("/api/v1/incidents", data=body, content_type=JSON, headers=headers).status_code == 201
    assert said in db.scalars(select(IncidentReport.sold_as)).one()


@pytest.fixture
def desk(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return browser_of(cast.coordinator)


WELSH = "Prifysgol Tŷ Ddewi, Llanfair ŵ"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 200

FILES: dict[str, tuple[str, bytes, str]] = {
    "a picture named as a workbook": ("october.xlsx", PICTURE, "This file is not a table that we can read."),
    "a workbook named as a picture, with nothing in it": ("october.png", as_workbook([]), "no rows below"),
    "a page named as a table": ("october.csv", b"<!doctype html><table></table>", "We know none of the headings"),
    "NULs": ("october.csv", as_csv([row(1, Sold_as="a\x00b")]), "This file is not a table that we can read."),
    "JSON": ("october.csv", json.dumps(LAB_RESULT).encode(), "We know none of the headings"),
}


@pytest.mark.parametrize(("name", "content", "words"), FILES.values(), ids=FILES)
def test_a_file_that_is_something_else_is_refused_whatever_its_name_says(
    desk: FlaskClient, db: Session, name: str, content: bytes, words: str
) -> None:
    answer = post(desk, content, name)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert db.scalars(select(ResultFile)).all() == []


def test_a_cell_of_a_megabyte_is_refused_with_its_line_and_not_shown_again(desk: FlaskClient, db: Session) -> None:
    answer = post(desk, as_csv([row(2), row(1, Sold_as="x" * 1024 * 1024)]))
    assert answer.status_code == 422
    assert "Line 3 holds far too long a cell." in answer.text
    assert len(answer.data) < 100_000
    assert db.scalars(select(ResultFile)).all() == []


def test_the_longest_cell_of_a_workbook_is_a_fault_in_its_line(desk: FlaskClient, db: Session) -> None:
    address = hand_in(desk, as_workbook([row(1, Sold_as="x" * 32_767), row(2)]))
    assert [(line, column) for line, column, _ in faults(db)] == [(2, "Sold as")]
    assert len(desk.get(address).data) < 100_000
    assert results(db) == []


@pytest.mark.parametrize(
    "content",
    [
        as_csv([row(1, Laboratory=WELSH)], "utf-8"),
        as_csv([row(1, Laboratory=WELSH)], "utf-16"),
        as_csv([row(1, Laboratory=WELSH)]).replace(b"\r\n", b"\n", 1).replace(b"\r\n", b"\r"),
        as_workbook([row(1, Laboratory=WELSH)]),
    ],
    ids=["UTF-8", "UTF-16", "mixed line ends", "workbook"],
)
def test_welsh_letters_come_through_every_kind_of_file(desk: FlaskClient, db: Session, content: bytes) -> None:
    assert take_in(desk, hand_in(desk, content)) == 302
    [one] = results(db)
    assert one.laboratory == WELSH
