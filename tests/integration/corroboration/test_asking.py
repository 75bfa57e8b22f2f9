"""Asking partners about a case: whom it comes to is counted first, and each is asked once."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.messages import Medium
from alerts.sms_text import segments
from ldis.cases.models import Case
from ldis.cases.rules import Action, State
from ldis.contacts import service as contacts
from ldis.corroboration.models import AskedPartner, PartnerQuestion
from ldis.people.access import Actor
from tests.integration.cases.table import CaseTable
from tests.integration.cast import NOW, Cast
from tests.integration.corroboration.partners import Partners, asked, counted, everybody, hidden_on, letters


def people_asked(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(AskedPartner)) or 0


def test_the_page_suggests_a_question_from_what_the_case_knows(
    coordinator: FlaskClient, case: Case, partners: Partners
) -> None:
    page = coordinator.get(f"/cases/{case.reference}/ask").text
    assert "Have you seen blue tablets sold as Valium in Northby in the last" in page


def test_a_suggestion_never_repeats_a_personal_detail(
    coordinator: FlaskClient, table: CaseTable, partners: Partners
) -> None:
    made = table.opened(table.report(sold_as="pills from sam@example.org", kept_details_reason="It is public."))
    table.db.commit()
    page = coordinator.get(f"/cases/{made.reference}/ask").text
    assert "Have you seen anything unusual in Northby" in page
    assert "sam@example.org" not in page


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (lambda some: {"list_ids": [some.nights.id]}, "Ask 2 people in 2 organisations. Left out: 1 opted out."),
        (lambda some: {"sectors": ["pharmacy"]}, "Ask 1 person in 1 organisation. Left out: 1 cannot be reached"),
        (lambda some: {"area_codes": ["E99000002"]}, "Ask 1 person in 1 organisation"),
        (lambda some: {"contact_ids": [some.hostel.id, some.outreach.id]}, "Ask 2 people in 2 organisations"),
        (
            lambda some: {"sectors": ["pharmacy", "outreach"], "area_codes": ["E99000001"]},
            "Ask 1 person in 1 organisation",
        ),
        (
            lambda some: {"list_ids": [some.nights.id], "contact_ids": [some.hostel.id], "sectors": ["pharmacy"]},
            "Ask 3 people in 3 organisations. Left out: 1 opted out and 1 cannot be reached this way.",
        ),
        (lambda some: {"contact_ids": [some.opted_out.id]}, "Nobody whom you chose can be asked"),
    ],
)
def test_the_page_counts_whom_a_choice_comes_to_and_says_who_is_left_out(
    coordinator: FlaskClient,
    case: Case,
    partners: Partners,
    db: Session,
    chosen: Callable[[Partners], dict[str, object]],
    said: str,
) -> None:
    page, _ = counted(coordinator, case, **chosen(partners))
    assert said in page.replace("</strong>", "")
    assert people_asked(db) == 0


def test_asking_moves_the_case_and_writes_to_everybody_once_by_each_way_they_take(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session, table: CaseTable
) -> None:
    answer = asked(coordinator, case, **everybody(partners))
    assert answer.status_code == 302
    assert table.again(case).state is State.CORROBORATION
    assert [(one.recipient, one.medium) for one in letters(db)] == [
        (f"contact/{partners.hostel.id}", Medium.SMS),
        (f"contact/{partners.hostel.id}", Medium.EMAIL),
        (f"contact/{partners.pharmacy.id}", Medium.EMAIL),
        (f"contact/{partners.outreach.id}", Medium.SMS),
    ]
    assert people_asked(db) == 3
    page = coordinator.get(f"/cases/{case.reference}").text
    assert "Asked 3, answered 0, seen 0, not seen 0, heard of it 0." in page
    assert "Not asked: 1 opted out and 1 could not be reached." in page


def test_the_text_message_reads_well_aloud_and_fits_two_segments(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session
) -> None:
    asked(coordinator, case, contact_ids=[partners.outreach.id])
    (text,) = letters(db)
    before, link = text.text.split("http")
    assert before == (
        "North Shore asks: Have you seen blue tablets sold as Valium? Reply SEEN, NOT or HEARD. Or answer here: "
    )
    assert "/c/" in link
    assert segments(text.text) <= 2


def test_a_question_too_long_for_a_text_message_is_sent_back_with_its_words(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session
) -> None:
    words = "Have you seen tablets sold as “Żółte” in the shops along the quay? " * 2
    _, form = counted(coordinator, case, contact_ids=[partners.outreach.id], words=words)
    form |= {"words": "Ŵ" * 150}
    answer = coordinator.post(f"/cases/{case.reference}/ask", data=form)
    assert answer.status_code == 422
    assert "too long for a text message" in answer.text
    assert "Ŵ" * 150 in answer.text
    assert people_asked(db) == 0


def test_a_question_that_names_somebody_is_refused(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session
) -> None:
    page, form = counted(coordinator, case, contact_ids=[partners.outreach.id], words="Seen 07700 900123 about?")
    assert "phone number" in page
    assert coordinator.post(f"/cases/{case.reference}/ask", data=form).status_code == 422
    assert people_asked(db) == 0


def test_the_same_form_twice_asks_once(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session
) -> None:
    _, form = counted(coordinator, case, **everybody(partners))
    answers = [coordinator.post(f"/cases/{case.reference}/ask", data=form) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert people_asked(db) == 3
    assert len(letters(db)) == 4


def test_nobody_is_asked_whom_the_page_did_not_count(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session, cast: Cast
) -> None:
    _, form = counted(coordinator, case, **everybody(partners))
    contacts.opt_out(db, partners.outreach.id, actor=cast.coordinator, now=NOW)
    db.commit()
    answer = coordinator.post(f"/cases/{case.reference}/ask", data=form)
    assert answer.status_code == 409
    assert "Ask 2 people in 2 organisations" in answer.text
    assert "Have you seen blue tablets sold as Valium?" in answer.text
    assert people_asked(db) == 0
    again = coordinator.post(f"/cases/{case.reference}/ask", data=form | hidden_on(answer.text))
    assert again.status_code == 302
    assert people_asked(db) == 2


def test_a_stale_page_asks_nobody_and_keeps_the_words(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session, table: CaseTable
) -> None:
    _, form = counted(coordinator, case, words="Have you seen the green ones?", **everybody(partners))
    table.move(case, Action.RAISE_RISK)
    db.commit()
    answer = coordinator.post(f"/cases/{case.reference}/ask", data=form)
    assert answer.status_code == 409
    assert "Have you seen the green ones?" in answer.text
    assert people_asked(db) == 0


def test_several_questions_can_be_asked_about_one_case_also_while_it_is_with_the_panel(
    coordinator: FlaskClient, case: Case, partners: Partners, db: Session, table: CaseTable
) -> None:
    asked(coordinator, case, **everybody(partners))
    table.move(case, Action.CALL_PANEL)
    db.commit()
    asked(coordinator, case, words="Have you seen the green ones?", contact_ids=[partners.hostel.id])
    assert table.again(case).state is State.WITH_PANEL
    assert db.scalar(select(func.count()).select_from(PartnerQuestion)) == 2
    page = coordinator.get(f"/cases/{case.reference}").text
    assert page.index("Have you seen the green ones?") < page.index("Have you seen blue tablets sold as Valium?")


def test_a_decided_case_asks_nobody(
    coordinator: FlaskClient, partners: Partners, db: Session, table: CaseTable
) -> None:
    decided = table.decided()
    db.commit()
    assert coordinator.get(f"/cases/{decided.reference}/ask").status_code == 403
    assert coordinator.post(f"/cases/{decided.reference}/ask", data={}).status_code in (403, 422)


def test_another_partnership_finds_nothing_and_chooses_nobody_of_ours(
    browser_of: Callable[[Actor], FlaskClient], cast: Cast, case: Case, open_question: str, partners: Partners
) -> None:
    stranger = browser_of(cast.stranger)
    assert stranger.get(f"/cases/{case.reference}/ask").status_code == 404
    assert stranger.post(f"/cases/{case.reference}/ask", data={}).status_code in (404, 422)
    assert stranger.post(f"/cases/{case.reference}/ask/count", data={}).status_code in (404, 422)
    assert stranger.get(open_question).status_code == 404
