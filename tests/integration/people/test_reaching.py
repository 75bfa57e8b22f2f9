"""How people are reached: their number, who stands in for them, and who is on call."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.people import rota
from ldis.people.access import Actor
from ldis.people.models import Deputy, Membership, OnCallTurn, User
from ldis.web import today
from tests.integration.cast import Cast

BrowserOf = Callable[[Actor], FlaskClient]


def on(name: str, day: date) -> dict[str, str]:
    """A day as a form sends it."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def turn(person: Actor, begin: date, end: date, *, at: str = "17:00", until: str = "09:00") -> dict[str, str]:
    """A turn as the form sends it."""
    return {
        "person_id": str(person.id),
        **on("starts_on", begin),
        "starts_at": at,
        **on("ends_on", end),
        "ends_at": until,
    }


def stand_in(person: Actor, begin: date, end: date) -> dict[str, str]:
    """A deputy as the form sends it."""
    return {"deputy_id": str(person.id), **on("starts_on", begin), **on("ends_on", end), "_form": "deputy"}


def recorded(db: Session, action: str) -> list[AuditEntry]:
    return list(db.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.at)))


def test_a_person_gives_their_number_which_is_kept_encrypted_and_recorded_without_it(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.reporter)
    assert browser.post("/people/me", data={"mobile": "07700 900 321", "_form": "mobile"}).status_code == 302
    assert db.get_one(User, cast.reporter.id, populate_existing=True).mobile == "+447700900321"
    kept = db.scalar(text("SELECT mobile FROM people WHERE id = :id"), {"id": cast.reporter.id})
    assert b"900321" not in bytes(kept)
    [entry] = recorded(db, "mobile number set")
    assert (entry.actor, "900" in str(entry.detail)) == (cast.reporter.label, False)
    assert 'value="+447700900321"' in browser.get("/people/me").text
    browser.post("/people/me", data={"mobile": "", "_form": "mobile"})
    assert db.get_one(User, cast.reporter.id, populate_existing=True).mobile is None


@pytest.mark.parametrize("written", ["12345", "023 9283 4092", "+1 212 555 0100"])
def test_what_is_no_uk_mobile_is_refused_and_offered_back(cast: Cast, browser_of: BrowserOf, written: str) -> None:
    answer = browser_of(cast.medical).post("/people/me", data={"mobile": written, "_form": "mobile"})
    assert answer.status_code == 422
    assert "Enter a UK mobile number" in answer.text
    assert f'value="{written}"' in answer.text


def test_an_administrator_sets_the_number_of_somebody_of_their_partnership_alone(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.administrator)
    number = {"mobile": "07700 900 322"}
    assert browser.post(f"/people/{cast.medical.id}/mobile", data=number).status_code == 302
    assert db.get_one(User, cast.medical.id, populate_existing=True).mobile == "+447700900322"
    assert browser.post(f"/people/{cast.stranger.id}/mobile", data=number).status_code == 404
    assert browser_of(cast.coordinator).post(f"/people/{cast.medical.id}/mobile", data=number).status_code == 403


def test_a_deputy_stands_in_from_the_first_day_to_the_last_and_not_a_minute_more(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    day = today() + timedelta(days=30)
    posted = browser_of(cast.coordinator).post("/people/me/deputies", data=stand_in(cast.police, day, day))
    assert posted.status_code == 302, posted.text
    here = cast.coordinator.partnership_id

    def who(at: datetime) -> str | None:
        found = rota.deputy_of(db, cast.coordinator.id, here, at)
        return found.name if found else None

    begins = datetime.combine(day, datetime.min.time(), rota.LONDON).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), datetime.min.time(), rota.LONDON).astimezone(UTC)
    second = timedelta(seconds=1)
    assert [who(begins - second), who(begins), who(ends - second), who(ends)] == [
        None,
        "Sam Brook",
        "Sam Brook",
        None,
    ]
    assert rota.deputy_of(db, cast.coordinator.id, cast.stranger.partnership_id, begins) is None
    assert recorded(db, "deputy named")[0].detail["deputy"] == cast.police.id


def test_one_deputy_at_a_time(cast: Cast, browser_of: BrowserOf) -> None:
    browser, day = browser_of(cast.coordinator), today()
    assert browser.post("/people/me/deputies", data=stand_in(cast.police, day, day)).status_code == 302
    again = browser.post("/people/me/deputies", data=stand_in(cast.medical, day, day + timedelta(days=3)))
    assert again.status_code == 422
    assert "Sam Brook already stands in for you in that time." in again.text
    later = stand_in(cast.medical, day + timedelta(days=1), day + timedelta(days=3))
    assert browser.post("/people/me/deputies", data=later).status_code == 302


