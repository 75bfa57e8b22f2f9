"""Alerts in CAP 1.2, held against the schema of the standard."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import xmlschema

from alerts.cap import NAMESPACE, Document, Issue, moment, written
from alerts.messages import AlertContent, Kind, Level

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("CAP-v1.2.xsd"))
AT = datetime(2026, 11, 22, 14, 0, tzinfo=timezone(timedelta(hours=1)))


def document(
    content: AlertContent, kind: Kind, level: Level = Level.RED, *, is_exercise: bool = False
) -> Document:
    follows = {} if kind is Kind.ALERT else {"replaces": "NSH-A01", "change": "It was something < else & worse"}
    return Document(
        issue=Issue("example.org/north-shore", "NSH-A02", AT),
        content=replace(content, kind=kind, **follows),
        level=level,
        earlier=() if kind is Kind.ALERT else (Issue("example.org/north-shore", "NSH-A01", AT - timedelta(1)),),
        expires_at=AT + timedelta(days=20),
        web="https://example.org/alerts/NSH-A02",
        is_exercise=is_exercise,
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("level", Level)
def test_every_step_of_every_level_is_valid_by_the_schema(content: AlertContent, kind: Kind, level: Level) -> None:
    SCHEMA.validate(written(document(content, kind, level)).decode())


@pytest.mark.parametrize(
    ("kind", "said"),
    [(Kind.ALERT, "Alert"), (Kind.UPDATE, "Update"), (Kind.CORRECTION, "Update"), (Kind.STAND_DOWN, "Cancel")],
)
def test_what_follows_refers_to_what_went_before(content: AlertContent, kind: Kind, said: str) -> None:
    xml = written(document(content, kind)).decode()
    assert f"<msgType>{said}</msgType>" in xml
    referred = "<references>example.org/north-shore,NSH-A01,2026-11-21T14:00:00+01:00</references>" in xml
    assert referred is (kind is not Kind.ALERT)


def test_a_drill_says_that_it_is_one(content: AlertContent) -> None:
    assert "<status>Exercise</status>" in written(document(content, Kind.ALERT, is_exercise=True)).decode()


def test_a_time_in_utc_is_never_written_with_z() -> None:
    assert moment(datetime(2026, 1, 2, 3, 4, 5, 6, UTC)) == "2026-01-02T03:04:05-00:00"


def test_the_schema_refuses_what_is_not_cap(content: AlertContent) -> None:
    xml = written(document(content, Kind.ALERT)).decode()
    assert NAMESPACE in xml
    assert not SCHEMA.is_valid(xml.replace("<scope>Public</scope>", ""))
    assert not SCHEMA.is_valid(xml.replace("+01:00</sent>", "Z</sent>"))
