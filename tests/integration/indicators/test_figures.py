"""Figures are entered, revised with a reason, locked by a second person, and shown as each person may see them."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import indicators
from ldis.audit.models import AuditEntry
from ldis.errors import Invalid, NotAllowed
from ldis.indicators import queries, service
from ldis.indicators.dictionary import WHOLE, Release, read_dictionary
from ldis.indicators.figures import ENGLAND, HERE, Said, Spot, Status, month_end, months_earlier
from ldis.indicators.models import Figure, Revision
from ldis.people.access import Actor
from tests.integration.cast import NOW, Cast

DICTIONARY = read_dictionary(indicators.read())
MARCH = month_end(2026, 3)
BrowserOf = Callable[[Actor], FlaskClient]


def spot(code: str, part: str = WHOLE, day: date = MARCH, area: str = HERE) -> Spot:
    return Spot(code, area, part, day, DICTIONARY.indicators[code].months)


def said(value: Any, **more: Any) -> Said:
    return Said(value=Decimal(value), source="test", **more)


PUBLIC = {"release": Release.PUBLISHABLE, "status": Status.FINAL}
Write = Callable[..., service.Written]


@pytest.fixture
def write(db: Session, cast: Cast) -> Write:
    def enter(figures: Mapping[Spot, Said], why: str = "", actor: Actor | None = None) -> service.Written:
        done = service.write(
            db, figures, dictionary=DICTIONARY, why=why, actor=actor or cast.data_officer, now=NOW
        )
        db.commit()
        return done

    return enter


@pytest.fixture
def officer(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.data_officer)


@pytest.fixture
def member(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    """Somebody who sees what may be published."""
    return browser_of(cast.medical)


def form(value: str, code: str = "in_treatment", part: str = WHOLE, **more: str) -> dict[str, str]:
    row = {"indicator": code, "part": part, "value": value}
    return {f"figures-0-{name}": one for name, one in row.items()} | {"status": "provisional"} | more


def test_an_empty_system_says_so(officer: FlaskClient, member: FlaskClient) -> None:
    assert "No figure of this area is known yet." in member.get("/indicators").text
    assert "No figure is known yet." in member.get("/indicators/in_treatment").text
    assert "No figure was entered yet." in officer.get("/indicators/periods").text
    assert "Nothing is hidden." in officer.get("/indicators/hidden").text
    assert member.get("/indicators/nothing").status_code == 404
    assert officer.get("/indicators/periods/2026-13").status_code == 404


def test_a_period_is_entered_as_one_table_and_an_empty_box_changes_nothing(
    officer: FlaskClient, db: Session
) -> None:
    page = officer.get("/indicators/periods/2026-03").text
    assert "Adults in treatment, any opiate" in page
    assert "Unmet need" not in page, "what is worked out is not entered"
    answer = officer.post("/indicators/periods/2026-03", data=form("1,842") | {"figures-1-indicator": "seizures"})
    assert answer.status_code == 422, "a row without its part"
    answer = officer.post("/indicators/periods/2026-03", data=form("1,842"))
    assert answer.status_code == 302, answer.text
    [figure] = db.scalars(select(Figure))
    assert (figure.value, figure.months, figure.ends_on, figure.release) == (1842, 12, MARCH, Release.RESTRICTED)
    assert 'value="1842"' in officer.get("/indicators/periods/2026-03").text
    assert officer.post("/indicators/periods/2026-03", data=form("")).status_code == 302
    assert db.scalars(select(Figure.value)).all() == [1842]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("many", "Enter a number, like 842 or 31.1."),
        ("1e12", "Enter a number, like 842 or 31.1."),
        ("NaN", "Enter a number, like 842 or 31.1."),
        ("1.23456", "Enter at most four decimal places."),
    ],
)
def test_rubbish_gets_a_sentence_beside_its_box_and_is_kept(
    officer: FlaskClient, db: Session, value: str, sentence: str
) -> None:
    answer = officer.post("/indicators/periods/2026-03", data=form(value))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{value}"' in answer.text
    assert db.scalars(select(Figure)).all() == []


def test_a_figure_that_changes_needs_a_reason_and_the_old_one_is_still_to_be_seen(
    officer: FlaskClient, db: Session
) -> None:
    officer.post("/indicators/periods/2026-03", data=form("1842"))
    bare = officer.post("/indicators/periods/2026-03", data=form("1850"))
    assert bare.status_code == 422
    assert "Say why: figures change (1 of them)." in bare.text
    officer.post("/indicators/periods/2026-03", data=form("1850", why="A late return."))
    [revision] = db.scalars(select(Revision))
    assert (Decimal(revision.before["value"]), Decimal(revision.after["value"])) == (1842, 1850)
    page = officer.get("/indicators/in_treatment").text
    assert "1,850" in page
    assert "A late return." in page
    assert "1,842 became 1,850" in page
    assert "figures written" in db.scalars(select(AuditEntry.action)).all()


def test_a_period_is_locked_by_somebody_else_and_unlocked_with_a_reason(
    officer: FlaskClient, db: Session, browser_of: BrowserOf, cast: Cast
) -> None:
    officer.post("/indicators/periods/2026-03", data=form("1842"))
    own = officer.post("/indicators/periods/2026-03/lock")
    assert "You entered figures of this period. Somebody else approves them." in own.text
    lead = browser_of(cast.lead)
    assert lead.post("/indicators/periods/2026-03/lock").status_code == 302
    assert "approved by Lee Crown" in lead.get("/indicators/periods").text
    late = officer.post("/indicators/periods/2026-03", data=form("1850", why="Late."))
    assert late.status_code in (403, 409)
    assert "March 2026 is locked." in late.text
    assert db.scalars(select(Figure.value)).all() == [1842]
    assert lead.post("/indicators/periods/2026-03/unlock", data={"why": ""}).status_code == 422
    assert lead.post("/indicators/periods/2026-03/unlock", data={"why": "A late return."}).status_code == 302
    assert officer.post("/indicators/periods/2026-03", data=form("1850", why="Late.")).status_code == 302
    actions = db.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("period"))).all()
    assert actions == ["period locked", "period unlocked"]


def test_all_or_nothing_is_written(write: Write, db: Session, cast: Cast) -> None:
    write({spot("seizures"): said(5)})
    service.lock(db, MARCH, actor=cast.lead, now=NOW)
    db.commit()
    april = month_end(2026, 4)
    with pytest.raises(NotAllowed):
        write({spot("seizures", day=april): said(6), spot("intelligence_reports"): said(1)})
    db.rollback()
    assert len(db.scalars(select(Figure)).all()) == 1
    with pytest.raises(Invalid):
        write({spot("seizures", day=month_end(2026, 5)): said(5), **_changed(write)})


def _changed(write: Write) -> dict[Spot, Said]:
    june = spot("intelligence_reports", day=month_end(2026, 6))
    write({june: said(1)})
    return {june: said(2)}


def test_the_published_example_of_plymouth_stands_on_the_page(write: Write, officer: FlaskClient) -> None:
    before, now = month_end(2022, 12), month_end(2023, 12)
    write(
        {
            spot("prevalence_ocu", "opiates only", month_end(2020, 3)): said(1266, **PUBLIC, method="2016-20"),
            spot("in_treatment_ocu", "opiates only", before): said(872),
            spot("in_treatment_ocu", "opiates only", now): said(842),
        }
    )
    page = officer.get("/indicators/unmet_need?part=opiates+only").text
    assert "31.1\u00a0%" in page
    assert "33.5\u00a0%" in page


def test_what_is_restricted_is_seen_by_leads_and_data_officers_alone(
    write: Write, officer: FlaskClient, member: FlaskClient, browser_of: BrowserOf, cast: Cast
) -> None:
    write({spot("in_treatment"): said(1842), spot("in_treatment", day=month_end(2022, 3)): said(1750)})
    any_opiate = {"part": "any opiate"}
    write(
        {
            spot("in_treatment", **any_opiate): said(842),
            spot("in_treatment", **any_opiate, day=month_end(2022, 3)): said(823),
        }
    )
    assert "1,842" in officer.get("/indicators/in_treatment").text
    assert "1,842" in browser_of(cast.lead).get("/indicators").text
    for page in ("/indicators", "/indicators/in_treatment"):
        assert "1,842" not in member.get(page).text
        assert "restricted" in member.get(page).text
    for reader in (officer, member):
        assert "1842" not in reader.post("/indicators/in_treatment/figures.csv").text
    change = "/indicators/in_treatment_change?part=any+opiate"
    assert ">2\u00a0%<" in member.get(change).text
    assert "2.3\u00a0%" not in member.get(change).text
    assert ">2.3\u00a0%<" in officer.get(change).text


def test_few_are_hidden_in_every_way_out_and_the_officer_reads_why(
    write: Write, officer: FlaskClient, member: FlaskClient
) -> None:
    write(
        {
            spot("positive_on_arrest"): said(47, **PUBLIC),
            spot("positive_on_arrest", "opiates only"): said(3, **PUBLIC),
            spot("positive_on_arrest", "cocaine only"): said(31, **PUBLIC),
            spot("positive_on_arrest", "opiates and cocaine"): said(13, **PUBLIC),
        }
    )
    for part, seen in (
        ("all", "47"),
        ("opiates only", "hidden"),
        ("cocaine only", "31"),
        ("opiates and cocaine", "hidden"),
    ):
        page = member.get(f"/indicators/positive_on_arrest?part={part.replace(' ', '+')}").text
        assert f">{seen}<" in page.replace("\n", ""), part
    file = member.post("/indicators/positive_on_arrest/figures.csv").text
    assert ",3," not in file
    assert ",13," not in file
    assert ",47," in file
    for reader in (member, officer):
        workbook = reader.post("/indicators/positive_on_arrest/figures.xlsx").data
        cells = [str(cell) for row in load_workbook(io.BytesIO(workbook))["Figures"].values for cell in row]
        assert {"47", "31", "hidden"} <= set(cells)
        assert not {"3", "13"} & set(cells)
    report = officer.get("/indicators/hidden").text
    assert "It counts fewer than five people." in report
    assert "It would give a smaller figure away." in report


def test_what_was_hidden_stays_hidden_when_it_is_revised(
    write: Write, member: FlaskClient, db: Session, cast: Cast
) -> None:
    parts = {"opiates only": 3, "cocaine only": 31, "opiates and cocaine": 13}
    figures = {spot("positive_on_arrest", part): said(value, **PUBLIC) for part, value in parts.items()}
    write(figures | {spot("positive_on_arrest"): said(47, **PUBLIC)})
    write(
        {
            spot("positive_on_arrest", "opiates only"): said(9, **PUBLIC),
            spot("positive_on_arrest"): said(53, **PUBLIC),
        },
        why="Six tests were missing.",
    )
    file = member.post("/indicators/positive_on_arrest/figures.csv").text
    assert ",9," not in file, "53 - 47 would give the 3 away"
    assert len(queries.hidden_in(db, partnership_id=cast.lead.partnership_id)) == 2


def test_a_year_of_months_and_its_sum_give_no_month_away(write: Write, member: FlaskClient) -> None:
    months = [months_earlier(MARCH, back) for back in range(13)]
    values = [20, 21, 3, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]
    write(
        {
            spot("tests_on_arrest", day=day): said(value, **PUBLIC)
            for day, value in zip(months, values, strict=True)
        }
    )
    page = member.get("/indicators/tests_on_arrest_year").text
    file = member.post("/indicators/tests_on_arrest/figures.csv").text
    assert ",3," not in file
    hidden = file.count("hidden")
    assert hidden >= 2
    assert "309" in page or "hidden" in page


def test_england_stands_beside_with_a_word_about_chance(write: Write, officer: FlaskClient) -> None:
    day = {"day": MARCH}
    write(
        {
            spot("prison_leavers_referred", **day): said(100),
            spot("prison_leavers_started", **day): said(75),
            spot("prison_leavers_referred", area=ENGLAND, **day): said(41200, **PUBLIC),
            spot("prison_leavers_started", area=ENGLAND, **day): said(22600, **PUBLIC),
        }
    )
    page = officer.get("/indicators").text
    assert "75.0\u00a0%" in page
    assert "54.9\u00a0%: higher than England" in page


def test_a_target_is_set_and_read_beside_the_figure(write: Write, officer: FlaskClient, db: Session) -> None:
    write({spot("in_treatment"): said(1842)})
    bad = officer.post(
        "/indicators/in_treatment/target", data={"value": "lots", "by": "2027-03", "source": "Plan"}
    )
    assert bad.status_code == 422
    aim = {"part": "all", "value": "2,000", "by": "2027-03", "source": "The local plan"}
    assert officer.post("/indicators/in_treatment/target", data=aim).status_code == 302
    assert "2,000 by March 2027: not met yet" in officer.get("/indicators").text
    write({spot("in_treatment"): said(2001)}, why="Late.")
    assert "2,000 by March 2027: met" in officer.get("/indicators").text


def test_nothing_of_another_partnership_is_seen(write: Write, browser_of: BrowserOf, cast: Cast) -> None:
    write({spot("naloxone_supplied"): said(4821, **PUBLIC)})
    stranger = browser_of(cast.stranger)
    for page in ("/indicators", "/indicators/naloxone_supplied", "/indicators/naloxone_supplied/figures.csv"):
        answer = stranger.open(page, method="POST" if page.endswith("csv") else "GET")
        assert answer.status_code == 200
        assert "4821" not in answer.text.replace(",", "")
