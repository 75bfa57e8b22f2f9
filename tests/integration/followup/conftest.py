"""Reports with reporters who can be reached, and what a test does on their behalf."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, sessionmaker

from ldis.cases.policy import Policy
from ldis.deliveries.models import Delivery
from ldis.people.limits import KeyLimits
from ldis.people.models import Partnership, RateCount
from ldis.submissions.models import IncidentReport
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast

EMAIL, MOBILE = "robin.vale@example.org", "07700 900123"


@pytest.fixture(autouse=True)
def nothing_tried(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are kept outside the test's transaction: each test begins with none. Answers come as fast as they can."""
    monkeypatch.setitem(app.extensions, "ldis.steady_seconds", 0)
    monkeypatch.setitem(app.extensions, "ldis.key_limits", KeyLimits())
    with engine.begin() as connection:
        connection.execute(delete(RateCount))


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """Cases and reports."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)


@pytest.fixture
def report(table: CaseTable) -> IncidentReport:
    """A report whose reporter left an e-mail address and a mobile number, and may be contacted."""
    made = table.report(reporter_email=EMAIL, reporter_phone=MOBILE, may_contact=True)
    table.db.commit()
    return made


@pytest.fixture
def place(sessions: sessionmaker[Session]) -> Workplace:
    """What tasks are handed."""
    return Workplace(sessions=sessions, channels={}, connections={}, public_url="https://ldis.example.org")


def letters_about(db: Session, about: str) -> list[Delivery]:
    """What was posted about something, oldest first."""
    return list(
        db.scalars(
            select(Delivery)
            .where(Delivery.about.startswith(about))
            .order_by(Delivery.id)
            .execution_options(populate_existing=True)
        )
    )


def newest_code(db: Session) -> str:
    """The newest code that was sent to a reporter."""
    found = re.search(r"\b\d{6}\b", letters_about(db, "report-code/")[-1].text)
    assert found
    return found[0]


def claim(report: IncidentReport, address: str = EMAIL) -> dict[str, str]:
    """What somebody types who says that a report is theirs."""
    return {"reference": report.reference, "address": address}


def follow(browser: FlaskClient, db: Session, report: IncidentReport, address: str = EMAIL) -> str:
    """Open a report with a code; the address of its page."""
    assert browser.post("/report/track", data=claim(report, address)).status_code == 302
    answer = browser.post("/report/track/code", data={"code": newest_code(db)})
    assert answer.status_code == 302, answer.text
    assert answer.location == f"/report/track/{report.reference}"
    return str(answer.location)
