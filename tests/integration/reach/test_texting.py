"""A report by text message reaches the inbox; STOP holds in the middle of it; and nobody's number is kept with it."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.contacts.models import StoppedAddress
from ldis.people.models import Partnership
from ldis.reach.dialogue import MOST_ANSWERS, STOPPED
from ldis.reach.models import TextedReport
from ldis.reach.texting import LASTS, WHAT
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import HarmLevel
from tests.integration.reach.test_replies import provider, text

__all__ = ["provider"]

STRANGER = "+447700900556"


def say(provider: FlaskClient, *bodies: str) -> str:
    answer = ""
    for number, body in enumerate(bodies):
        _, answer = text(provider, STRANGER, body, sid=f"SM{number}{len(body)}{body[:8]}")
    return answer


def texted(db: Session) -> list[IncidentReport]:
    return list(db.scalars(select(IncidentReport).where(IncidentReport.received_by == "text message")))


def test_a_report_by_text_is_in_the_inbox_with_its_reference(
    provider: FlaskClient, db: Session, north_shore: Partnership
) -> None:
    area = north_shore.areas[0]
    answer = say(provider, "REPORT", "blue oxys", area.name, "4")
    [report] = texted(db)
    assert report.reference in answer
    assert (report.sold_as, report.area_code, report.harm_level) == (
        "blue oxys",
        area.code,
        HarmLevel.LIFE_THREATENING,
    )
    assert report.partnership_id == north_shore.id
    assert report.reporter_phone is None
    assert db.scalars(select(TextedReport)).all() == []


def test_the_last_text_twice_is_one_report(provider: FlaskClient, db: Session, north_shore: Partnership) -> None:
    say(provider, "REPORT", "blue oxys", north_shore.areas[0].name)
    for _ in range(2):
        text(provider, STRANGER, "1", sid="SMlast")
    assert len(texted(db)) == 1


def test_stop_holds_in_the_middle_of_a_report(provider: FlaskClient, db: Session) -> None:
    assert STOPPED in say(provider, "REPORT", "blue oxys", "STOP")
    assert db.scalars(select(StoppedAddress)).all()
    assert texted(db) == []


def test_whoever_says_nothing_for_half_an_hour_begins_anew(provider: FlaskClient, db: Session) -> None:
    say(provider, "REPORT", "blue oxys")
    for one in db.scalars(select(TextedReport)):
        one.heard_at -= LASTS
    db.commit()
    assert "reply REPORT or open" in say(provider, "Northby")
    assert WHAT in say(provider, "report")


def test_nobody_is_answered_without_end(provider: FlaskClient) -> None:
    for number in range(MOST_ANSWERS):
        assert "<Message>" in text(provider, STRANGER, "REPORT", sid=f"SMr{number}")[1]
    assert "<Message>" not in text(provider, STRANGER, "REPORT", sid="SMmore")[1]
    assert timedelta(0) < LASTS
