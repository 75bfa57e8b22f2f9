"""Forms: what was typed is never lost, what is wrong is said beside the field, nothing odd breaks the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
import time_machine
from flask import Flask, redirect
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from marshmallow import ValidationError, fields

from ldis import web
from ldis.errors import Invalid, NotAllowed, NotFound, Stale, TooMany

PAGE = """{% extends "base.html" %}
{% from "components/forms.html" import field, error_summary, csrf, button, carry, post_button %}
{% block title %}Tell us{% endblock %}
{% block content %}
{{ error_summary(form) }}
<h1>Tell us what happened</h1>
<form method="post" novalidate>
{{ csrf(form) }}
{{ carry(form) if carried }}
{% for one in form if one.own_name not in ("parts", "detail") %}{{ field(form, one.own_name) }}{% endfor %}
{{ field(form, "harm", reveal={"fatal": field(form, "detail")}) }}
{% for row in form.rows("parts") %}{{ field(row, "substance") }}{{ field(row, "share") }}{% endfor %}
{{ button("Send") }}
</form>
{% endblock %}"""


class Harm(StrEnum):
    MILD = "mild"
    FATAL = "fatal"


@dataclass(frozen=True)
class Part:
    substance: str
    share: str = ""


@dataclass(frozen=True)
class Report:
    sold_as: str
    harm: Harm
    happened_on: date
    sampled_on: date | None = None
    email: str = ""
    people: int | None = None
    area: str = ""
    symptoms: tuple[str, ...] = ()
    contact: bool = False
    words: str = ""
    detail: str = ""
    parts: tuple[Part, ...] = ()
    seen_version: int = 0


class PartSchema(web.FormSchema[Part]):
    makes = Part
    substance = fields.String(required=True, metadata={"label": "Substance"})
    share = fields.String(metadata={"label": "Share"})


class ReportSchema(web.FormSchema[Report]):
    makes = Report
    sold_as = fields.String(
        required=True, validate=web.at_most(40), metadata={"label": "What was it sold as?", "hint": "No names."}
    )
    harm = fields.Enum(Harm, by_value=True, required=True, metadata={"label": "Harm level"})
    happened_on = fields.Date(required=True, metadata={"label": "When was it?", "quick": True})
    sampled_on = fields.Date(metadata={"label": "Sampled on"})
    email = fields.Email(metadata={"label": "Your email address"})
    people = fields.Integer(metadata={"label": "How many people?"})
    area = fields.String(metadata={"label": "Area", "widget": "select"})
    symptoms = fields.List(
        fields.String(), metadata={"label": "Symptoms", "choices": [("cold", "Cold"), ("blue", "Blue lips")]}
    )
    contact = fields.Boolean(metadata={"label": "You may contact me"})
    words = fields.String(validate=web.at_most(300), metadata={"label": "Anything else?", "widget": "textarea"})
    detail = fields.String(metadata={"label": "Detail", "widget": "textarea"})
    parts = fields.List(fields.Nested(PartSchema), metadata={"rows": 2})
    seen_version = fields.Integer(metadata={"widget": "hidden"})


GOOD = {"sold_as": "Blue tablets", "harm": "fatal", "happened_on-quick": "today"}


class Ledger:
    """Stands in for the database session: remembers what was asked of it."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def __call__(self) -> "Ledger":
        self.did.append("open")
        return self

    def flush(self) -> None:
        self.did.append("flush")

    def commit(self) -> None:
        self.did.append("commit")

    def rollback(self) -> None:
        self.did.append("rollback")

    def close(self) -> None:
        self.did.append("close")


class House:
    """An application with one form, and what arrived through it. Put together once, emptied for every test."""

    def __init__(self) -> None:
        self.app = Flask("ldis", root_path=str(web.ROOT), template_folder="templates", static_folder="static")
        self.app.config.update(SECRET_KEY="only for this test", TESTING=True)
        web.install(self.app)
        assert self.app.jinja_loader is not None
        self.app.jinja_loader.loaders.append(DictLoader({"page.html": PAGE}))  # type: ignore[attr-defined]
        self.app.jinja_env.globals.update(csrf_token=lambda: "token", csp_nonce=lambda: "nonce")
        self.empty()
        self._views()

    def empty(self) -> None:
        self.received: list[Any] = []
        self.refuse_with: Exception | None = None
        self.sessions = Ledger()
        self.app.extensions["ldis.sessions"] = self.sessions

    def _views(self) -> None:
        @self.app.get("/")
        def show() -> str:
            return self.draw()

        @self.app.post("/")
        @web.redraws(show)
        @web.commits
        def receive() -> ResponseReturnValue:
            report = web.load_form(ReportSchema)
            web.session.flush()
            if self.refuse_with:
                raise self.refuse_with
            self.received.append(report)
            web.notice("Report sent.")
            return redirect("/")

        @self.app.post("/check")
        def check() -> str:
            web.load_form(ReportSchema)
            return self.draw(carried=True)

    def draw(self, *, carried: bool = False) -> str:
        form = web.form_for(
            ReportSchema,
            choices={"area": [("e1", "Northwick"), ("e2", "Elmbridge")]},
            sold_as="Stored words",
            seen_version=7,
        )
        return web.render("page.html", form=form, carried=carried)


