"""An alert that has gone out, and the links that its recipients were sent."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.cases.policy import Policy
from ldis.issuing.models import Alert, AlertRecipient
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from tests.integration.cast import Cast
from tests.integration.issuing import scene


@pytest.fixture
def directory(db: Session, cast: Cast, north_shore: Partnership) -> scene.Directory:
    """Whom the alert was sent to."""
    return scene.fill_directory(db, north_shore, cast.coordinator)


@pytest.fixture
def alert(
    db: Session,
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
    directory: scene.Directory,
    browser_of: Callable[[Actor], FlaskClient],
) -> Alert:
    """A red alert that has been approved and issued."""
    case = scene.decide(db, cast, north_shore, names, policy)
    reference = scene.waiting_alert(browser_of(cast.coordinator), case, directory.ids)
    approver = browser_of(cast.medical)
    answer = approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    assert answer.status_code == 302, answer.text
    return scene.alert_called(db, reference)


@pytest.fixture
def recipient(db: Session, alert: Alert, directory: scene.Directory) -> AlertRecipient:
    """The person on both lists, who was sent a text message and an e-mail."""
    return db.scalars(
        select(AlertRecipient).where(
            AlertRecipient.alert_id == alert.id, AlertRecipient.contact_id == directory.both.id
        )
    ).one()
