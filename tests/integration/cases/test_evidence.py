"""The evidence on the page of a case: in short, in time, in place, against itself, and beside earlier cases."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from ldis.casefile.evidence import evidence_page
from ldis.cases import gathering
from ldis.cases.models import Case
from ldis.cases.rules import Action, Outcome
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.rules import Sector
from ldis.submissions.models import LabResult
from ldis.submissions.rules import Form, HarmLevel, HowKnown, Stage, Symptom, Technique
from tests.integration.cases.table import LEAST, WORST, CaseTable
from tests.integration.cases.test_case_pages import words_of
from tests.integration.cast import NOW

BrowserOf = Callable[[Actor], FlaskClient]
NOT_BREATHING: dict[str, Any] = {
    "sold_as": "heroin",
    "harm_level": HarmLevel.LIFE_THREATENING,
    "symptoms": (Symptom.BREATHING,),
}


def join(table: CaseTable, case: Case, *things: Any) -> Case:
    """Let these join the case."""
    for thing in things:
        gathering.add_evidence(table.db, case.reference, thing, actor=table.cast.coordinator, now=NOW)
    table.db.commit()
    return table.again(case)


def seen(browser_of: BrowserOf, actor: Actor, case: Case, page: str = "") -> str:
    """What this person reads on a page of the case."""
    return words_of(browser_of(actor).get(f"/cases/{case.reference}{page}").text)


def test_a_suggestion_names_what_the_evidence_says(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel(first=table.report(**NOT_BREATHING))
    case = join(table, case, table.report(**NOT_BREATHING), table.result("metonitazene", stage=Stage.CONFIRMED))
    table.grade(case, table.cast.medical, WORST)
    table.db.commit()
    page = seen(browser_of, table.cast.coordinator, case)
    assert "Suggestion: formal alert , because a worker saw it, the result is confirmed, " in page
    assert (
        "two people had slow or no breathing, a nitazene was found and people at special risk could be hit" in page
    )


def test_the_grade_page_says_first_what_is_known_in_short(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel(first=table.report(**NOT_BREATHING))
    case = join(
        table,
        case,
        table.report(**NOT_BREATHING, area_code="E99000002", people_affected=2),
        table.result("metonitazene", stage=Stage.CONFIRMED),
    )
    page = seen(browser_of, table.cast.medical, case, "/grade")
    short = page[page.index("In short") : page.index("All the evidence")]
    assert "Worst harm At least two people had slow or no breathing" in short
    assert "Reports Two reports from Northby, Shoreham End" in short
    assert "Confirmed results Metonitazene (Example University, GC-MS)" in short
    assert "New here No other report of the last 12 months names nitazene" in short
    assert "A laboratory has confirmed what is in the sample" in page


def test_what_was_reported_here_before_is_not_new(table: CaseTable, browser_of: BrowserOf) -> None:
    table.report(sold_as="heroin")
    case = table.opened(table.report(**NOT_BREATHING))
    table.db.commit()
    assert "New here" not in seen(browser_of, table.cast.coordinator, case)


def test_the_page_says_what_contradicts_what(table: CaseTable, browser_of: BrowserOf) -> None:
    report = table.report(sold_as="heroin", colour="brown")
    case = table.opened(report)
    strip = table.result(
        "fentanyl", technique=Technique.IMMUNOASSAY, incident_reference=report.reference, sample_reference="S-9"
    )
    found = table.result(
        "bromazolam", stage=Stage.CONFIRMED, incident_reference=report.reference, sample_reference="S-9"
    )
    case = join(table, case, table.report(sold_as="heroin", colour="white"), strip, found)
    page = seen(browser_of, table.cast.coordinator, case)
    told = page[page.index("What contradicts what") :]
    assert (
        f"Report {report.reference} says sold as “heroin”; result {found.reference}, confirmed, found no opioid."
        in told
    )
    assert (
        f"Field test {strip.reference} says fentanyl; the laboratory (result {found.reference}, confirmed) did"
        in told
    )
    assert "Reports of “Heroin” differ in colour:" in told


def test_evidence_that_agrees_is_said_to_contradict_nothing(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.opened(table.report(sold_as="heroin"))
    table.db.commit()
    assert "contradicts" not in seen(browser_of, table.cast.coordinator, case)


def test_one_timeline_says_who_said_what_how_they_know_and_when_it_happened(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    people.add_organisation(
        table.db, partnership_id=table.place.id, name="Harbour Hostel", sector=Sector.HOSTEL, actor="test"
    )
    report = table.report(
        happened_on=NOW.date() - timedelta(days=2),
        rough_time="about 11 at night",
        reporter_organisation="Harbour Hostel",
        how_known=HowKnown.TOLD_BY_PERSON,
        place="Bus station",
    )
    result = table.result("diazepam", sampled_on=NOW.date() - timedelta(days=1), sold_as="Valium")
    case = join(table, table.opened(report), result)
    page = seen(browser_of, table.cast.medical, case)
    told = page[page.index("Timeline") :]
    assert f"Report {report.reference}: moderate" in told
    assert "Harbour Hostel (hostel or supported housing), who was told by the person it happened to" in told
    assert "Happened 12 October 2026, about 11 at night; heard 2 days later" in told
    assert "“blue tablets sold as Valium”, Bus station, Northby." in told
    assert f"Laboratory result {result.reference}: as expected" in told
    assert "Example University, preliminary, by GC-MS" in told
    assert "Sampled 13 October 2026; heard 1 day later" in told
    assert "Found diazepam, as expected. Intelligence, never evidence." in told
    assert "Add evidence" in told


def test_where_it_happened_is_a_map_and_a_table(table: CaseTable, browser_of: BrowserOf) -> None:
    case = join(
        table, table.opened(), table.report(area_code="E99000002", harm_level=HarmLevel.FATAL), table.report()
    )
    html = browser_of(table.cast.coordinator).get(f"/cases/{case.reference}").text
    assert 'class="ldis-tiles" role="img"' in html
    where = words_of(html[html.index("Table of reports of this case by area") :])
    assert "Northby 2 Moderate Shoreham End 1 Fatal" in where


def earlier_on(page: str) -> str:
    """What the page says of earlier cases."""
    if "Earlier cases like this one" not in page:
        return ""
    return page[page.index("Earlier cases like this one") : page.index("Where it happened")]


def test_earlier_cases_like_this_one_are_shown_with_what_came_of_them_and_why_they_are_alike(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    earlier = table.decided(Outcome.NO_ACTION)
    case = table.opened(table.report(sold_as="diazepam"), title="More tablets")
    table.db.commit()
    told = earlier_on(seen(browser_of, table.cast.coordinator, case))
    assert "Blue tablets No further action 14 October 2026" in told
    assert "Same kind of drug and area: benzodiazepine, Northby" in told
    assert "Sold as the same: Diazepam" in told
    assert earlier.reference in told


def test_a_case_with_the_same_marking_is_like_it_wherever_it_was(table: CaseTable, browser_of: BrowserOf) -> None:
    first = table.with_panel(first=table.report(markings="TEVA 10", sold_as="something"))
    for member in (table.cast.medical, table.cast.police):
        table.judge(first, member, Outcome.ALERT)
    table.decide(first, Outcome.ALERT)
    case = table.opened(table.report(markings="Teva-10", sold_as="whatever", area_code="E99000002"))
    table.db.commit()
    assert "Same marking: Teva-10" in earlier_on(seen(browser_of, table.cast.coordinator, case))


def test_open_cases_unlike_ones_and_those_elsewhere_are_no_earlier_cases(
    table: CaseTable, browser_of: BrowserOf
) -> None:
    table.opened(table.report())
    unlike = table.with_panel(first=table.report(sold_as="heroin", area_code="E99000002"))
    for member in (table.cast.medical, table.cast.police):
        table.judge(unlike, member, Outcome.NO_ACTION)
    table.decide(unlike, Outcome.NO_ACTION)
    case = table.opened(table.report())
    table.db.commit()
    assert earlier_on(seen(browser_of, table.cast.coordinator, case)) == ""


def test_the_page_says_plainly_where_members_differ(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel()
    table.grade(case, table.cast.medical, WORST)
    table.db.commit()
    assert "One member has graded so far." in seen(browser_of, table.cast.coordinator, case)
    table.grade(case, table.cast.police, LEAST)
    table.db.commit()
    page = seen(browser_of, table.cast.coordinator, case)
    assert "The members differ on 5 of 6 questions:" in page
    assert "How bad was it? Life-threatening or fatal (Mo Field); No harm, or mild (Sam Brook)" in page


def test_members_who_agree_are_said_to_agree(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel()
    for member in (table.cast.medical, table.cast.police):
        table.grade(case, member, WORST)
    table.db.commit()
    assert "The members agree on every question." in seen(browser_of, table.cast.coordinator, case)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The questions that are put to the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_what_is_said_of_the_evidence_asks_the_database_as_often_for_many_reports_as_for_few(
    table: CaseTable, engine: Engine, app: Flask
) -> None:
    def questions(case: Case) -> list[str]:
        table.db.commit()
        table.db.expire_all()
        again = table.again(case)
        with app.test_request_context(), counted(engine) as asked:
            evidence_page(table.db, again, {}, may_see=True, now=NOW)
        return asked

    table.decided(Outcome.NO_ACTION)
    case = table.opened(table.report(markings="TEVA"))
    case = join(table, case, table.result("diazepam", area_code="E99000001"))
    few = questions(case)
    for number in range(6):
        table.move(table.decided(Outcome.NO_ACTION), Action.CLOSE)
        case = join(table, case, table.report(markings=f"TEVA {number}"), table.result("diazepam"))
    many = questions(case)
    assert len(many) == len(few), many


@pytest.mark.parametrize("page", ["", "/pack"])
def test_a_page_about_a_case_asks_the_database_as_often_for_many_pieces_of_evidence_as_for_few(
    page: str, table: CaseTable, engine: Engine, browser_of: BrowserOf
) -> None:
    def sample(number: int) -> LabResult:
        report = table.report(form=Form.VAPE, sold_as="THC vape")
        table.result("diazepam", sample_reference=f"Q-{number}")
        return table.result(
            "diazepam", sample_reference=f"Q-{number}", stage=Stage.CONFIRMED, incident_reference=report.reference
        )

    def questions(case: Case) -> list[str]:
        table.db.commit()
        table.db.expire_all()
        browser = browser_of(table.cast.coordinator)
        with counted(engine) as asked:
            assert browser.get(f"/cases/{case.reference}{page}").status_code == 200
        return asked

    case = join(table, table.opened(table.report(form=Form.VAPE)), sample(0))
    few = questions(case)
    for number in range(1, 6):
        case = join(table, case, table.report(form=Form.VAPE), sample(number))
    many = questions(case)
    more = Counter(one[:80] for one in many) - Counter(one[:80] for one in few)
    assert len(many) == len(few), list(more.items())


def test_a_grading_still_hides_the_others_on_the_timeline(table: CaseTable, browser_of: BrowserOf) -> None:
    case = table.with_panel()
    table.judge(case, table.cast.police)
    table.db.commit()
    assert "formal alert" not in seen(browser_of, table.cast.medical, case)