@pytest.fixture(scope="module")
def built() -> House:
    return House()


@pytest.fixture
def house(built: House) -> House:
    built.empty()
    return built


@pytest.fixture
def client(house: House) -> Iterator[FlaskClient]:
    with house.app.test_client() as client:
        yield client


def post(client: FlaskClient, **typed: Any) -> str:
    return client.post("/", data=GOOD | typed).text


def element(page: str, id_: str) -> str:
    found = re.search(rf'<[a-z]+ [^>]*\bid="{re.escape(id_)}"[^>]*>', page)
    assert found, f"there is no #{id_}"
    return found[0]


def test_what_is_sent_becomes_a_frozen_dataclass(house: House, client: FlaskClient) -> None:
    with time_machine.travel(datetime(2026, 3, 27, 23, 30, tzinfo=UTC), tick=False):
        client.post("/", data=GOOD | {"symptoms": ["cold", "blue"], "contact": "yes", "people": " 2 "})
    assert house.received == [
        Report(
            sold_as="Blue tablets",
            harm=Harm.FATAL,
            happened_on=date(2026, 3, 27),
            symptoms=("cold", "blue"),
            contact=True,
            people=2,
        )
    ]


def test_today_is_the_day_in_london(house: House, client: FlaskClient) -> None:
    with time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), tick=False):
        client.post("/", data=GOOD | {"happened_on-quick": "yesterday"})
    assert house.received[0].happened_on == date(2026, 7, 1)


def test_an_error_stands_beside_its_field_and_the_box_is_described_by_it(client: FlaskClient) -> None:
    page = post(client, sold_as="")
    assert 'id="sold_as-error"' in page
    assert 'aria-describedby="sold_as-hint sold_as-error"' in element(page, "sold_as")
    assert "Answer “What was it sold as?”" in page


def test_the_error_summary_links_to_each_field_in_the_order_of_the_page(client: FlaskClient) -> None:
    page = client.post("/", data={"sampled_on-day": "31", "parts-0-share": "half"}).text
    assert re.findall(r'<a href="(#[^"]+)"', page)[1:] == [
        "#sold_as",
        "#harm",
        "#happened_on",
        "#sampled_on-day",
        "#parts-0-substance",
    ]
    for target in ("sold_as", "harm", "happened_on", "sampled_on-day", "parts-0-substance"):
        element(page, target)


def test_the_error_summary_stands_once_and_the_title_says_error(client: FlaskClient) -> None:
    response = client.post("/", data={})
    assert response.status_code == 422
    assert response.text.count("govuk-error-summary__title") == 1
    assert "<title>Error: Tell us - Local Drug Information System</title>" in response.text


def test_everything_typed_is_kept_when_something_is_wrong(client: FlaskClient) -> None:
    page = post(
        client,
        sold_as="Blue tablets",
        email="not an address",
        area="e2",
        symptoms=["blue"],
        contact="yes",
        words="first\r\nsecond",
        **{"happened_on-quick": "other", "happened_on-day": "40", "happened_on-year": "soon"},
    )
    assert 'value="Blue tablets"' in element(page, "sold_as")
    assert 'value="not an address"' in element(page, "email")
    assert re.search(r'<option value="e2" selected>', page)
    assert " checked" in element(page, "symptoms-2")
    assert " checked" not in element(page, "symptoms")
    assert " checked" in element(page, "contact")
    assert 'value="40"' in element(page, "happened_on-day")
    assert 'value="soon"' in element(page, "happened_on-year")
    assert " checked" in element(page, "harm-2")
    assert "first&#10;second</textarea>" in page


def test_an_unticked_box_stays_unticked_when_the_page_is_drawn_again(client: FlaskClient) -> None:
    assert " checked" not in element(post(client, sold_as=""), "contact")


