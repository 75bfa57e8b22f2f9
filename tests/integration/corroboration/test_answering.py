"""Answering by the link: without signing in, changed until it closes, counted once, late or not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.cases.rules import Action, Outcome
from ldis.corroboration.models import AskedPartner, PartnerAnswer, PartnerQuestion
from ldis.corroboration.rules import Late
from ldis.db import utc_now
from ldis.people.access import Actor
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast
from tests.integration.corroboration.partners import Partners, link_of


def answers(db: Session) -> list[PartnerAnswer]:
    db.expire_all()
    return list(db.scalars(select(PartnerAnswer).order_by(PartnerAnswer.id)))


def close(db: Session) -> None:
    db.execute(update(PartnerQuestion).values(closes_at=utc_now() - timedelta(minutes=1)))
    db.commit()
    db.expire_all()


def history_of(table: CaseTable, case: Case) -> list[str]:
    table.db.expire_all()
    return [one.words for one in table.again(case).entries if one.action == "heard from a partner"]


@pytest.mark.parametrize("sighting", ["seen", "not seen", "heard of it"])
def test_a_partner_answers_without_signing_in_and_sees_what_they_answered(
    client: FlaskClient, open_question: str, partners: Partners, db: Session, sighting: str
) -> None:
    link = link_of(db, partners.hostel)
    page = client.get(link).text
    assert "Have you seen blue tablets sold as Valium?" in page
    assert "call 999" in page
    assert answers(db) == []
    assert client.post(link, data={"sighting": sighting}).status_code == 302
    assert f"You answered <strong>{sighting}</strong>" in client.get(link).text


def test_the_case_counts_answers_with_everybody_who_was_asked(
    client: FlaskClient,
    coordinator: FlaskClient,
    case: Case,
    open_question: str,
    partners: Partners,
    db: Session,
) -> None:
    client.post(link_of(db, partners.hostel), data={"sighting": "seen", "note": "Two bags on the stairs."})
    client.post(link_of(db, partners.pharmacy), data={"sighting": "not seen"})
    page = coordinator.get(f"/cases/{case.reference}").text
    assert "Asked 3, answered 2, seen 1, not seen 1, heard of it 0." in page
    assert "Hostel or supported housing" in page
    assert "Shoreham End" in page
    shown = coordinator.get(open_question).text
    assert "Has not answered (1)" in shown
    assert "07700 900103" in shown
    assert "07700 900101" not in shown
    assert "Two bags on the stairs." in shown


def test_panel_members_see_the_counts_where_they_grade_and_no_telephone_numbers(
    client: FlaskClient,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    table: CaseTable,
    case: Case,
    open_question: str,
    partners: Partners,
    db: Session,
) -> None:
    client.post(link_of(db, partners.hostel), data={"sighting": "heard of it"})
    table.move(case, Action.CALL_PANEL)
    db.commit()
    member = browser_of(cast.medical)
    page = member.get(f"/cases/{case.reference}/grade").text
    assert "Asked 3, answered 1, seen 0, not seen 0, heard of it 1." in page
    assert member.get(open_question).status_code == 403


def test_what_was_seen_stands_on_the_timeline_and_makes_open_pages_stale(
    client: FlaskClient, table: CaseTable, case: Case, open_question: str, partners: Partners, db: Session
) -> None:
    before = table.seen(case)
    client.post(link_of(db, partners.hostel), data={"sighting": "seen", "note": "Two bags on the stairs."})
    assert history_of(table, case) == ["Harbour Hostel answered seen: Two bags on the stairs."]
    assert table.seen(case) == before + 1


def test_a_bare_not_seen_is_counted_and_disturbs_nobody(
    client: FlaskClient, table: CaseTable, case: Case, open_question: str, partners: Partners, db: Session
) -> None:
    before = table.seen(case)
    client.post(link_of(db, partners.hostel), data={"sighting": "not seen"})
    assert history_of(table, case) == []
    assert table.seen(case) == before
    assert len(answers(db)) == 1


def test_an_answer_can_be_changed_until_the_question_closes_and_every_one_is_kept(
    client: FlaskClient, coordinator: FlaskClient, case: Case, open_question: str, partners: Partners, db: Session
) -> None:
    link = link_of(db, partners.hostel)
    for sighting in ("not seen", "seen"):
        assert client.post(link, data={"sighting": sighting}).status_code == 302
    assert [one.sighting.value for one in answers(db)] == ["not seen", "seen"]
    assert "answered 1, seen 1, not seen 0" in coordinator.get(f"/cases/{case.reference}").text
    close(db)
    refused = client.post(link, data={"sighting": "not seen"})
    assert refused.status_code == 403
    assert "your answer stands" in refused.text
    assert len(answers(db)) == 2


def test_a_double_tap_is_one_answer(
    client: FlaskClient, open_question: str, partners: Partners, db: Session
) -> None:
    link = link_of(db, partners.hostel)
    for _ in range(3):
        assert client.post(link, data={"sighting": "seen", "note": "By the quay."}).status_code == 302
    assert len(answers(db)) == 1


def test_a_first_answer_after_closing_is_welcome_and_marked_late(
    client: FlaskClient, coordinator: FlaskClient, case: Case, open_question: str, partners: Partners, db: Session
) -> None:
    close(db)
    link = link_of(db, partners.hostel)
    assert "It will be marked as late" in client.get(link).text
    assert client.post(link, data={"sighting": "seen"}).status_code == 302
    assert [one.late for one in answers(db)] == [Late.CLOSED]
    assert "seen 1, not seen 0, heard of it 0 (1 late)." in coordinator.get(f"/cases/{case.reference}").text


def test_an_answer_after_the_decision_is_marked_so_and_the_next_step_stays_what_it_was(
    client: FlaskClient,
    coordinator: FlaskClient,
    table: CaseTable,
    cast: Cast,
    case: Case,
    open_question: str,
    partners: Partners,
    db: Session,
) -> None:
    table.move(case, Action.CALL_PANEL)
    for member in (cast.medical, cast.police):
        table.judge(case, member, Outcome.ALERT)
    table.decide(case)
    db.commit()
    assert "Draft the alert" in coordinator.get(f"/cases/{case.reference}").text
    client.post(link_of(db, partners.hostel), data={"sighting": "seen"})
    assert [one.late for one in answers(db)] == [Late.DECIDED]
    assert history_of(table, case) == ["Harbour Hostel answered seen, after the decision"]
    assert "Draft the alert" in coordinator.get(f"/cases/{case.reference}").text


def test_an_answer_about_a_merged_case_is_told_to_the_case_that_took_it_in(
    client: FlaskClient,
    coordinator: FlaskClient,
    table: CaseTable,
    case: Case,
    open_question: str,
    partners: Partners,
    db: Session,
) -> None:
    kept = table.opened()
    table.merge(case, kept)
    db.commit()
    client.post(link_of(db, partners.hostel), data={"sighting": "seen"})
    assert history_of(table, kept) == ["Harbour Hostel answered seen"]
    assert "answered 1, seen 1" in coordinator.get(f"/cases/{kept.reference}").text


def test_a_note_that_names_somebody_is_refused_and_kept_in_the_box(
    client: FlaskClient, open_question: str, partners: Partners, db: Session
) -> None:
    answer = client.post(
        link_of(db, partners.hostel), data={"sighting": "seen", "note": "Ask sam@example.org about it."}
    )
    assert answer.status_code == 422
    assert "Take out" in answer.text
    assert "Ask sam@example.org about it." in answer.text
    assert answers(db) == []


def test_a_link_that_was_never_sent_opens_nothing(client: FlaskClient, open_question: str) -> None:
    assert client.get("/c/aaaaaaaaaaaaaaaaaaaaaa").status_code == 404
    assert client.post("/c/aaaaaaaaaaaaaaaaaaaaaa", data={"sighting": "seen"}).status_code == 404


def test_the_database_holds_no_link_that_could_be_used(
    open_question: str, partners: Partners, db: Session
) -> None:
    token = link_of(db, partners.hostel).removeprefix("/c/")
    rows = db.execute(select(AskedPartner.__table__)).all()
    raw = db.connection().exec_driver_sql("SELECT asked_partners::text FROM asked_partners").scalars().all()
    assert len(rows) == 3
    assert not any(token in row or token.encode().hex() in row for row in raw)