@pytest.mark.parametrize("who", ["coordinator", "reporter", "stranger"])
def test_nobody_is_deputy_to_themselves_or_without_being_on_the_panel_or_a_coordinator_here(
    cast: Cast, browser_of: BrowserOf, who: str
) -> None:
    form = stand_in(getattr(cast, who), today(), today())
    answer = browser_of(cast.coordinator).post("/people/me/deputies", data=form)
    assert answer.status_code == 422
    assert "Choose somebody of your partnership" in answer.text


def test_a_deputy_can_be_taken_back_by_whoever_named_them_alone(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.coordinator)
    browser.post("/people/me/deputies", data=stand_in(cast.police, today(), today()))
    named = db.scalars(select(Deputy)).one()
    end = f"/people/me/deputies/{named.id}/end"
    assert browser_of(cast.second_coordinator).post(end).status_code == 404
    assert browser.post(end).status_code == 302
    assert rota.deputy_of(db, cast.coordinator.id, cast.coordinator.partnership_id, datetime.now(UTC)) is None
    assert "Nobody stands in for you." in browser.get("/people/me").text


def test_whoever_has_no_role_any_more_stands_in_for_nobody_and_is_on_call_for_nobody(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    day, now = today(), datetime.now(UTC)
    browser_of(cast.coordinator).post("/people/me/deputies", data=stand_in(cast.police, day, day))
    around = turn(cast.police, day - timedelta(days=1), day + timedelta(days=2))
    browser_of(cast.coordinator).post("/people/on-call", data=around)
    here = cast.coordinator.partnership_id
    assert rota.on_call(db, here, now) is not None
    held = db.scalars(select(Membership).where(Membership.person_id == cast.police.id)).one()
    browser_of(cast.administrator).post(f"/people/{cast.police.id}/roles/{held.id}/end")
    assert rota.on_call(db, here, now) is None
    assert rota.deputy_of(db, cast.coordinator.id, here, now) is None


def test_the_rota_says_in_words_who_is_on_call_where_nobody_is_and_where_two_are(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser, day = browser_of(cast.administrator), today()
    assert "Nobody is on call now." in browser.get("/people/on-call").text
    browser.post("/people/on-call", data=turn(cast.police, day - timedelta(days=1), day + timedelta(days=20)))
    page = browser.get("/people/on-call").text
    assert "On call now: <strong>Sam Brook</strong>." in page
    assert "Somebody is on call whenever offices are closed, and never two at once." in page
    assert "No mobile number" in page
    browser.post("/people/on-call", data=turn(cast.medical, day + timedelta(days=2), day + timedelta(days=3)))
    page = browser.get("/people/on-call").text
    assert "Sam Brook and Mo Field are both on call from" in page
    assert "Mo Field, whose turn began last, is told." in page


def test_of_two_on_call_whoever_began_last_is_told(db: Session, cast: Cast, browser_of: BrowserOf) -> None:
    browser, day = browser_of(cast.coordinator), today()
    browser.post("/people/on-call", data=turn(cast.police, day - timedelta(days=3), day + timedelta(days=3)))
    browser.post("/people/on-call", data=turn(cast.medical, day - timedelta(days=1), day + timedelta(days=3)))
    found = rota.on_call(db, cast.coordinator.partnership_id, datetime.now(UTC))
    assert found is not None
    assert found.name == "Mo Field"


def test_a_turn_can_be_removed_within_the_partnership_and_stays_on_record(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    browser, day = browser_of(cast.coordinator), today()
    browser.post("/people/on-call", data=turn(cast.police, day - timedelta(days=3), day + timedelta(days=3)))
    one = db.scalars(select(OnCallTurn)).one()
    remove = f"/people/on-call/{one.id}/remove"
    assert browser_of(cast.stranger).post(remove).status_code == 404
    assert browser.post(remove).status_code == 302
    assert rota.on_call(db, one.partnership_id, datetime.now(UTC)) is None
    assert len(recorded(db, "on-call turn removed")) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_at": "25:00"}, "Enter a time like 17:00."),
        ({"starts_at": ""}, "Answer “From what time?”"),
        (on("ends_on", today() - timedelta(days=9)), "Enter a time after the one it begins at."),
        ({"person_id": "999999"}, "Choose a coordinator, a panel member or a lead of your partnership."),
    ],
)
def test_a_turn_that_makes_no_sense_is_refused_in_words(
    cast: Cast, browser_of: BrowserOf, changes: dict[str, str], sentence: str
) -> None:
    form = turn(cast.police, today(), today() + timedelta(days=1)) | changes
    answer = browser_of(cast.coordinator).post("/people/on-call", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "’")
