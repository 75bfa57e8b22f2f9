"""A case in triage, partners to ask about it, and a provider of text messages."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from config.settings import Twilio
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.deliveries.models import Delivery
from ldis.deliveries.rules import State
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from tests.integration.cases.table import CaseTable
from tests.integration.cast import Cast
from tests.integration.corroboration.partners import PUBLIC_URL, TOKEN, Partners, asked, everybody, gather


@pytest.fixture
def table(db: Session, cast: Cast, north_shore: Partnership, names: Names, policy: Policy) -> CaseTable:
    """What a test moves on the table of a case."""
    return CaseTable(db=db, cast=cast, place=north_shore, names=names, policy=policy)


@pytest.fixture
def case(table: CaseTable) -> Case:
    """A case in triage about blue tablets."""
    made = table.opened()
    table.db.commit()
    return made


@pytest.fixture
def partners(db: Session, north_shore: Partnership, cast: Cast) -> Partners:
    """Whom there is to ask."""
    return gather(db, north_shore, cast.coordinator)


@pytest.fixture
def coordinator(browser_of: Callable[[Actor], FlaskClient], cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return browser_of(cast.coordinator)


@pytest.fixture
def open_question(db: Session, coordinator: FlaskClient, case: Case, partners: Partners) -> str:
    """A question that three partners were asked, all messages gone; the address of its answers."""
    answer = asked(coordinator, case, **everybody(partners))
    assert answer.status_code == 302, answer.text
    db.execute(update(Delivery).values(state=State.SENT))
    db.commit()
    return str(answer.location)


@pytest.fixture
def provider(client: FlaskClient) -> Iterator[FlaskClient]:
    """A browserless client of an application with a Twilio account."""
    settings = client.application.config
    before = settings["TWILIO"], settings["PUBLIC_URL"]
    settings.update(TWILIO=Twilio("AC0", TOKEN, "Riverbank", None), PUBLIC_URL=PUBLIC_URL)
    yield client
    settings["TWILIO"], settings["PUBLIC_URL"] = before