def test_markup_that_was_typed_is_shown_and_never_obeyed(client: FlaskClient) -> None:
    bad = '"><script>alert(1)</script> data-aria-controls="x'
    page = post(client, email=bad, sold_as=bad, words=bad, detail=bad, people=bad, **{"sampled_on-day": bad})
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") == 6
    assert page.count("data-aria-controls=&#34;x") == 6


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2026"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("27", "", ""),
        ("", "", "2026"),
        ("-1", "3", "2026"),
        ("²", "3", "2026"),
        ("٢", "3", "2026"),
        ("27", "3", "26"),
        ("27", "3", "99999"),
        ("9" * 5000, "3", "2026"),
        ("x", "y", "z"),
        ("1.5", "3", "2026"),
        ("2", "3", "0000"),
    ],
)
def test_a_date_that_is_none_is_a_sentence_and_not_a_failure(
    client: FlaskClient, day: str, month: str, year: str
) -> None:
    typed = {"sampled_on-day": day, "sampled_on-month": month, "sampled_on-year": year}
    response = client.post("/", data=GOOD | typed)
    assert response.status_code == 422
    assert "Enter a real date, like 27 3 2026." in response.text


@pytest.mark.parametrize("month", ["3", "03", " 3 ", "March", "mar", "MAR"])
def test_a_month_may_be_a_number_or_a_word(house: House, client: FlaskClient, month: str) -> None:
    post(client, **{"sampled_on-day": "27", "sampled_on-month": month, "sampled_on-year": "2026"})
    assert house.received[0].sampled_on == date(2026, 3, 27)


def test_another_day_without_a_date_is_asked_for(client: FlaskClient) -> None:
    assert "Enter a real date" in post(client, **{"happened_on-quick": "other"})


def test_a_character_that_cannot_be_stored_is_refused(client: FlaskClient) -> None:
    response = client.post("/", data=GOOD | {"words": "a\x00b"})
    assert response.status_code == 422
    assert "a character that cannot be stored" in response.text


def test_the_api_is_refused_the_same_characters_and_gets_the_same_trimming() -> None:
    with pytest.raises(ValidationError, match="cannot be stored"):
        ReportSchema().load({"sold_as": "half a pair \ud800", "harm": "mild", "happened_on": "2026-03-27"})
    loaded = ReportSchema().load({"sold_as": "  tidy ", "harm": "mild", "happened_on": "2026-03-27", "more": 1})
    assert loaded == Report(sold_as="tidy", harm=Harm.MILD, happened_on=date(2026, 3, 27))


def test_words_of_nothing_but_control_characters_are_none() -> None:
    with pytest.raises(ValidationError, match="sold_as"):
        ReportSchema().load({"sold_as": " \x19\x85 ", "harm": "mild", "happened_on": "2026-03-27"})


def test_line_ends_count_once_against_the_longest_length(house: House, client: FlaskClient) -> None:
    post(client, words="\r\n".join(["x" * 9] * 30))
    assert len(house.received[0].words) == 299


def test_rows_left_empty_are_not_sent_and_the_others_close_up(house: House, client: FlaskClient) -> None:
    post(client, **{"parts-0-substance": " ", "parts-3-substance": "Bromazolam", "parts-7-substance": "Caffeine"})
    assert house.received[0].parts == (Part("Bromazolam"), Part("Caffeine"))


def test_an_error_in_a_row_finds_the_row_it_was_typed_in(client: FlaskClient) -> None:
    page = post(client, **{"parts-1-substance": "Caffeine", "parts-4-share": "half"})
    assert 'value="Caffeine"' in element(page, "parts-0-substance")
    assert 'value="half"' in element(page, "parts-1-share")
    assert 'aria-describedby="parts-1-substance-error"' in element(page, "parts-1-substance")
    assert 'id="parts-2-substance"' in page


def test_row_numbers_without_end_do_not_make_a_page_without_end(house: House, client: FlaskClient) -> None:
    client.post("/", data=GOOD | {f"parts-{n}-substance": "x" for n in range(300)})
    assert len(house.received[0].parts) == 100


def test_a_stale_page_is_409_and_offers_back_what_was_typed(house: House, client: FlaskClient) -> None:
    house.refuse_with = Stale()
    response = client.post("/", data=GOOD | {"seen_version": "6"})
    assert response.status_code == 409
    assert "Someone has changed this since you opened it." in response.text
    assert 'value="Blue tablets"' in element(response.text, "sold_as")
    assert "<strong>It now says:</strong> Stored words" in response.text
    assert 'name="seen_version" value="7"' in response.text


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Stale(), 409),
        (NotAllowed("The author cannot approve."), 403),
        (TooMany("Wait a minute."), 429),
        (Invalid({"sold_as": ["Say what it was."], "nowhere": ["And more."]}), 422),
    ],
)
def test_a_refusal_undoes_everything_and_says_why(
    house: House, client: FlaskClient, refusal: Any, status: int
) -> None:
    house.refuse_with = refusal
    response = client.post("/", data=GOOD)
    assert response.status_code == status
    assert "commit" not in house.sessions.did
    assert house.sessions.did[:3] == ["open", "flush", "rollback"]
    assert house.sessions.did[-1] == "close"
    for sentence in getattr(refusal, "errors", {"": [refusal.message]}).values():
        assert sentence[0] in response.text


