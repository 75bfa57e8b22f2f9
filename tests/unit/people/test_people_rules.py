"""The rules about people: where one may go on to, how long a code is good for, what an address is."""

from datetime import UTC, datetime, timedelta

import pytest

from ldis.people.limits import KeyLimits
from ldis.people.rules import (
    CODE_LASTS,
    TRIES_PER_CODE,
    Discipline,
    Role,
    code_still_good,
    desk,
    normal_address,
    own_path,
    speaks_for,
)

NOW = datetime(2026, 3, 27, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("path", ["/", "/cases", "/cases/NSH-0142?tab=panel", "/people/12"])
def test_a_place_of_ours_may_follow_signing_in(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        None,
        "",
        "cases",
        "https://elsewhere.example.org/",
        "//elsewhere.example.org/",
        "/\\elsewhere.example.org",
        "\\\\elsewhere.example.org",
        "/\t/elsewhere.example.org",
        "/\n/elsewhere.example.org",
        " //elsewhere.example.org",
        "javascript:alert(1)",
        "//[elsewhere",
    ],
)
def test_no_other_place_may_follow_signing_in(elsewhere: str | None) -> None:
    assert own_path(elsewhere) is None


def test_a_code_is_good_until_it_runs_out_and_not_a_moment_longer() -> None:
    assert code_still_good(NOW, 0, now=NOW + CODE_LASTS - timedelta(seconds=1))
    assert not code_still_good(NOW, 0, now=NOW + CODE_LASTS)


def test_a_code_wears_out_after_wrong_tries() -> None:
    assert code_still_good(NOW, TRIES_PER_CODE - 1, now=NOW)
    assert not code_still_good(NOW, TRIES_PER_CODE, now=NOW)


def test_without_a_code_sent_none_is_good() -> None:
    assert not code_still_good(None, 0, now=NOW)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Sam.Hill@Example.ORG ", "sam.hill@example.org"),
        ("sam.hill@example.org", "sam.hill@example.org"),
        ("sam.hill", None),
        ("sam hill@example.org", None),
        ("", None),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str | None) -> None:
    assert normal_address(typed) == kept


def test_only_panel_members_speak_for_a_discipline() -> None:
    assert speaks_for(Role.PANEL_MEMBER, Discipline.POLICE) is Discipline.POLICE
    assert speaks_for(Role.COORDINATOR, Discipline.POLICE) is None


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        ({Role.COORDINATOR}, "/cases"),
        ({Role.ADMINISTRATOR, Role.PANEL_MEMBER}, "/cases"),
        ({Role.ADMINISTRATOR}, "/people"),
        ({Role.REPORTER}, "/"),
    ],
)
def test_people_begin_where_their_work_is(roles: set[Role], page: str) -> None:
    assert desk(roles) == page


def test_a_key_is_held_off_after_its_calls_and_told_for_how_long() -> None:
    limits = KeyLimits()
    assert [limits.wait(1, per_minute=3, now=second) for second in (0.0, 10.0, 20.0)] == [0, 0, 0]
    assert limits.wait(1, per_minute=3, now=30.0) == 30
    assert limits.wait(2, per_minute=3, now=30.0) == 0


def test_a_key_may_go_on_as_its_calls_leave_the_moving_minute() -> None:
    limits = KeyLimits()
    for second in (0.0, 10.0, 20.0):
        limits.wait(1, per_minute=3, now=second)
    assert limits.wait(1, per_minute=3, now=60.0) == 0
    assert limits.wait(1, per_minute=3, now=61.0) == 9
