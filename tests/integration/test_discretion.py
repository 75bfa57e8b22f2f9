"""What must not be said: in the log of a failure, and where settings are printed."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import logging as config_logging
from config import settings
from ldis.contacts.models import Contact
from ldis.db import utc_now
from ldis.people.models import Partnership
from tests.integration.cast import DATA_KEY


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the service's own log says from here on."""
    written = io.StringIO()
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)
    with monkeypatch.context() as patched:
        patched.setattr("sys.stderr", written)
        config_logging.configure("ERROR", process="test")
    yield written
    structlog.contextvars.clear_contextvars()
    root.handlers[:], root.level = before


def test_a_row_that_the_database_refuses_is_not_quoted_in_the_log(
    log: io.StringIO, db: Session, north_shore: Partnership
) -> None:
    nameless = Contact(
        partnership_id=north_shore.id, job_role="night manager\nat Harbour House", added_at=utc_now()
    )
    try:
        with db.begin_nested():
            db.add(nameless)
            db.flush()
    except Exception:
        logging.getLogger("ldis").exception("task failed")
    said = json.loads(log.getvalue())["exception"]
    assert "NotNullViolation" in said
    assert "night manager" not in said
    assert "Harbour House" not in said


def test_a_page_that_fails_does_not_log_the_secret_in_its_address(
    log: io.StringIO, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("ldis.people.invitations.shown", broken)
    assert client.get("/invitation/the-secret-end").status_code == 500
    said = json.loads(log.getvalue())
    assert said["page"] == "people.invitation"
    assert "the-secret-end" not in log.getvalue()


def test_settings_do_not_show_their_secrets_when_printed() -> None:
    secrets = {
        "LDIS_SECRET_KEY": "a-secret-key-" * 4,
        "LDIS_DATA_KEYS": DATA_KEY,
        "LDIS_METRICS_TOKEN": "a-metrics-token",
        "DATABASE_URL": "postgresql://ldis:a-password@db.example.org/ldis",
        "TWILIO_AUTH_TOKEN": "an-auth-token",
        "SMTP_URL": "smtps://ldis:another-password@mail.example.org",
    }
    others = {
        "LDIS_SMS": "twilio",
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_FROM": "+447700900000",
        "LDIS_EMAIL": "smtp",
        "LDIS_EMAIL_FROM": "alerts@example.org",
        "LDIS_PUBLIC_URL": "https://ldis.example.org",
    }
    printed = repr(settings.read(secrets | others))
    assert "AC1" in printed
    assert not [name for name, secret in secrets.items() if secret in printed]
