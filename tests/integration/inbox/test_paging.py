"""Pages of the list, while new things keep coming in: nothing is lost and nothing comes twice."""

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ldis.inbox import queries
from ldis.inbox.asking import Question
from ldis.inbox.rules import A_PAGE, Filters, Standing, place_marked
from ldis.people.models import Partnership
from ldis.submissions.models import IncidentReport, LabResult
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW
from tests.integration.inbox.conftest import listed_on

EVERYTHING = Question(Filters(standing=Standing.ALL))

arrivals = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12)


def arrive(
    table: CaseTable, coming: list[tuple[bool, int]], *, after: int = 0
) -> list[IncidentReport | LabResult]:
    """Reports and results, several of them in the same second."""
    came: list[IncidentReport | LabResult] = []
    for is_report, seconds in coming:
        thing = table.report() if is_report else table.result()
        thing.received_at = NOW + timedelta(seconds=after + seconds)
        came.append(thing)
    table.db.flush()
    return came


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=arrivals, later=arrivals, size=st.integers(1, 5))
def test_page_by_page_everything_that_was_there_is_seen_once_in_order(
    db: Session,
    north_shore: Partnership,
    table: CaseTable,
    first: list[tuple[bool, int]],
    later: list[tuple[bool, int]],
    size: int,
) -> None:
    undone = db.begin_nested()
    there = arrive(table, first)
    seen: list[IncidentReport | LabResult] = []
    question, coming = EVERYTHING, list(later)
    while True:
        page = queries.page_of(db, question, partnership_id=north_shore.id, size=size)
        seen += page.things
        if page.next is None:
            break
        question = replace(question, after=place_marked(page.next.mark))
        arrive(table, [coming.pop() for _ in range(min(2, len(coming)))], after=10)
    places, expected = ([queries.place_of(one) for one in several] for several in (seen, there))
    undone.rollback()
    assert sorted(places) == sorted(expected)
    assert places == sorted(places, reverse=True)


def test_show_more_leads_to_the_rest_and_back_to_the_newest(table: CaseTable, coordinator: FlaskClient) -> None:
    arrive(table, [(number % 3 > 0, 0) for number in range(A_PAGE + 5)])
    table.db.commit()
    page = coordinator.get("/cases?status=all").text
    shown = listed_on(page)
    assert len(shown) == A_PAGE
    [more] = [
        part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:] if "after=" in part[:80]
    ]
    rest = coordinator.get(more).text
    assert len(listed_on(rest)) == 5
    assert not set(listed_on(rest)) & set(shown)
    assert "Show more" not in rest
    assert "Back to the newest" in rest


def test_a_later_page_is_not_what_is_come_back_to(table: CaseTable, coordinator: FlaskClient) -> None:
    arrive(table, [(True, 0)] * 2)
    table.db.commit()
    coordinator.get("/cases?status=all&after=20261014T093000.000000r999999999")
    assert coordinator.get("/cases").location == "/cases?status=all"
