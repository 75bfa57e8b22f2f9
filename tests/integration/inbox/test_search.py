"""Search by words, by a drug's names, by area and by reference; and that nothing that is typed can break it."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from ldis.followup import service as followup
from ldis.followup.schemas import Update
from ldis.followup.service import add_update
from ldis.inbox import queries
from ldis.inbox.asking import understood
from ldis.inbox.rules import Filters, Standing
from ldis.inbox.words import IN_EVERY_TEXT
from ldis.people.models import Partnership
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW
from tests.integration.inbox.conftest import Shown, words_of

AREAS = {"E99000001": "Northby", "E99000002": "Shoreham End"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("vallies", True),
        ("diazepam", True),
        ("blues", True),
        ("tablet", True),
        ("TABLETS", True),
        ("tabl", True),
        ("tablets blue", True),
        ('"blue tablets"', True),
        ('"tablets blue"', False),
        ("the blue tablets", True),
        ("the", True),
        ("northby", True),
        ("northby vallies", True),
        ("shoreham end", False),
        ("bus station", True),
        ("NS2", True),
        ("crown", True),
        ("heroin", False),
        ("blue heroin", False),
    ],
)  # fmt: skip
def test_a_report_is_found_by_its_words_its_drug_and_its_area(
    table: CaseTable, shown: Shown, words: str, found: bool
) -> None:
    report = table.report(
        sold_as="blue tablets sold as Valium",
        place="By the bus station",
        outward_postcode="NS2",
        details="A crown on it",
    )
    assert shown(q=words) == ([report.reference] if found else [])


@pytest.mark.parametrize(
    "words", ["m30", "pale blue", "calmex", "knotted bag", "pregabalin", "lyrica", "M30 crown"]
)
def test_a_report_is_found_by_what_it_looked_like(table: CaseTable, shown: Shown, words: str) -> None:
    report = table.report(
        colour="Pale blue",
        markings="M30, a crown",
        packaging="A knotted bag",
        brand="Calmex",
        other_substances="Pregabalin (Lyrica)",
    )
    table.report(sold_as="spice")
    assert shown(q=words) == [report.reference]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("strawberry", True),
        ('"strawberry smell"', True),
        ("collapsed", True),
        ("strawberry collapsed", True),
        ("strawberry tablets", True),
        ("diazepam strawberry", True),
        ("strawberry northby", True),
        ("photo", True),
        ("strawberry vanilla", False),
        ("tablets vanilla", False),
        ("vanilla", False),
        ("shoreham strawberry", False),
    ],
)  # fmt: skip
def test_a_report_is_found_by_what_was_added_to_it_later(
    table: CaseTable, shown: Shown, words: str, found: bool
) -> None:
    report, other = table.report(), table.report(sold_as="blue valium")
    for number, added in enumerate(("A strawberry smell", "Another one collapsed", "1 photo was added.")):
        add_update(table.db, report, Update(added, f"sending-{number}"), by="reporter", now=NOW)
    add_update(table.db, other, Update("Nothing more", "sending-1"), by="reporter", now=NOW)
    assert shown(q=words, status="all") == ([report.reference] if found else [])


def test_a_report_to_which_very_much_was_added_takes_in_more_all_the_same(
    table: CaseTable, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followup, "MOST_WORDS", 2)
    report = table.report()
    for number, added in enumerate(("Strawberry smell", "Vanilla smell")):
        add_update(table.db, report, Update(added, f"sending-{number}"), by="reporter", now=NOW)
    assert (shown(q="strawberry"), shown(q="vanilla")) == ([report.reference], [])


def test_a_case_is_found_by_what_was_added_to_a_report_in_it(table: CaseTable, coordinator: FlaskClient) -> None:
    report = table.report()
    case = table.opened(report)
    add_update(table.db, report, Update("A strawberry smell", "sending-1"), by="reporter", now=NOW)
    table.db.commit()
    assert case.reference in coordinator.get("/cases?q=strawberry").text
    assert case.reference not in coordinator.get("/cases?q=vanilla").text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("S-77/b", True),
        ("s 77 b", True),
        ("example university", True),
        ("metonitazene", True),
        ("meto", True),
        ("oxys", True),
        ("oxys metonitazene", True),
        ("oxys northby", True),
        ("protonitazene", False),
        ("oxys protonitazene", False),
        ("the oxys", True),
    ],
)  # fmt: skip
def test_a_result_is_found_by_its_sample_its_laboratory_and_what_was_found(
    table: CaseTable, shown: Shown, words: str, found: bool
) -> None:
    result = table.result("metonitazene", sold_as="oxys", sample_reference="S-77/b", area_code="E99000001")
    assert shown(q=words) == ([result.reference] if found else [])


def test_names_with_hyphens_and_figures_are_found_however_they_are_written(table: CaseTable, shown: Shown) -> None:
    report = table.report(sold_as="something like MDMB-4en-PINACA or 1e5 host.example")
    for words in ("MDMB-4en-PINACA", "mdmb 4en pinaca", "mdmb4enpinaca", "4en", "1e5", "example", "pinaca"):
        assert shown(q=words) == [report.reference], words


def test_a_reference_however_spaced_goes_straight_to_what_it_names(
    table: CaseTable, coordinator: FlaskClient
) -> None:
    report, result, case = table.report(), table.result(), table.opened()
    table.db.commit()
    for written, address in (
        (report.reference, f"/reports/{report.reference}"),
        (f" {report.reference.lower().replace('-', ' ')} ", f"/reports/{report.reference}"),
        (" ".join(report.reference.replace("-", "")), f"/reports/{report.reference}"),
        (result.reference, f"/results/{result.reference}"),
        (case.reference, f"/cases/{case.reference}"),
        ("nsh 1", "/cases/NSH-0001"),
        ("nsh0001", "/cases/NSH-0001"),
    ):
        assert coordinator.get("/cases", query_string={"q": written}).location == address, written
    assert coordinator.get("/cases?q=NSH-0002").status_code == 200


HOSTILE = [
    "'",
    "''",
    "\\",
    "a\\'b",
    "a & b | !c",
    "<->",
    "b:*",
    "%",
    "$1",
    "💊",
    "\ud800",
    "\x00",
    "﷽",
    "²³",
    "a" * 100,
]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.one_of(st.text(max_size=100), st.text("ab'\"\\&|!():*<>-% “”\t\n", max_size=40)))
def test_whatever_is_typed_is_answered(table: CaseTable, coordinator: FlaskClient, words: str) -> None:
    with table.db.begin_nested():
        answer = coordinator.get(
            "/cases", query_string={"q": words.encode("utf-8", "surrogatepass"), "status": "all"}
        )
    assert answer.status_code in (200, 302, 422), words


for one in HOSTILE:
    test_whatever_is_typed_is_answered = example(words=one)(test_whatever_is_typed_is_answered)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(["blue", "tablet", "valium", "crown", "northby", "by", "the"]), max_size=6))
def test_words_of_a_report_find_it_in_any_order_and_number(
    db: Session, north_shore: Partnership, table: CaseTable, words: list[str]
) -> None:
    if not table.waiting:
        table.waiting = table.report(details="A crown on it", place="by the pier")
    filters = Filters(words=" ".join(["crown", *words]), standing=Standing.ALL)
    question = understood(filters, names=table.names, areas=AREAS, now=NOW)
    page = queries.page_of(db, question, partnership_id=north_shore.id)
    assert page.things == [table.waiting]


def test_the_words_that_are_left_out_are_those_that_the_database_leaves_out(db: Session) -> None:
    kept = text("SELECT numnode(plainto_tsquery('english', :words))")
    assert db.scalar(kept, {"words": " ".join(IN_EVERY_TEXT)}) == 0


def test_a_suggestion_is_asked_about_and_never_taken(coordinator: FlaskClient) -> None:
    answer = coordinator.get("/cases?substance=metonitazine")
    assert answer.status_code == 422
    assert "Did you mean" in words_of(answer.text) or "We know no drug" in words_of(answer.text)
