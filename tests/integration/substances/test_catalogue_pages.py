"""The catalogue on pages: looking a drug up, what it is, and what people may have meant."""

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from tests.integration.cast import Cast

BrowserOf = Callable[[Actor], FlaskClient]
KeyFor = Callable[..., dict[str, str]]

MEANS = "What “{}” means"
MAYBE = "What may have been meant"


@pytest.fixture
def desk(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    """A browser of somebody with no more than a reporter's role."""
    return browser_of(cast.reporter)


def look_up(browser: FlaskClient, asked: str) -> str:
    answer = browser.get("/substances", query_string={"q": asked})
    assert answer.status_code == 200
    return unescape(answer.text)


def test_a_name_finds_its_substance_with_what_there_is_to_know(desk: FlaskClient) -> None:
    page = look_up(desk, "Metonitazene")
    assert MEANS.format("Metonitazene") in page
    for fact in ("Nitazene", "Very high risk", "Class A", "Naloxone works on this"):
        assert fact in page


def test_a_misspelt_name_is_only_a_suggestion(desk: FlaskClient) -> None:
    page = look_up(desk, "metonitazine x")
    assert MAYBE in page or "Others that look like it" in page
    assert "names that differ by a letter can be very different drugs" in page


def test_the_first_letters_suggest_names(desk: FlaskClient) -> None:
    page = look_up(desk, "metoni")
    assert MAYBE in page
    assert "Metonitazene" in page
    assert MEANS.format("metoni") not in page


@pytest.mark.parametrize("asked", ["qqqzzz", "?", "ŵŵŵŵ", "<i>qqqzzz</i>", "x" * 500])
def test_what_nobody_knows_is_said_to_be_unknown(desk: FlaskClient, asked: str) -> None:
    page = look_up(desk, asked)
    assert "We know no drug called" in page
    assert "<i>" not in desk.get("/substances", query_string={"q": asked}).text


def test_without_a_question_the_classes_are_shown_gravest_first(desk: FlaskClient) -> None:
    page = desk.get("/substances").text
    assert page.index("Nitazene") < page.index("Fentanyl") < page.index("Nicotine")
    listed = desk.get("/substances?class=nitazene").text
    assert "Etonitazene" in listed
    assert "Diazepam" not in listed


def test_a_class_that_does_not_exist_shows_the_classes(desk: FlaskClient) -> None:
    assert "By class, gravest first" in desk.get("/substances?class=magic").text


def test_the_page_of_a_substance_shows_its_names_and_sources(desk: FlaskClient) -> None:
    page = unescape(desk.get("/substances/diazepam").text)
    for words in ("Diazepam", "Valium", "Street names", "Where this comes from", "None. The names above are"):
        assert words in page
    assert "Add a local name" not in page


def test_a_substance_that_does_not_exist_is_not_found(desk: FlaskClient) -> None:
    assert desk.get("/substances/no-such-thing").status_code == 404


def test_everybody_signed_in_finds_the_catalogue_in_the_navigation(desk: FlaskClient, client: FlaskClient) -> None:
    assert 'href="/substances"' in desk.get("/account").text
    assert 'href="/substances"' not in client.get("/").text


def test_a_system_looks_drugs_up_with_matches_and_suggestions_apart(
    client: FlaskClient, north_shore: Partnership, key_for: KeyFor
) -> None:
    key = key_for(north_shore, Scope.LAB_WRITE)
    found = client.get("/api/v1/substances?q=some valium and metonitazine", headers=key).json
    assert found is not None
    [diazepam] = found["matches"]
    assert diazepam["written"] == "valium"
    assert diazepam["substance"]["code"] == "diazepam"
    assert set(diazepam["substance"]) == {"code", "name", "class", "tier", "naloxone", "uk_class"}
    assert "metonitazene" in [each["substance"]["code"] for each in found["suggestions"]]
    assert all(each["why"] for each in found["suggestions"])


def test_nothing_found_is_an_answer_too(client: FlaskClient, north_shore: Partnership, key_for: KeyFor) -> None:
    key = key_for(north_shore, Scope.REPORTS_READ)
    assert client.get("/api/v1/substances?q=qqqzzz", headers=key).json == {"matches": [], "suggestions": []}


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", f"?q={'x' * 201}"])
def test_a_question_that_cannot_be_is_refused(
    client: FlaskClient, north_shore: Partnership, key_for: KeyFor, query: str
) -> None:
    answer = client.get(f"/api/v1/substances{query}", headers=key_for(north_shore, Scope.REPORTS_WRITE))
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["errors"]["q"]


def test_a_key_for_alerts_does_not_look_drugs_up(
    client: FlaskClient, north_shore: Partnership, key_for: KeyFor
) -> None:
    answer = client.get("/api/v1/substances?q=valium", headers=key_for(north_shore, Scope.ALERTS_READ))
    assert answer.status_code == 403
    assert answer.json is not None
    assert "lab:write or reports:read or reports:write" in answer.json["detail"]
