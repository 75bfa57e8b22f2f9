"""What looks like a personal detail: refused, or kept with the sender's reason, which everybody who reads it sees."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.audit.models import AuditEntry
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.kept import Kept
from ldis.submissions.models import IncidentReport, LabResult
from ldis.web import today
from tests.integration.cast import Cast, answers
from tests.integration.submissions.sendings import INCIDENT, LAB_RESULT

FORM = "/report/north-shore"
QUESTION = "Why is this not a personal detail?"
REASON = "It is printed on the packet <of> tablets."
LOOKS_LIKE = "Printed <b>on</b> it: 07700 900123"
TAKE_OUT = "Take out “07700 900123” (phone number)"


@pytest.fixture(autouse=True)
def places(north_shore: Partnership, south_vale: Partnership) -> None:
    """Both partnerships take reports."""


def incident(client: FlaskClient, **changes: Any) -> TestResponse:
    return client.post(FORM, data=answers(**changes))


def vape(client: FlaskClient, **changes: Any) -> TestResponse:
    return client.post(f"{FORM}/vape", data=answers(believed="spice", **changes))


def result(client: FlaskClient, **changes: Any) -> TestResponse:
    day = today()
    dated = {"reported_on-day": day.day, "reported_on-month": day.month, "reported_on-year": day.year}
    sent = {name: value for name, value in LAB_RESULT.items() if name not in ("components", "reported_on")}
    components = {"components-0-substance": "metonitazene", "components-0-part": "main"}
    return client.post(f"{FORM}/lab-result", data=sent | dated | components | changes)


FORMS: list[tuple[Callable[..., TestResponse], str, type[Any]]] = [
    (incident, "details", IncidentReport),
    (incident, "markings", IncidentReport),
    (incident, "other_substances", IncidentReport),
    (vape, "details", IncidentReport),
    (vape, "bought_from", IncidentReport),
    (result, "sold_as", LabResult),
]


@pytest.mark.parametrize(("send", "field", "kind"), FORMS)
def test_without_a_reason_it_is_refused_and_the_reason_is_asked_for(
    client: FlaskClient, db: Session, send: Callable[..., TestResponse], field: str, kind: type[Any]
) -> None:
    page = send(client, **{field: LOOKS_LIKE})
    assert page.status_code == 422
    words = unescape(page.text)
    assert TAKE_OUT in words
    assert QUESTION in words
    assert 'href="#kept_details_reason"' in page.text
    assert LOOKS_LIKE in words, "what was typed is kept"
    assert db.scalars(select(kind)).all() == []


@pytest.mark.parametrize(("send", "field", "kind"), FORMS)
def test_with_a_reason_it_is_taken_and_reason_and_words_are_stored(
    client: FlaskClient, db: Session, send: Callable[..., TestResponse], field: str, kind: type[Any]
) -> None:
    assert send(client, **{field: LOOKS_LIKE}, kept_details_reason=REASON).status_code == 302
    (taken,) = db.scalars(select(kind).execution_options(populate_existing=True))
    assert taken.kept_details_reason == REASON
    assert taken.kept_details == (Kept(field, "phone number", "07700 900123"),)


@pytest.mark.parametrize("send", [incident, vape, result])
def test_the_question_is_asked_only_then(client: FlaskClient, send: Callable[..., TestResponse]) -> None:
    assert QUESTION not in client.get(FORM if send is incident else f"{FORM}/vape").text
    assert QUESTION not in send(client, harm_level="", technique="").text


def test_a_reason_for_nothing_is_not_kept(client: FlaskClient, db: Session) -> None:
    incident(client, kept_details_reason="There was something, and I took it out.")
    (report,) = db.scalars(select(IncidentReport))
    assert (report.kept_details, report.kept_details_reason) == ((), "")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("no", "Say why in a few words."),
        ("x" * 301, "Use 300 characters or fewer."),
        ("It is the number of tam@example.org", "Take out “tam@example.org” (e-mail address)"),
    ],
)
def test_a_reason_is_a_reason_and_holds_no_details_of_its_own(
    client: FlaskClient, db: Session, reason: str, sentence: str
) -> None:
    page = incident(client, details=LOOKS_LIKE, kept_details_reason=reason)
    assert page.status_code == 422
    assert sentence in unescape(page.text)
    assert db.scalars(select(IncidentReport)).all() == []


def test_the_reason_may_repeat_what_it_is_about(client: FlaskClient) -> None:
    assert incident(client, details=LOOKS_LIKE, kept_details_reason="07700 900123 is its batch").status_code == 302


def test_reviewers_see_what_was_kept_marked_with_the_reason_and_nothing_of_it_is_markup(
    client: FlaskClient, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    incident(client, details=LOOKS_LIKE, kept_details_reason=REASON)
    (report,) = db.scalars(select(IncidentReport))
    page = browser_of(cast.medical).get(f"/reports/{report.reference}").text
    assert "Printed &lt;b&gt;on&lt;/b&gt; it: <mark>07700 900123</mark>" in page
    assert "It is printed on the packet &lt;of&gt; tablets." in page


def test_a_vapes_own_answers_and_a_results_are_marked_too(
    client: FlaskClient, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    vape(client, bought_from=LOOKS_LIKE, kept_details_reason=REASON)
    result(client, sold_as=LOOKS_LIKE, kept_details_reason=REASON)
    panel = browser_of(cast.medical)
    for kind, stored in (("reports", IncidentReport), ("results", LabResult)):
        reference = db.scalars(select(stored.reference)).one()
        assert "<mark>07700 900123</mark>" in panel.get(f"/{kind}/{reference}").text


def test_what_is_not_kept_is_not_marked(
    client: FlaskClient, db: Session, cast: Cast, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    incident(client, details="<mark>nothing</mark>")
    (report,) = db.scalars(select(IncidentReport))
    assert "<mark>" not in browser_of(cast.medical).get(f"/reports/{report.reference}").text


def test_the_audit_record_says_that_it_was_kept_and_never_what(client: FlaskClient, db: Session) -> None:
    incident(client, details=LOOKS_LIKE, place="at AB12 3DE", kept_details_reason=REASON)
    (report,) = db.scalars(select(IncidentReport))
    (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.action == "details kept"))
    assert (entry.about, entry.actor) == (f"report/{report.id}", "open form")
    assert entry.detail == {"answers": ["place", "details"], "looked like": ["full postcode", "phone number"]}


def test_sent_twice_it_is_one_report_and_one_entry(client: FlaskClient, db: Session) -> None:
    for _ in range(2):
        sent = incident(client, details=LOOKS_LIKE, kept_details_reason=REASON, submission_key="0123456789abcdef")
        assert sent.status_code == 302
    assert len(db.scalars(select(AuditEntry).where(AuditEntry.action == "details kept")).all()) == 1


def test_the_words_are_stored_encrypted(client: FlaskClient, db: Session) -> None:
    incident(client, details=LOOKS_LIKE, kept_details_reason=REASON)
    raw = db.connection().exec_driver_sql("SELECT kept_details FROM incident_reports").scalar_one()
    assert b"900123" not in bytes(raw)


@pytest.mark.parametrize(
    ("path", "body", "field", "scope"),
    [
        ("/api/v1/incidents", INCIDENT, "details", Scope.REPORTS_WRITE),
        ("/api/v1/lab-results", LAB_RESULT, "sold_as", Scope.LAB_WRITE),
    ],
)
def test_the_api_does_the_same(
    client: FlaskClient,
    north_shore: Partnership,
    key_for: Callable[..., dict[str, str]],
    path: str,
    body: dict[str, Any],
    field: str,
    scope: Scope,
) -> None:
    headers = key_for(north_shore, scope)
    refused = client.post(path, json=body | {field: LOOKS_LIKE}, headers=headers)
    assert refused.status_code == 422
    assert refused.json is not None
    assert TAKE_OUT in refused.json["errors"][field][0]
    assert re.search("say here why", refused.json["errors"]["kept_details_reason"][0])
    taken = client.post(path, json=body | {field: LOOKS_LIKE, "kept_details_reason": REASON}, headers=headers)
    assert taken.status_code == 201
