"""Other systems hand in figures, and read what may be published."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.audit.models import AuditEntry
from ldis.indicators import service
from ldis.indicators.models import Figure, Revision
from ldis.people.models import Partnership
from ldis.people.rules import Scope
from tests.integration.cast import NOW, Cast
from tests.integration.indicators.test_figures import MARCH

KeyFor = Callable[..., dict[str, str]]
VALUES = "/api/v1/indicators/positive_on_arrest/values"
SERIES = "/api/v1/indicators/positive_on_arrest"
PARTS = (("all", 47), ("opiates only", 3), ("cocaine only", 31), ("opiates and cocaine", 13))


def sent(*parts: tuple[str, int], **more: str) -> dict[str, object]:
    rows = [
        {"ends_on": "2026-03-31", "part": part, "value": value, "release": "publishable"} for part, value in parts
    ]
    return {"values": rows, **more}


def test_figures_come_in_by_key_once_and_change_with_a_reason(
    client: FlaskClient, db: Session, north_shore: Partnership, key_for: KeyFor
) -> None:
    key = key_for(north_shore, Scope.INDICATORS_WRITE)
    answer = client.put(VALUES, json=sent(*PARTS), headers=key)
    assert answer.json == {"new": 4, "changed": 0, "as_before": 0}
    assert client.put(VALUES, json=sent(*PARTS), headers=key).json == {"new": 0, "changed": 0, "as_before": 4}
    bare = client.put(VALUES, json=sent(("all", 48)), headers=key)
    assert bare.status_code == 422
    assert bare.json is not None
    assert bare.json["errors"] == {"why": ["Say why: figures change (1 of them)."]}
    client.put(VALUES, json=sent(("all", 48), why="One came late."), headers=key)
    [revision] = db.scalars(select(Revision))
    assert (revision.before["value"], revision.after["value"], revision.why) == (
        "47.0000",
        "48.0000",
        "One came late.",
    )
    assert revision.by.startswith("API key ")
    assert "figures written" in db.scalars(select(AuditEntry.action)).all()


def test_what_is_read_by_key_is_what_may_be_published(
    client: FlaskClient, north_shore: Partnership, key_for: KeyFor
) -> None:
    client.put(VALUES, json=sent(*PARTS), headers=key_for(north_shore, Scope.INDICATORS_WRITE))
    answer = client.get(SERIES, headers=key_for(north_shore, Scope.INDICATORS_READ)).json
    assert answer is not None
    seen = {one["part"]: (one["value"], one["words"]) for one in answer["values"]}
    assert seen == {
        "all": ("47", ""),
        "opiates only": (None, "hidden"),
        "cocaine only": ("31", ""),
        "opiates and cocaine": (None, "hidden"),
    }
    assert "restricted" not in answer


def test_a_restricted_figure_is_never_read_by_key(
    client: FlaskClient, north_shore: Partnership, key_for: KeyFor
) -> None:
    body = {"values": [{"ends_on": "2026-03-10", "value": 1842}]}
    client.put(
        "/api/v1/indicators/in_treatment/values", json=body, headers=key_for(north_shore, Scope.INDICATORS_WRITE)
    )
    text = client.get("/api/v1/indicators/in_treatment", headers=key_for(north_shore, Scope.INDICATORS_READ)).text
    assert "1842" not in text
    assert "restricted" in text


def test_a_key_that_may_only_write_reads_nothing_and_the_other_way_round(
    client: FlaskClient, north_shore: Partnership, key_for: KeyFor
) -> None:
    writing, reading = (key_for(north_shore, one) for one in (Scope.INDICATORS_WRITE, Scope.INDICATORS_READ))
    assert client.get(SERIES, headers=writing).status_code == 403
    assert client.put(VALUES, json=sent(*PARTS), headers=reading).status_code == 403


def test_what_is_wrong_is_said_at_its_value_and_nothing_is_taken_in(
    client: FlaskClient, db: Session, north_shore: Partnership, cast: Cast, key_for: KeyFor
) -> None:
    key = key_for(north_shore, Scope.INDICATORS_WRITE)

    def errors(body: object, code: str = "positive_on_arrest") -> object:
        answer = client.put(f"/api/v1/indicators/{code}/values", json=body, headers=key)
        assert answer.status_code == 422, answer.text
        assert answer.json is not None
        return answer.json["errors"]

    good = {"ends_on": "2026-03-31", "value": 5}
    assert errors({"values": [good, good | {"part": "nobody"}]}) == {
        "values-1-part": ["It has no such part. One of: all, opiates only, cocaine only, opiates and cocaine."]
    }
    assert errors({"values": [good | {"area": "E99999999"}]}) == {"values-0-area": ["This is none of your areas."]}
    assert errors({"values": [good, good | {"ends_on": "2026-03-01"}]}) == {
        "values-1-ends_on": ["Another of these values is about the same figure."]
    }
    assert errors({"values": [good]}, "unmet_need") == {"values": ["This is worked out here and not taken in."]}
    assert errors({"values": []})
    assert db.scalars(select(Figure)).all() == []
    assert client.put("/api/v1/indicators/nothing/values", json={"values": [good]}, headers=key).status_code == 404
    client.put(VALUES, json=sent(*PARTS), headers=key)
    service.lock(db, MARCH, actor=cast.lead, now=NOW)
    db.commit()
    locked = client.put(VALUES, json=sent(("all", 50), why="x"), headers=key)
    assert locked.status_code == 403
    assert "March 2026 is locked" in locked.text
