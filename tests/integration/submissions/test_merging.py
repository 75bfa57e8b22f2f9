"""Two reports of one event: what a coordinator is shown, what merging does, and that nothing is ever lost by it."""

import re
from collections.abc import Callable
from functools import partial
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit.models import AuditEntry
from ldis.cases.models import Case, Evidence
from ldis.people.access import Actor
from ldis.people.models import User
from ldis.submissions.models import IncidentReport, ReportMerge, ReportsToldApart
from ldis.submissions.rules import Status
from tests.integration.cast import Cast, answers, assemble, at_once, found_partnership, signed_in

Send = Callable[..., str]
BrowserOf = Callable[[Actor], FlaskClient]


@pytest.fixture
def send(client: FlaskClient, db: Session, cast: Cast) -> Send:
    """Sends a report from the open form; its reference."""
    return lambda **changes: sent(client, "north-shore", **changes)


@pytest.fixture
def desk(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return browser_of(cast.coordinator)


def sent(client: FlaskClient, slug: str, **changes: str | None) -> str:
    answer = client.post(f"/report/{slug}", data=answers(**changes))
    assert answer.status_code == 302, answer.text
    return str(answer.location).rsplit("/", 1)[1].split("?")[0]


def page(browser: FlaskClient, reference: str) -> str:
    answer = browser.get(f"/reports/{reference}")
    assert answer.status_code == 200
    return unescape(answer.text)


def say(browser: FlaskClient, word: str, reference: str, other: str) -> int:
    """Say of two reports that they are the same event, or not."""
    return browser.post(f"/reports/{reference}/{word}", data={"other": other}).status_code


def inbox(browser: FlaskClient) -> set[str]:
    return set(re.findall(r'href="/reports/([A-Z0-9-]+)"', browser.get("/cases").text))


def report(db: Session, reference: str) -> IncidentReport:
    return db.scalars(
        select(IncidentReport)
        .where(IncidentReport.reference == reference)
        .execution_options(populate_existing=True)
    ).one()


def open_case(browser: FlaskClient, reference: str, title: str = "Blue tablets in Northby") -> str:
    answer = browser.post(f"/reports/{reference}/open-case", data={"title": title})
    assert answer.status_code == 302, answer.text
    return str(answer.location).rsplit("/", 1)[1]


def test_likely_duplicates_are_shown_with_reasons_and_side_by_side(send: Send, desk: FlaskClient) -> None:
    first = send(sold_as="blue tablets sold as Valium", place="behind the bus station")
    second = send(sold_as="blue Valium tablets", place="bus station, behind", form="tablet")
    shown = page(desk, second)
    assert "1 other looks like this" in shown
    for words in ("Very alike", "Same area", "Same day", "Both name Diazepam", "Described in the same words"):
        assert words in shown
    assert f"{second} and {first} side by side" in shown
    assert ("Same event" in shown, "Not the same" in shown) == (True, True)


def test_a_report_with_others_like_it_has_one_green_button(send: Send, desk: FlaskClient) -> None:
    send()
    shown = page(desk, send())
    green = re.findall(r'class="govuk-button"[^>]*>\s*([^<]+?)\s*<', shown[shown.index("<main") :])
    assert ("Same event" in shown, green) == (True, ["Open a case"])


def test_what_is_not_alike_is_not_shown(send: Send, desk: FlaskClient) -> None:
    send(sold_as="ketamine")
    second = send(sold_as="blue tablets sold as Valium")
    assert "like this" not in page(desk, second)


def test_the_inbox_says_how_many_others_look_alike(send: Send, desk: FlaskClient) -> None:
    for _ in range(2):
        send()
    send(sold_as="ketamine")
    shown = desk.get("/cases").text
    assert shown.count("1 other looks like this") == 2


def test_merging_keeps_both_and_the_second_leaves_the_inbox_and_points_to_the_first(
    send: Send, desk: FlaskClient, db: Session
) -> None:
    first, second = send(reporter_name="Rae Stone"), send(sold_as="blue valium", reporter_name="Sid Pool")
    assert say(desk, "same-event", second, first) == 302
    assert inbox(desk) == {first}
    kept, merged = page(desk, first), page(desk, second)
    assert "Also reported by" in kept
    assert second in kept
    assert "blue valium" in kept
    assert f"The same event as report {first}" in re.sub("<[^>]+>", "", merged)
    assert "Open a case" not in merged
    assert ("Rae Stone" in kept, "Sid Pool" in merged) == (True, True)
    assert report(db, second).sold_as == "blue valium"


def test_the_earlier_report_is_kept_whichever_page_it_was_said_on(send: Send, desk: FlaskClient) -> None:
    first, second = send(), send()
    answer = desk.post(f"/reports/{first}/same-event", data={"other": second})
    assert answer.location.endswith(f"/reports/{first}")
    assert inbox(desk) == {first}


def test_saying_it_twice_is_saying_it_once(send: Send, desk: FlaskClient, db: Session) -> None:
    first, second = send(), send()
    for reference, other in ((first, second), (first, second), (second, first)):
        assert say(desk, "same-event", reference, other) == 302
    assert len(db.scalars(select(ReportMerge)).all()) == 1


def test_taking_a_merge_back_restores_the_report(send: Send, desk: FlaskClient, db: Session) -> None:
    first, second = send(), send()
    say(desk, "same-event", first, second)
    assert desk.post(f"/reports/{second}/unmerge").status_code == 302
    assert inbox(desk) == {first, second}
    assert "Also reported by" not in page(desk, first)
    assert "1 other looks like this" in page(desk, second)
    assert desk.post(f"/reports/{second}/unmerge").status_code == 409
    say(desk, "same-event", first, second)
    assert inbox(desk) == {first}
    history = db.scalars(select(ReportMerge).order_by(ReportMerge.id)).all()
    assert [merge.undone_at is None for merge in history] == [False, True]


def test_what_is_not_the_same_is_not_offered_again_from_either_side(
    send: Send, desk: FlaskClient, db: Session
) -> None:
    first, second = send(), send()
    for _ in range(2):
        assert say(desk, "not-the-same", second, first) == 302
    assert "like this" not in page(desk, first)
    assert "like this" not in page(desk, second)
    third = send()
    assert "2 others look like this" in page(desk, third)
    assert len(db.scalars(select(ReportsToldApart)).all()) == 1


def test_a_report_that_was_merged_cannot_speak_for_another(send: Send, desk: FlaskClient) -> None:
    first, second, third = send(), send(), send()
    say(desk, "same-event", first, second)
    answer = desk.post(f"/reports/{third}/same-event", data={"other": second})
    assert answer.status_code == 409
    assert f"{second} is the same event as {first}. Compare with that one." in answer.text
    assert say(desk, "same-event", third, first) == 302
    assert inbox(desk) == {first}


def test_two_that_speak_for_others_are_not_put_together(send: Send, desk: FlaskClient) -> None:
    first, second, third, fourth = send(), send(), send(), send()
    say(desk, "same-event", first, second)
    say(desk, "same-event", third, fourth)
    answer = desk.post(f"/reports/{first}/same-event", data={"other": third})
    assert answer.status_code == 403
    assert "speaks for other reports. Take those merges back first." in answer.text
    assert inbox(desk) == {first, third}


def test_a_report_is_not_merged_into_itself(send: Send, desk: FlaskClient, db: Session) -> None:
    first = send()
    assert say(desk, "same-event", first, first) == 403
    assert say(desk, "not-the-same", first, first) == 403
    assert db.scalars(select(ReportMerge)).all() == []


def test_the_one_in_a_case_is_kept_and_the_case_shows_both(send: Send, desk: FlaskClient, db: Session) -> None:
    first, second = send(), send(sold_as="fake Valium", harm_level="fatal")
    case = open_case(desk, second)
    third = send(sold_as="blue valium tablet", harm_level="life-threatening")
    assert say(desk, "same-event", first, second) == 302
    assert say(desk, "same-event", third, second) == 302
    assert inbox(desk) == set()
    shown = unescape(desk.get(f"/cases/{case}").text)
    assert shown.count("Also reported") == 2
    assert f"{first}, the same event as {second}" in shown
    assert "blue valium tablet" in shown


def test_a_merged_report_raises_the_risk_of_the_case(send: Send, desk: FlaskClient, db: Session) -> None:
    first = send(harm_level="moderate")
    reference = open_case(desk, first)
    case = db.scalars(select(Case).where(Case.reference == reference)).one()
    version = case.version
    assert not case.risk_to_life
    say(desk, "same-event", send(harm_level="fatal"), first)
    db.refresh(case)
    assert case.risk_to_life
    assert case.version == version + 1


def test_the_reporters_of_a_merged_report_are_told_what_the_others_are_told(
    send: Send, desk: FlaskClient, db: Session
) -> None:
    first, second = send(), send()
    say(desk, "same-event", first, second)
    assert report(db, second).status is Status.RECEIVED
    open_case(desk, first)
    assert report(db, second).status is Status.LOOKED_AT
    desk.post(f"/reports/{second}/unmerge")
    assert report(db, second).status is Status.RECEIVED
    assert report(db, first).status is Status.LOOKED_AT


def test_reports_in_two_cases_are_not_put_together(send: Send, desk: FlaskClient) -> None:
    first, second = send(), send()
    cases = open_case(desk, first), open_case(desk, second)
    answer = desk.post(f"/reports/{first}/same-event", data={"other": second})
    assert answer.status_code == 403
    assert all(case in answer.text for case in cases)
    assert "Reports in two cases cannot be put together." in answer.text


def test_reports_in_one_case_stand_there_once(send: Send, desk: FlaskClient, db: Session) -> None:
    first, second = send(), send()
    case = open_case(desk, first)
    desk.post(f"/reports/{second}/join-case", data={"case": case})
    say(desk, "same-event", first, second)
    assert desk.get(f"/cases/{case}").text.count("Also reported") == 1
    assert len(db.scalars(select(Evidence)).all()) == 2
    desk.post(f"/reports/{second}/unmerge")
    assert "Also reported" not in desk.get(f"/cases/{case}").text
    assert report(db, second).status is Status.LOOKED_AT


def test_a_report_that_speaks_for_others_must_join_the_case_first(send: Send, desk: FlaskClient) -> None:
    first, second, third = send(), send(), send()
    say(desk, "same-event", first, second)
    case = open_case(desk, third)
    answer = desk.post(f"/reports/{first}/same-event", data={"other": third})
    assert answer.status_code == 403
    assert f"Let {first}, which speaks for other reports, join that case first." in answer.text
    assert case in answer.text


def test_a_late_report_of_a_closed_matter_is_merged_and_noted(send: Send, desk: FlaskClient, db: Session) -> None:
    first = send()
    reference = open_case(desk, first)
    case = db.scalars(select(Case).where(Case.reference == reference)).one()
    case.state = "closed"  # type: ignore[assignment]
    db.commit()
    version = case.version
    second = send()
    assert say(desk, "same-event", first, second) == 302
    db.refresh(case)
    assert (str(case.state), case.version) == ("closed", version)
    assert f"{second}, the same event as {first}" in desk.get(f"/cases/{reference}").text


def test_a_merged_report_joins_no_case_of_its_own(send: Send, desk: FlaskClient, db: Session) -> None:
    first, second = send(), send()
    say(desk, "same-event", first, second)
    answer = desk.post(f"/reports/{second}/open-case", data={"title": "Another"})
    assert answer.status_code == 409
    assert f"{second} is the same event as {first}. Use that report." in answer.text
    assert db.scalars(select(Case)).all() == []


def test_another_partnerships_report_cannot_be_named(
    send: Send, client: FlaskClient, desk: FlaskClient, browser_of: BrowserOf, cast: Cast, db: Session
) -> None:
    ours = send()
    theirs = sent(client, "south-vale", area_code="E99000003")
    stranger = browser_of(cast.stranger)
    for word in ("same-event", "not-the-same"):
        assert say(desk, word, ours, theirs) == 404
        assert say(stranger, word, ours, theirs) == 404
    assert stranger.post(f"/reports/{ours}/unmerge").status_code == 404
    assert db.scalars(select(ReportMerge)).all() == []
    assert db.scalars(select(ReportsToldApart)).all() == []


def test_only_coordinators_may_say_it_and_others_are_not_asked(
    send: Send, browser_of: BrowserOf, cast: Cast, db: Session
) -> None:
    first, second = send(), send()
    for person in (cast.medical, cast.lead):
        browser = browser_of(person)
        shown = page(browser, second)
        assert "1 other looks like this" in shown
        assert "Same event" not in shown
        for word in ("same-event", "not-the-same"):
            assert say(browser, word, first, second) == 403
    assert db.scalars(select(ReportMerge)).all() == []


def test_every_word_on_two_reports_is_in_the_audit_record(
    send: Send, desk: FlaskClient, db: Session, cast: Cast
) -> None:
    first, second, third = send(), send(), send()
    say(desk, "same-event", first, second)
    desk.post(f"/reports/{second}/unmerge")
    say(desk, "not-the-same", second, third)
    entries = db.scalars(select(AuditEntry).where(AuditEntry.actor == cast.coordinator.label)).all()
    said = [(entry.action, entry.about, entry.detail) for entry in entries if entry.about.startswith("report/")]
    merged = f"report/{report(db, second).id}"
    assert sorted(said, key=str) == [
        ("merge taken back", merged, {"was": first}),
        ("report merged", merged, {"into": first}),
        ("reports told apart", merged, {"other": third}),
    ]


def test_a_form_without_the_other_is_refused_with_the_page(send: Send, desk: FlaskClient) -> None:
    first = send()
    for other in ("", "x" * 30, "NSH-NONE-X", "a\x00b"):
        answer = desk.post(f"/reports/{first}/same-event", data={"other": other})
        assert answer.status_code in (404, 422), other


def test_two_people_who_merge_at_once_leave_one_report_that_speaks_for_the_others(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    with committed() as db:
        north = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        south = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(db, north, south)
        people = [db.get_one(User, one.id) for one in (cast.coordinator, cast.second_coordinator)]
    for _ in range(5):
        first, second, third = (sent(busy_app.test_client(), "north-shore") for _ in range(3))
        chain = [(first, second), (second, third), (third, first), (second, first)]
        browsers = [signed_in(busy_app, people[place % 2]) for place in range(len(chain))]
        statuses = at_once(
            *(partial(say, browser, "same-event", *pair) for browser, pair in zip(browsers, chain, strict=True))
        )
        assert set(statuses) <= {302, 403, 409}, statuses
        assert 302 in statuses
        with committed() as db:
            ids = {report(db, reference).id for reference in (first, second, third)}
            standing = [
                merge for merge in db.scalars(select(ReportMerge)) if merge.kept_id in ids and not merge.undone_at
            ]
            kept, merged = {one.kept_id for one in standing}, [one.merged_id for one in standing]
            assert not kept & set(merged), "no chain, no circle"
            assert len(merged) == len(set(merged)), "nothing is merged twice"


def test_merging_and_opening_a_case_at_once_never_puts_a_merged_report_into_a_case_of_its_own(
    busy_app: Flask, committed: sessionmaker[Session]
) -> None:
    with committed() as db:
        north = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        south = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(db, north, south)
        people = [db.get_one(User, one.id) for one in (cast.coordinator, cast.second_coordinator)]
    for _ in range(5):
        first, second = (sent(busy_app.test_client(), "north-shore") for _ in range(2))
        merging, opening = (signed_in(busy_app, person) for person in people)
        statuses = at_once(
            partial(say, merging, "same-event", first, second),
            partial(opening.post, f"/reports/{second}/open-case", data={"title": "At once"}),
        )
        assert {getattr(one, "status_code", one) for one in statuses} <= {302, 409}, statuses
        with committed() as db:
            merges = db.scalars(select(ReportMerge).where(ReportMerge.undone_at.is_(None))).all()
            in_cases = {one.report_id for one in db.scalars(select(Evidence))}
            alone = [one for one in merges if one.merged_id in in_cases and one.kept_id not in in_cases]
            assert alone == []