def test_a_refusal_about_one_field_is_said_beside_it(house: House, client: FlaskClient) -> None:
    house.refuse_with = NotAllowed("Enter a reason.", field="words")
    page = client.post("/", data=GOOD).text
    assert 'id="words-error"' in page
    assert '<a href="#words">Enter a reason.</a>' in page


def test_what_cannot_be_found_has_no_page_to_draw_again(house: House, client: FlaskClient) -> None:
    house.refuse_with = NotFound()
    with pytest.raises(NotFound):
        client.post("/", data=GOOD)


def test_a_view_that_returns_is_kept_once_and_said_on_the_next_page(house: House, client: FlaskClient) -> None:
    assert client.post("/", data=GOOD).status_code == 302
    assert house.sessions.did == ["open", "flush", "commit", "close"]
    page = client.get("/").text
    assert "govuk-notification-banner--success" in page
    assert "Report sent." in page
    assert "Report sent." not in client.get("/").text


def test_one_request_leaves_nothing_typed_for_the_next(house: House) -> None:
    with house.app.app_context(), house.app.test_client() as client:
        client.post("/", data=GOOD)
        assert 'value="Stored words"' in element(client.get("/").text, "sold_as")


def test_answers_can_be_carried_unseen_to_the_next_page(client: FlaskClient) -> None:
    page = client.post("/check", data=GOOD | {"symptoms": ["cold", "blue"], "unasked": "x"}).text
    assert page.count('<input type="hidden" name="symptoms"') == 2
    assert '<input type="hidden" name="happened_on-quick" value="today">' in page
    assert "unasked" not in page


def test_the_same_form_twice_on_a_page_keeps_each_its_own(house: House) -> None:
    with house.app.test_request_context("/", method="POST", data={"_form": "b", "sold_as": "typed"}):
        web.keep_typed(ReportSchema)
        first = web.form_for(ReportSchema, ids="a", sold_as="first")["sold_as"]
        second = web.form_for(ReportSchema, ids="b", sold_as="second")["sold_as"]
        assert (first.id, first.value) == ("a-sold_as", "first")
        assert (second.id, second.value) == ("b-sold_as", "typed")


def test_what_an_answer_uncovers_needs_no_script(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'id="conditional-harm-2"' in page
    assert "data-aria-controls" not in page


def test_a_number_asks_for_a_number_keyboard_and_long_text_counts_down(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'inputmode="numeric"' in element(page, "people")
    assert 'type="email"' in element(page, "email")
    assert 'data-maxlength="300"' in page


def test_every_script_of_ours_carries_the_nonce_and_nothing_is_styled_in_line(client: FlaskClient) -> None:
    page = client.get("/").text
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts
    assert all('nonce="nonce"' in script for script in scripts)
    assert " style=" not in page
    assert not re.search(r" on[a-z]+=", page)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_every_error_page_draws(house: House, status: int) -> None:
    with house.app.test_request_context("/"):
        page = web.render_error(status, title="That cannot be done", detail="Because.")
    assert "<h1" in page
    assert "Go to the front page" in page


def test_the_library_s_own_words_for_an_error_are_not_shown(house: House) -> None:
    stock = "The requested URL was not found on the server."
    with house.app.test_request_context("/"):
        ours = web.render_error(404, title="Not Found", detail="This link has been used.")
        theirs = web.render_error(404, title="Not Found", detail=NOT_FOUND)
    assert "This link has been used." in ours
    assert stock not in theirs


NOT_FOUND = (
    "The requested URL was not found on the server. If you entered the URL manually please check your"
    " spelling and try again."
)


NOW = datetime(2026, 3, 27, 14, 43, tzinfo=UTC)


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(minutes=38), "today 14:05 (38 minutes ago)"),
        (timedelta(hours=20), "yesterday 18:43 (20 hours ago)"),
        (timedelta(days=8), "Thursday 19 March 14:43 (8 days ago)"),
        (timedelta(days=297), "3 June 2025 15:43 (297 days ago)"),
        (timedelta(hours=-1), "today 15:43 (in 1 hour)"),
        (timedelta(days=-1), "tomorrow 14:43 (in 1 day)"),
        (timedelta(0), "today 14:43 (just now)"),
    ],
)
def test_moments_are_said_as_people_say_them(back: timedelta, said: str) -> None:
    assert f"{web.dates.when(NOW - back, NOW)} ({web.dates.ago(NOW - back, NOW)})" == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=1, minutes=20), "1 h 20 left"),
        (timedelta(minutes=-40), "over by 40 min"),
        (timedelta(days=2, hours=3), "2 days 3 h left"),
    ],
)
def test_a_clock_says_what_is_left(left: timedelta, said: str) -> None:
    assert web.dates.time_left(NOW + left, NOW) == said
