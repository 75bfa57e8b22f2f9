"""Two press a button at the same instant, or a sender takes what somebody cancels, each on its own connection."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alerts.messages import Medium
from config import settings
from ldis.app import create_app
from ldis.cases.policy import Policy
from ldis.db import utc_now
from ldis.deliveries.claims import open_lane
from ldis.issuing import approval
from ldis.issuing.proposal import Proposal, propose
from ldis.issuing.rules import State
from ldis.people.models import User
from ldis.worktime import LONDON
from tests.integration.cast import assemble, found_partnership, signed_in
from tests.integration.issuing import scene


@pytest.fixture
def own_app(fresh_database: str, data_keys: str, tmp_path: Path) -> Iterator[Flask]:
    """The service over a database of this test alone, so that two requests are two transactions."""
    app = create_app(
        settings.read(
            {
                "DATABASE_URL": fresh_database,
                "LDIS_SECRET_KEY": "only-for-tests-" * 4,
                "LDIS_DATA_KEYS": data_keys,
                "LDIS_LOG_LEVEL": "ERROR",
                "LDIS_VAR": str(tmp_path),
            }
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["ldis.engine"].dispose()


@pytest.fixture
def stage(own_app: Flask, policy: Policy) -> Iterator[tuple[Session, str, list[FlaskClient]]]:
    """An alert that waits for approval, and the browsers of two who may approve it and of its author."""
    with own_app.extensions["ldis.sessions"]() as db:
        place = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(db, place, elsewhere)
        case = scene.decide(db, cast, place, own_app.extensions["ldis.vocabulary"].names, policy)
        directory = scene.fill_directory(db, place, cast.coordinator)
        browsers = [
            signed_in(own_app, db.get_one(User, actor.id))
            for actor in (cast.medical, cast.police, cast.coordinator)
        ]
        yield db, scene.waiting_alert(browsers[2], case, directory.ids), browsers


def test_one_of_two_approvers_succeeds_and_one_set_of_messages_is_written(
    stage: tuple[Session, str, list[FlaskClient]], monkeypatch: pytest.MonkeyPatch
) -> None:
    db, reference, browsers = stage
    signed = [scene.signature(browser, reference) for browser in browsers[:2]]

    def takes_its_time(session: Session, alert: Any, *, public_url: str) -> Proposal:
        time.sleep(0.3)
        return propose(session, alert, public_url=public_url)

    monkeypatch.setattr(approval, "propose", takes_its_time)
    at_once = Barrier(2)

    def press(which: int) -> int:
        at_once.wait()
        return browsers[which].post(f"/issuing/{reference}/approve", data=signed[which]).status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(press, (0, 1)))

    assert statuses == [302, 409]
    alert = scene.alert_called(db, reference)
    assert alert.state is State.ISSUED
    assert alert.approval is not None
    assert len(scene.deliveries_of(db, reference)) == 3


def test_of_two_who_stand_an_alert_down_at_once_one_succeeds_and_everybody_hears_it_once(
    stage: tuple[Session, str, list[FlaskClient]],
) -> None:
    db, reference, browsers = stage
    signed = scene.signature(browsers[0], reference)
    assert browsers[0].post(f"/issuing/{reference}/approve", data=signed).status_code == 302
    asked = {"kind": "stand-down", "change": "The laboratory took back its result."}
    at_once = Barrier(2)

    def start(_: int) -> str:
        at_once.wait()
        return str(browsers[2].post(f"/issuing/{reference}/follow", data=asked).location)

    with ThreadPoolExecutor(2) as threads:
        [notice] = {place.split("/")[-2] for place in threads.map(start, (0, 1))}
    scene.send(browsers[2], notice)
    signatures = [scene.signature(browser, notice) for browser in browsers[:2]]

    def press(which: int) -> int:
        at_once.wait()
        return browsers[which].post(f"/issuing/{notice}/approve", data=signatures[which]).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(press, (0, 1))) == [302, 409]
    assert len(scene.deliveries_of(db, notice)) == len(scene.deliveries_of(db, reference)) == 3
    assert scene.alert_called(db, reference).state is State.WITHDRAWN


def test_of_cancelling_and_leaving_at_once_exactly_one_happens(
    own_app: Flask, stage: tuple[Session, str, list[FlaskClient]]
) -> None:
    db, reference, (approver, _, author) = stage
    engine = own_app.extensions["ldis.engine"]
    leaves_at = utc_now() + timedelta(hours=1)
    for number in range(6):
        if number:
            scene.send(author, reference)
        local = leaves_at.astimezone(LONDON)
        day = {"leaves_on-day": local.day, "leaves_on-month": local.month, "leaves_on-year": local.year}
        sent = scene.signature(approver, reference) | day | {"leaves_at": f"{local:%H:%M}", "_form": "later"}
        assert approver.post(f"/issuing/{reference}/schedule", data=sent).status_code == 302
        at_once = Barrier(2)

        def take(at_once: Barrier = at_once, late: bool = number % 2 == 1) -> int:
            with open_lane(engine) as lane:
                at_once.wait()
                time.sleep(0.02 * late)
                return sum(
                    len(lane.record_and_claim([], medium=medium, size=10, now=leaves_at)) for medium in Medium
                )

        def cancel(at_once: Barrier = at_once) -> int:
            at_once.wait()
            return author.post(
                f"/issuing/{reference}/cancel", data={"reason": "No.", "_form": "cancel"}
            ).status_code

        with ThreadPoolExecutor(2) as threads:
            taking, cancelling = threads.submit(take), threads.submit(cancel)
            taken, status = taking.result(), cancelling.result()
        alert = scene.alert_called(db, reference)
        if taken:
            assert (status, alert.state) == (409, State.SCHEDULED)
            assert len(scene.deliveries_of(db, reference)) == 3, "what was not taken yet still leaves"
            break
        assert (status, alert.state) == (302, State.DRAFT)
        assert scene.deliveries_of(db, reference) == []
