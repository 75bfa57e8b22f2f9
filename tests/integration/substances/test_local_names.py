"""Names that an area has of its own: added and taken out by administrators, and how reports are read by them."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.people import service as people
from ldis.people.access import Actor
from ldis.people.models import Partnership, User
from ldis.people.rules import Role, Scope
from ldis.submissions.models import IncidentReport
from ldis.substances.models import LocalWord
from ldis.substances.vocabulary import Vocabulary
from tests.integration.cast import Cast, answers, assemble, at_once, found_partnership, signed_in
from tests.integration.submissions.sendings import INCIDENT

BrowserOf = Callable[[Actor], FlaskClient]
KeyFor = Callable[..., dict[str, str]]


@pytest.fixture
def office(browser_of: BrowserOf, cast: Cast) -> FlaskClient:
    return browser_of(cast.administrator)


def add(office: FlaskClient, written: str = "harbour dust", code: str = "ketamine", **more: str) -> Any:
    return office.post("/substances/local-names", data={"written": written, "code": code, **more})


def words(db: Session) -> list[LocalWord]:
    return list(db.scalars(select(LocalWord).order_by(LocalWord.id).execution_options(populate_existing=True)))


def reading(client: FlaskClient, db: Session, sold_as: str, place: str = "north-shore") -> dict[str, Any]:
    """What is read in a report that comes in now."""
    area = {"north-shore": "E99000001", "south-vale": "E99000003"}[place]
    assert client.post(f"/report/{place}", data=answers(sold_as=sold_as, area_code=area)).status_code == 302
    newest = select(IncidentReport).order_by(IncidentReport.id.desc()).limit(1)
    report = db.scalars(newest.execution_options(populate_existing=True)).one()
    return report.read_as


def test_a_local_name_is_read_in_reports_from_then_on(
    office: FlaskClient, client: FlaskClient, db: Session
) -> None:
    assert reading(client, db, "harbour dust")["matches"] == []
    page = office.get(add(office).location)
    assert "“harbour dust” is read as Ketamine in reports from now on." in page.text
    [match] = reading(client, db, "two bags of Harbour-Dust")["matches"]
    assert (match["code"], match["how"]) == ("ketamine", "local name")


def test_the_api_reads_by_it_too(
    office: FlaskClient, client: FlaskClient, db: Session, north_shore: Partnership, key_for: KeyFor
) -> None:
    key = key_for(north_shore, Scope.REPORTS_WRITE)
    assert (
        client.post("/api/v1/incidents", json=INCIDENT | {"sold_as": "harbour dust"}, headers=key).status_code
        == 201
    )
    add(office)
    assert (
        client.post("/api/v1/incidents", json=INCIDENT | {"sold_as": "harbour dust"}, headers=key).status_code
        == 201
    )
    classes = db.scalars(select(IncidentReport.substance_class).order_by(IncidentReport.id)).all()
    assert classes == ["unknown", "dissociative"]
    found = client.get("/api/v1/substances?q=harbour dust", headers=key).json
    assert found is not None
    assert found["matches"][0]["how"] == "local name"


def test_a_name_counts_only_where_it_was_added(
    office: FlaskClient, client: FlaskClient, db: Session, cast: Cast
) -> None:
    add(office)
    assert reading(client, db, "harbour dust", place="south-vale")["matches"] == []


def test_a_name_that_was_taken_out_is_read_no_more_and_what_was_read_stays(
    office: FlaskClient, client: FlaskClient, db: Session
) -> None:
    add(office)
    before = reading(client, db, "harbour dust")
    [word] = words(db)
    answer = office.post(f"/substances/local-names/{word.id}/remove", follow_redirects=True)
    assert "“harbour dust” has been taken out." in answer.text
    assert reading(client, db, "harbour dust")["matches"] == []
    kept = db.scalars(select(IncidentReport.read_as).order_by(IncidentReport.id)).first()
    assert kept == before
    assert words(db)[0].removed_at is not None
    assert add(office).status_code == 302, "it may come back"


def test_another_web_process_reads_by_it_at_once(
    office: FlaskClient, app: Flask, db: Session, cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = app.extensions["ldis.vocabulary"]
    elsewhere = Vocabulary(here.catalogue)
    monkeypatch.setitem(app.extensions, "ldis.vocabulary", elsewhere)
    assert reading(client, db, "harbour dust")["matches"] == []
    monkeypatch.setitem(app.extensions, "ldis.vocabulary", here)
    add(office)
    monkeypatch.setitem(app.extensions, "ldis.vocabulary", elsewhere)
    assert reading(client, db, "harbour dust")["matches"]


def test_a_report_by_api_asks_the_database_nothing_more_for_it(
    office: FlaskClient, client: FlaskClient, engine: Engine, north_shore: Partnership, key_for: KeyFor
) -> None:
    key = key_for(north_shore, Scope.REPORTS_WRITE)

    def asked() -> int:
        statements: list[str] = []
        note = lambda _c, _u, text, *_: statements.append(text)  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        assert client.post("/api/v1/incidents", json=INCIDENT, headers=key).status_code == 201
        event.remove(engine, "before_cursor_execute", note)
        return len([each for each in statements if "nextval" not in each])

    asked()  # the first use of a key is noted
    before = asked()
    add(office)
    assert asked() == before + 1, "once, after a change"
    assert asked() == before


def test_a_word_that_is_no_drug_is_passed_over(office: FlaskClient, client: FlaskClient, db: Session) -> None:
    assert reading(client, db, "valium, from bobbington")["unmatched"] == ["bobbington"]
    answer = office.get(add(office, "Bobbington", "not-a-drug").location)
    assert "“Bobbington” is passed over in reports from now on." in unescape(answer.text)
    assert "not the name of a drug" in answer.text
    assert reading(client, db, "from bobbington")["unmatched"] == []


REFUSED = [
    ({"written": "heroin", "code": "ketamine"}, "The catalogue knows “heroin” as Heroin."),
    ({"written": "HEROIN ", "code": "not-a-drug"}, "The catalogue knows “HEROIN” as Heroin."),
    ({"written": "diet coke", "code": "cocaine"}, "as something that is no drug"),
    ({"written": "the blue tablets", "code": "diazepam"}, "is ordinary English"),
    ({"written": "10 mg", "code": "diazepam"}, "is ordinary English"),
    ({"written": "!!!", "code": "diazepam"}, "Enter a name with letters in it."),
    ({"written": "", "code": "diazepam"}, "Answer “What do people write or say?”"),
    ({"written": "harbour dust", "code": ""}, "Answer “What do they mean by it?”"),
    ({"written": "harbour dust", "code": "no-such-code"}, "Choose a substance of the catalogue."),
    ({"written": "x" * 61, "code": "diazepam"}, "Use 60 characters or fewer."),
    ({"written": "dust\x00", "code": "diazepam"}, "This holds a character that cannot be stored."),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
def test_a_name_that_would_make_reports_be_read_worse_is_refused(
    office: FlaskClient, db: Session, typed: dict[str, str], sentence: str
) -> None:
    answer = add(office, **typed)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert words(db) == []


def test_a_word_has_one_meaning_here_however_it_is_written(office: FlaskClient, db: Session) -> None:
    add(office)
    answer = add(office, "Harbour  Dust", "mdma")
    assert answer.status_code == 422
    assert "is among your names already. Take it out first." in unescape(answer.text)
    assert len(words(db)) == 1


def test_two_administrators_who_add_a_name_at_once_add_it_once(busy_app: Flask, committed: Any) -> None:
    with committed() as db:
        place = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        other = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(db, place, other)
        browsers = [signed_in(busy_app, db.get_one(User, cast.administrator.id)) for _ in range(3)]
    codes = at_once(*(lambda browser=browser: add(browser).status_code for browser in browsers))
    assert sorted(codes) == [302, 422, 422]
    with committed() as db:
        assert len(words(db)) == 1
        assert db.scalar(select(Partnership.words_version).where(Partnership.slug == "north-shore")) == 1


def test_coordinators_see_the_names_and_only_administrators_change_them(
    office: FlaskClient, browser_of: BrowserOf, cast: Cast, db: Session
) -> None:
    add(office)
    coordinator = browser_of(cast.coordinator)
    page = coordinator.get("/substances/local-names").text
    assert "harbour dust" in page
    assert "An administrator adds names and takes them out." in page
    assert add(coordinator, "quay powder").status_code == 403
    assert coordinator.post(f"/substances/local-names/{words(db)[0].id}/remove").status_code == 403
    assert browser_of(cast.medical).get("/substances/local-names").status_code == 403
    assert "harbour dust" in browser_of(cast.medical).get("/substances/ketamine").text


def test_another_partnership_neither_sees_nor_removes_a_name(
    office: FlaskClient, browser_of: BrowserOf, cast: Cast, db: Session
) -> None:
    add(office)
    stranger = browser_of(cast.stranger)
    assert "harbour dust" not in stranger.get("/substances/local-names").text
    assert "harbour dust" not in stranger.get("/substances/ketamine").text
    people.add_person(
        db,
        partnership_id=cast.stranger.partnership_id,
        name=cast.stranger.name,
        email=cast.stranger.email,
        role=Role.ADMINISTRATOR,
        actor="test",
    )
    db.commit()
    assert stranger.post(f"/substances/local-names/{words(db)[0].id}/remove").status_code == 404
    assert words(db)[0].removed_at is None


def test_local_names_and_the_catalogues_are_told_apart(office: FlaskClient) -> None:
    office.get(add(office).location)
    page = unescape(office.get("/substances/ketamine").text)
    assert page.index("Street names") < page.index("Local names in North Shore") < page.index("harbour dust")
    found = office.get("/substances?q=harbour dust").text
    assert "is its local name." in unescape(found)
    assert "Local</strong> harbour dust" in found


def test_after_adding_one_goes_back_to_where_one_came_from_and_never_to_another_site(office: FlaskClient) -> None:
    assert add(office, next="/substances/unmatched").location == "/substances/unmatched"
    assert add(office, "quay powder", next="https://elsewhere.example.org").location == "/substances/local-names"


def test_adding_and_taking_out_are_in_the_audit_record_by_number(
    office: FlaskClient, db: Session, cast: Cast
) -> None:
    add(office)
    [word] = words(db)
    for _ in range(2):
        office.post(f"/substances/local-names/{word.id}/remove")
    entries = db.scalars(
        select(AuditEntry).where(AuditEntry.about == f"local name/{word.id}").order_by(AuditEntry.position)
    ).all()
    assert [(each.action, each.actor) for each in entries] == [
        ("local name added", cast.administrator.label),
        ("local name removed", cast.administrator.label),
    ]
    assert entries[0].detail == {"code": "ketamine"}
