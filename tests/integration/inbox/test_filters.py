"""Each filter, and several at once: in the list, and the same in the number above it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from ldis.cases.rules import State
from ldis.db import utc_now
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import HarmLevel, Setting
from tests.integration.cases.table import CaseTable
from tests.integration.inbox.conftest import Shown, words_of

Things = dict[str, IncidentReport | LabResult]


@pytest.fixture
def things(table: CaseTable) -> Things:
    """Four reports and two results that differ in everything that can be asked."""
    heroin = table.report(
        sold_as="brown heroin",
        area_code="E99000002",
        outward_postcode="NS1",
        setting=Setting.HOSTEL,
        harm_level=HarmLevel.FATAL,
        place="the old pier",
    )
    spice = table.report(
        sold_as="spice", harm_level=HarmLevel.SEVERE, setting=Setting.STREET, details="Two of them."
    )
    valium = table.report(sold_as="vallies", harm_level=HarmLevel.MILD)
    again = table.report(sold_as="10mg diazepam tablets", harm_level=HarmLevel.NONE)
    result = table.result("metonitazene", sold_as="oxy", area_code="E99000002")
    plain = table.result("caffeine", sold_as="speed")
    heroin.received_by, spice.received_by, result.received_by = "venue/3", "key/9", "person/4"
    for days, thing in ((1, heroin), (10, spice), (40, valium), (400, again), (2, result), (50, plain)):
        thing.received_at = utc_now() - timedelta(days=days)
    table.db.flush()
    return {
        "heroin": heroin, "spice": spice, "valium": valium, "again": again, "result": result, "plain": plain
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "heroin spice valium again result plain"),
        ({"kind": "report"}, "heroin spice valium again"),
        ({"kind": "result"}, "result plain"),
        ({"harm": "severe"}, "heroin spice"),
        ({"harm": "fatal"}, "heroin"),
        ({"area": "E99000002"}, "heroin result"),
        ({"postcode": "ns1"}, "heroin"),
        ({"postcode": "none"}, "spice valium again"),
        ({"setting": "street or public place"}, "spice"),
        ({"class": "benzodiazepine"}, "valium again"),
        ({"class": "nitazene"}, "result"),
        ({"substance": "valium"}, "valium again"),
        ({"substance": "metonitazene"}, "result"),
        ({"substance": "herion"}, "heroin"),
        ({"source": "venue"}, "heroin"),
        ({"source": "key"}, "spice"),
        ({"source": "person"}, "result"),
        ({"source": "open form"}, ""),
        ({"days": "7"}, "heroin result"),
        ({"days": "28"}, "heroin spice result"),
        ({"alike": "yes"}, "valium again"),
        ({"q": "pier"}, "heroin"),
        ({"q": "tab"}, "again"),
        ({"harm": "severe", "area": "E99000001"}, "spice"),
        ({"class": "benzodiazepine", "days": "90"}, "valium"),
        ({"q": "vallies", "harm": "mild"}, "valium"),
        ({"kind": "result", "harm": "mild"}, ""),
        ({"substance": "valium", "source": "key"}, ""),
    ],
)  # fmt: skip
def test_each_filter_shows_what_fits_it(
    things: Things, shown: Shown, asked: dict[str, str], expected: str
) -> None:
    assert sorted(shown(**asked)) == sorted(things[name].reference for name in expected.split())


def test_days_begin_and_end_at_midnight_in_london(table: CaseTable, shown: Shown) -> None:
    early, late = table.report(), table.report()
    early.received_at = datetime(2026, 7, 1, 23, 5, tzinfo=UTC)  # the second of July in London already
    late.received_at = datetime(2026, 7, 2, 22, 59, tzinfo=UTC)
    assert set(shown(**{"from": "2/7/2026", "to": "2 July 2026"})) == {early.reference, late.reference}
    assert shown(**{"from": "3/7/2026"}) == []
    assert shown(to="2026-07-01") == []


def test_what_came_in_is_followed_into_its_case(table: CaseTable, shown: Shown) -> None:
    new, result = table.report(), table.result()
    open_case, decided, closed = (table.in_state(state) for state in (State.TRIAGE, State.DECIDED, State.CLOSED))
    table.opened(result)
    held = {
        case: [one.report.reference for one in table.again(case).evidence if one.report]
        for case in (open_case, decided, closed)
    }
    assert shown(status="") == [new.reference]
    assert set(shown(status="in a case")) == {*held[open_case], result.reference}
    assert shown(status="decided") == held[decided]
    assert shown(status="closed") == held[closed]
    everything = {new.reference, result.reference}.union(*held.values())
    assert set(shown(status="all")) == everything


def test_cases_are_filtered_by_what_they_hold(table: CaseTable, coordinator: FlaskClient) -> None:
    table.opened(table.report(sold_as="spice", harm_level=HarmLevel.SEVERE), title="Collapses in the park")
    table.opened(table.report(sold_as="brown heroin"), title="Somebody asleep")
    table.opened(table.result("xylazine"), title="A sample")
    table.db.commit()

    def cases(query: str) -> list[bool]:
        page = coordinator.get(f"/cases?{query}").text
        return [title in page for title in ("Collapses in the park", "Somebody asleep", "A sample")]

    assert cases("status=") == [True, True, True]
    assert cases("harm=severe") == [True, False, False]
    assert cases("substance=heroin") == [False, True, False]
    assert cases("q=xylazine") == [False, False, True]
    assert cases("q=park") == [True, False, False]
    assert cases("q=park&harm=fatal") == [False, False, False]
    assert cases("kind=report") == [True, True, True]


def test_the_number_above_the_list_is_counted_no_further_than_people_can_use(
    table: CaseTable, coordinator: FlaskClient
) -> None:
    columns = IncidentReport.__table__.columns
    one = table.report()
    table.db.refresh(one)
    copy = {c.name: getattr(one, c.key) for c in columns if c.name not in ("id", "searchable")}
    copies = [copy | {"reference": f"X{number}", "submission_key": f"x{number}"} for number in range(500)]
    table.db.execute(insert(IncidentReport), copies[:-1])
    table.db.commit()
    assert "New (500)" in words_of(coordinator.get("/cases").text)
    table.db.execute(insert(IncidentReport), copies[-1:])
    table.db.commit()
    assert "New (more than 500)" in words_of(coordinator.get("/cases").text)
