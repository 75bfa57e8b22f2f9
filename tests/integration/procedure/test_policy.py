"""The policy page: the procedure in force in words, and every earlier one word for word."""

import hashlib
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from config import policy as policy_file
from ldis.audit.models import AuditEntry
from ldis.cases.policy import Policy
from ldis.cases.rules import RULES
from ldis.people.access import Actor
from ldis.procedure import service
from ldis.procedure.models import PolicyText
from tests.integration.cast import NOW, Cast, words_of

BrowserOf = Callable[[Actor], FlaskClient]
TODAY = policy_file.text()
OLDER = TODAY.replace('version = "2026-11"', 'version = "2024-03"').replace("votes = 2", "votes = 7")
UNREADABLE = 'version = "2011-01"\n[committee]\nmembers = 3\n'


def test_the_policy_in_force_is_read_in_words(cast: Cast, browser_of: BrowserOf, policy: Policy) -> None:
    for person in cast.everyone:
        page = words_of(browser_of(person).get("/policy").text)
        assert f"Version {policy.version}" in page
        assert (
            "A decision takes 2 votes from at least 2 different disciplines, one of them medical or public" in page
        )
        for question in policy.questions:
            assert question.label in page
            assert question.help in page
            assert all(answer in page for answer in question.answers)
        for hours in (
            policy.clocks.assess_hours,
            policy.clocks.assess_risk_to_life_hours,
            policy.clocks.answer_reporter_hours,
            policy.clocks.review_at_once_hours,
        ):
            assert f"{hours} hours" in page
        assert f"After {policy.convening.chase_hours} working hours; with risk to life every" in page
        assert "Formal alert, now" in page
        assert f"after {policy.no_action_review_days} days" in page


def test_the_page_shows_every_move_of_the_table(cast: Cast, browser_of: BrowserOf) -> None:
    page = words_of(browser_of(cast.reporter).get("/policy").text)
    for _state, action in RULES:
        assert action.value.capitalize() in page


def test_a_policy_that_is_new_at_start_up_is_kept_and_recorded_once(db: Session) -> None:
    assert service.note_in_force(db, TODAY, now=NOW)
    assert not service.note_in_force(db, TODAY, now=NOW)
    db.commit()
    [entry] = db.scalars(select(AuditEntry).where(AuditEntry.action == "policy put in force"))
    assert entry.about == "policy/2026-11"
    assert entry.detail == {"version": "2026-11", "digest": hashlib.sha256(TODAY.encode()).hexdigest()}


def test_a_text_that_changed_under_the_same_version_is_kept_beside_the_first(db: Session) -> None:
    service.note_in_force(db, OLDER, now=NOW)
    service.note_in_force(db, OLDER.replace("votes = 7", "votes = 1"), now=NOW)
    assert [one.version for one in db.scalars(select(PolicyText))] == ["2024-03", "2024-03"]


def test_an_older_policy_can_be_read_in_words_and_as_it_was_written(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    service.note_in_force(db, OLDER, now=NOW)
    db.commit()
    browser = browser_of(cast.lead)
    assert "/policy/2024-03" in browser.get("/policy").text
    page = words_of(browser.get("/policy/2024-03").text)
    assert "Not in force" in page
    assert "A decision takes 7 votes" in page
    assert "votes = 7" in page


def test_a_policy_that_is_no_longer_understood_is_shown_as_it_was_written(
    db: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    service.note_in_force(db, UNREADABLE, now=NOW)
    db.commit()
    page = words_of(browser_of(cast.lead).get("/policy/2011-01").text)
    assert "members = 3" in page


def test_a_version_that_never_was_is_not_found(cast: Cast, browser_of: BrowserOf) -> None:
    assert browser_of(cast.lead).get("/policy/1999-01").status_code == 404


@pytest.mark.parametrize(
    "statement", ["UPDATE policy_texts SET text = 'x'", "DELETE FROM policy_texts", "TRUNCATE policy_texts"]
)
def test_the_database_refuses_to_change_a_kept_policy(db: Session, statement: str) -> None:
    service.note_in_force(db, TODAY, now=NOW)
    with pytest.raises(DBAPIError, match="can only be added to"), db.begin_nested():
        db.execute(text(statement))
