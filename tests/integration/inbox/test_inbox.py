"""The inbox: what waits, whose turn it is, and that what was once filtered stays so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from ldis.cases import merging
from ldis.cases.rules import State
from ldis.db import utc_now
from ldis.followup.models import ReportUpdate
from ldis.people.access import Actor
from ldis.submissions import comparing
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW
from tests.integration.inbox.conftest import Shown, listed_on, words_of

BrowserOf = Callable[[Actor], FlaskClient]


def test_the_inbox_shows_what_is_new_what_is_open_and_what_is_closed(
    table: CaseTable, coordinator: FlaskClient
) -> None:
    report, result = table.report(sold_as="pink powder"), table.result("xylazine")
    opened, closed = table.opened(title="Blue tablets"), table.in_state(State.CLOSED)
    waiting = table.with_panel(title="With the others")
    table.db.commit()
    words = words_of(coordinator.get("/cases").text)
    things = ("pink powder", report.reference, "xylazine", result.reference)
    for part in (*things, opened.reference, closed.reference, waiting.reference):
        assert part in words
    for heading in ("New (2)", "Open cases (1)", "Waiting on others (1)"):
        assert heading in words


def test_an_empty_inbox_says_so_kindly(table: CaseTable, coordinator: FlaskClient) -> None:
    words = words_of(coordinator.get("/cases").text)
    assert "No report waits. Well done." in words
    assert "No case waits for the coordinator." in words


def test_a_report_shows_its_harm_substance_area_wait_clock_and_how_many_look_like_it(
    table: CaseTable, coordinator: FlaskClient
) -> None:
    urgent = table.report(harm_level="life-threatening", sold_as="vallies", outward_postcode="NS1")
    table.report()
    table.report()
    urgent.received_at = utc_now() - timedelta(minutes=40)
    table.db.commit()
    words = words_of(coordinator.get("/cases").text)
    row = words[words.index("vallies") : words.index(urgent.reference) + 60]
    for part in ("Life-threatening", "1 h 19 left", "Benzodiazepine, Northby, NS1", "2 others look like this"):
        assert part in row
    assert "waiting 40 min" in row


def test_what_is_in_a_case_merged_or_decided_is_not_new(table: CaseTable, shown: Shown) -> None:
    new, in_case, merged, kept = (table.report() for _ in range(4))
    table.opened(in_case)
    comparing.merge(table.db, merged, into=kept, actor=table.cast.coordinator, now=NOW)
    assert set(shown()) == {new.reference, kept.reference}


def test_a_report_that_is_by_itself_again_is_new_again_even_after_a_decision(
    table: CaseTable, shown: Shown
) -> None:
    case, merged = table.decided(), table.report()
    [kept] = [one.report for one in case.evidence]
    assert kept
    actor = table.cast.coordinator
    merging.same_event(table.db, kept.reference, merged.reference, actor=actor, now=NOW)
    assert merged.status == "decided"
    assert shown() == []
    merging.not_one_event_after_all(table.db, merged.reference, actor=actor, now=NOW)
    assert shown() == [merged.reference]


def test_what_a_reporter_added_is_marked_on_the_report_and_on_its_case(
    table: CaseTable, coordinator: FlaskClient
) -> None:
    new, held = table.report(), table.report()
    table.opened(held)
    for report in (new, held):
        update = ReportUpdate(
            report_id=report.id, at=NOW, by="test", words="There are more.", submission_key=report.reference
        )
        table.db.add(update)
    table.db.commit()
    assert words_of(coordinator.get("/cases?status=").text).count("New information") == 2


def test_coming_back_keeps_the_filters_until_they_are_cleared(table: CaseTable, coordinator: FlaskClient) -> None:
    table.report(harm_level="severe")
    table.report(harm_level="mild")
    table.db.commit()
    assert len(listed_on(coordinator.get("/cases?harm=severe").text)) == 1
    back = coordinator.get("/cases")
    assert back.location == "/cases?harm=severe"
    words = words_of(coordinator.get(back.location).text)
    assert "Drop Severe or worse" in words
    assert len(listed_on(coordinator.get("/cases?status=").text)) == 2
    assert len(listed_on(coordinator.get("/cases").text)) == 2


def test_filters_of_one_person_are_not_those_of_another(table: CaseTable, browser_of: BrowserOf) -> None:
    browser_of(table.cast.coordinator).get("/cases?harm=severe")
    assert browser_of(table.cast.second_coordinator).get("/cases").status_code == 200


def test_filters_that_cannot_be_read_are_said_beside_the_box_and_nothing_typed_is_lost(
    coordinator: FlaskClient,
) -> None:
    answer = coordinator.get("/cases?from=31/2/2026&substance=zzgrobble&q=tablets")
    assert answer.status_code == 422
    assert answer.text.count("Enter a real day, like 27/3/2026.") == 2
    for typed in ("31/2/2026", "zzgrobble", "tablets"):
        assert f'value="{typed}"' in answer.text
    assert "Error: Cases" in words_of(answer.text)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("substance=zzgrobble", "We know no drug called “zzgrobble”."),
        ("from=2/3/2026&to=1/3/2026", "Enter a day that is not before the first one."),
        ("to=31/12/9999", "Enter a real day, like 27/3/2026."),
        ("from=0001-01-01", "Enter a real day, like 27/3/2026."),
        ("area=E99000003", "Choose one of your areas."),
        ("harm=awful", "Choose one of the answers shown."),
        ("postcode=PO12AB", "Enter the first half of a postcode"),
        ("days=8", "Choose one of the answers shown."),
        ("after=yesterday", "This address does not lead to a further page."),
        ("q=%00", "This holds a character that cannot be stored."),
    ],
)
def test_each_bad_filter_has_its_sentence(coordinator: FlaskClient, asked: str, sentence: str) -> None:
    answer = coordinator.get(f"/cases?{asked}")
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)


def test_what_was_refused_is_not_remembered(coordinator: FlaskClient) -> None:
    coordinator.get("/cases?harm=awful")
    assert coordinator.get("/cases").status_code == 200


def test_the_lead_and_the_panel_read_the_inbox_and_take_nothing_away(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    report = table.report()
    table.db.commit()
    for actor in (table.cast.lead, table.cast.medical):
        browser = browser_of(actor)
        page = browser.get("/cases").text
        assert report.reference in page
        assert "CSV" not in page
        assert browser.post("/cases/export.csv").status_code == 403


def test_nothing_of_another_partnership_is_listed_found_or_counted(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    case, report = table.opened(title="Blue tablets"), table.report()
    table.result()
    table.db.commit()
    stranger = browser_of(table.cast.stranger)
    for asked in (
        "?status=all",
        "?q=blue",
        f"?q={report.reference}",
        f"?q={case.reference}",
        "?status=all&q=valium",
    ):
        page = stranger.get(f"/cases{asked}").text
        assert listed_on(page) == []
        assert f'href="/cases/{case.reference}"' not in page
    assert "No report fits these filters." in words_of(stranger.get("/cases/map?status=all").text)
