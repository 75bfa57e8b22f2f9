"""Laboratory results: components, stages, what was expected and what was found."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ldis.people.models import Partnership
from ldis.people.rules import Scope
from ldis.submissions.models import IncidentReport, LabResult
from ldis.web import today
from tests.integration.cast import answers
from tests.integration.submissions.sendings import LAB_RESULT

Send = Callable[..., TestResponse]


@pytest.fixture
def send(client: FlaskClient, north_shore: Partnership, key_for: Callable[..., dict[str, str]]) -> Send:
    """Sends a result from another system."""
    headers = key_for(north_shore, Scope.LAB_WRITE, Scope.REPORTS_WRITE)
    return lambda **changes: client.post("/api/v1/lab-results", json=LAB_RESULT | changes, headers=headers)


def results(db: Session) -> list[LabResult]:
    return list(db.scalars(select(LabResult).order_by(LabResult.id).execution_options(populate_existing=True)))


def a_report(client: FlaskClient, db: Session, **changes: str) -> IncidentReport:
    assert client.post("/report/north-shore", data=answers(**changes)).status_code == 302
    return db.scalars(select(IncidentReport).order_by(IncidentReport.id.desc())).first() or pytest.fail(
        "no report"
    )


def on_the_page(**changes: str | None) -> dict[str, str]:
    """A result as a browser sends it; None leaves an answer out."""
    given = {
        "sample_reference": "S-0042",
        "laboratory": "Example University",
        "purpose": "intelligence",
        "stage": "preliminary",
        "technique": "GC-MS",
        "sold_as": "heroin",
        "reported_on-day": str(today().day),
        "reported_on-month": str(today().month),
        "reported_on-year": str(today().year),
        "finding": "components found",
        "components-0-substance": "metonitazene",
        "components-0-part": "main",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def test_a_result_is_kept_with_each_component_and_its_quantity(send: Send, db: Session) -> None:
    components = [
        {"substance": "Metonitazene", "part": "trace", "quantity": "0.8", "unit": "%", "plus_minus": "0.1"},
        {"substance": "caffeine", "part": "main", "quantity": 62.5, "unit": "%"},
        {"substance": "an unknown peak", "part": "minor"},
    ]
    answer = send(components=components)
    assert answer.status_code == 201, answer.text
    (result,) = results(db)
    kept = [(c.substance, c.read_as, c.part, c.quantity, c.unit, c.plus_minus) for c in result.components]
    assert [(name, str(part)) for name, _, part, *_ in kept] == [
        ("Metonitazene", "trace"),
        ("caffeine", "main"),
        ("an unknown peak", "minor"),
    ]
    assert [read and read.lower() for _, read, *_ in kept] == ["metonitazene", "caffeine", None]
    assert [float(quantity) if quantity is not None else None for *_, quantity, _, _ in kept] == [0.8, 62.5, None]
    assert result.substance_class == "nitazene", "the gravest counts"


def test_the_same_by_the_page(client: FlaskClient, db: Session, north_shore: Partnership) -> None:
    sent = on_the_page(**{"components-1-substance": "caffeine", "components-1-part": "minor"})
    answer = client.post("/report/north-shore/lab-result", data=sent)
    assert answer.status_code == 302, answer.text
    (result,) = results(db)
    assert [component.substance for component in result.components] == ["metonitazene", "caffeine"]
    assert result.reference in client.get(answer.location).text


def test_a_confirmed_result_supersedes_the_preliminary_one_and_both_are_kept(send: Send, db: Session) -> None:
    preliminary = send().json
    confirmed = send(stage="confirmed", components=[{"substance": "protonitazene", "part": "main"}]).json
    assert preliminary
    assert confirmed
    assert (preliminary["supersedes"], confirmed["supersedes"]) == (None, preliminary["reference"])
    assert [str(result.stage) for result in results(db)] == ["preliminary", "confirmed"]
    assert [result.components[0].substance for result in results(db)] == ["metonitazene", "protonitazene"]


def test_a_preliminary_result_never_supersedes_a_confirmed_one(send: Send, db: Session) -> None:
    confirmed = send(stage="confirmed").json
    late = send(stage="preliminary", technique="Raman")
    assert late.status_code == 422
    assert confirmed
    assert late.json
    assert late.json["errors"] == {
        "stage": [f"This sample already has a confirmed result, {confirmed['reference']}."]
    }
    assert len(results(db)) == 1


def test_a_confirmed_result_may_be_corrected_by_a_confirmed_one(send: Send) -> None:
    first, second = send(stage="confirmed").json, send(stage="confirmed", technique="LC-MS").json
    assert first
    assert second
    assert second["supersedes"] == first["reference"]


def test_the_same_sample_number_of_another_laboratory_is_another_sample(send: Send) -> None:
    send()
    other = send(laboratory="Another University").json
    assert other
    assert other["supersedes"] is None


@pytest.mark.parametrize(
    "write", [str.lower, lambda r: r.replace("-", ""), lambda r: " ".join(r.replace("-", "")), str]
)
def test_a_result_is_linked_to_its_report_however_the_reference_was_written(
    client: FlaskClient, db: Session, send: Send, write: Callable[[str], str]
) -> None:
    report = a_report(client, db, sold_as="Xanax bars")
    answer = send(incident_reference=write(report.reference), sold_as="")
    assert answer.status_code == 201, answer.text
    (result,) = results(db)
    assert result.report_id == report.id
    assert result.sold_as == "Xanax bars", "what it was sold as is known from the report"


def test_a_reference_that_is_nobodys_is_refused(send: Send, db: Session) -> None:
    answer = send(incident_reference="NSH-AAAA-A")
    assert answer.status_code == 422
    assert answer.json
    assert "We know no report with this reference." in answer.json["errors"]["incident_reference"][0]
    assert results(db) == []


def test_another_partnerships_report_cannot_be_linked(
    client: FlaskClient, db: Session, send: Send, south_vale: Partnership
) -> None:
    client.post("/report/south-vale", data=answers(area_code="E99000003"))
    report = db.scalars(select(IncidentReport)).one()
    assert send(incident_reference=report.reference).status_code == 422


SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"sold_as": "heroin", "components": [{"substance": "diamorphine", "part": "main"}]},
        "as expected",
        "As expected",
    ),
    (
        {"sold_as": "heroin", "components": [{"substance": "metonitazene", "part": "main"}]},
        "not what it was sold as",
        "metonitazene",
    ),
    (
        {
            "sold_as": "heroin",
            "components": [
                {"substance": "heroin", "part": "main"},
                {"substance": "metonitazene", "part": "trace"},
            ],
        },
        "contains also",
        "metonitazene",
    ),
    (
        {"sold_as": "MDMA", "finding": "nothing detected", "components": []},
        "nothing detected",
        "Nothing was detected.",
    ),
    ({"finding": "unable to identify", "components": []}, "unable to identify", "could not identify"),
]


@pytest.mark.parametrize(("changes", "comparison", "words"), SENTENCES)
def test_what_was_expected_and_what_was_found_is_said_in_a_sentence(
    send: Send, db: Session, changes: dict[str, Any], comparison: str, words: str
) -> None:
    answer = send(**changes)
    assert answer.status_code == 201
    assert answer.json
    assert words.lower() in answer.json["expected_versus_found"].lower()
    assert results(db)[0].comparison["answer"] == comparison


def test_an_intelligence_result_is_never_shown_as_evidence(client: FlaskClient, north_shore: Partnership) -> None:
    page = unescape(client.get("/report/north-shore/lab-result").text)
    assert "Must never be presented as evidence" in page


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"components": []}, "components", "Enter at least one component"),
    ({"finding": "nothing detected"}, "finding", "You entered components."),
    ({"sampled_on": "2999-01-01"}, "sampled_on", "future"),
    ({"sampled_on": today().isoformat(), "sample_received_on": "2025-01-01"}, "sample_received_on", "reported"),
    ({"components": [{"substance": "", "part": "main"}]}, "components-0-substance", "Enter substance."),
    (
        {"components": [{"substance": "x", "part": "most"}]},
        "components-0-part",
        "Choose one of the answers shown.",
    ),
    ({"components": [{"substance": "x", "part": "main", "quantity": -1}]}, "components-0-quantity", "Enter"),
    (
        {"components": [{"substance": "x", "part": "main", "quantity": "a lot"}]},
        "components-0-quantity",
        "Enter a number",
    ),
    (
        {"components": [{"substance": "x", "part": "main", "quantity": "NaN"}]},
        "components-0-quantity",
        "Enter a number",
    ),
    ({"components": [{"substance": "x", "part": "main", "quantity": 10**400}]}, "components-0-quantity", "Enter"),
    ({"components": [{"substance": "x\x00y", "part": "main"}]}, "components-0-substance", "cannot be stored"),
    ({"components": [{"substance": "x", "part": "main"}] * 41}, "components", "at most 40"),
    ({"components": "heroin"}, "components", "Choose"),
    ({"components": ["heroin"]}, "components-0", "form we expected"),
    ({"laboratory": "x" * 121}, "laboratory", "Use 120 characters or fewer."),
    ({"sample_reference": "Tam 07700 900123"}, "sample_reference", "(phone number)"),
    ({"stage": "final"}, "stage", "Choose one of the answers shown."),
    ({"technique": None}, "technique", "Choose technique."),
]


@pytest.mark.parametrize(("changes", "field", "sentence"), REFUSED)
def test_a_result_that_cannot_be_is_refused_in_a_sentence_for_its_field(
    send: Send, db: Session, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = send(**changes)
    assert answer.status_code == 422, answer.text
    assert answer.json
    errors = answer.json["errors"]
    assert any(sentence in text for texts in errors.values() for text in texts), errors
    assert field in errors or field == "sample_received_on", errors
    assert results(db) == []


def test_the_page_shows_every_row_again_with_what_is_wrong_in_it(
    client: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    sent = on_the_page(
        stage=None,
        **{"components-1-substance": "caffeine", "components-1-quantity": "a lot", "components-4-unit": "%"},
    )
    answer = client.post("/report/north-shore/lab-result", data=sent)
    page = unescape(answer.text)
    assert answer.status_code == 422
    for words in ('value="metonitazene"', 'value="caffeine"', 'value="a lot"', 'value="%"', "Enter a number"):
        assert words in page, words
    assert results(db) == []


def test_the_page_takes_the_reports_reference_from_its_link(client: FlaskClient, north_shore: Partnership) -> None:
    assert 'value="NSH-7K3Q-M"' in client.get("/report/north-shore/lab-result?report=NSH-7K3Q-M").text
