"""Two people press the green button at the same instant, each on a connection of their own."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config import settings
from ldis.app import create_app
from ldis.cases.policy import Policy
from ldis.issuing import approval
from ldis.issuing.proposal import Proposal, propose
from ldis.issuing.rules import State
from ldis.people.models import User
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


def test_one_of_two_approvers_succeeds_and_one_set_of_messages_is_written(
    own_app: Flask, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_app.extensions["ldis.sessions"]() as db:
        place = found_partnership(db, "north-shore", "NSH", "North Shore", {"E99000001": "Northby"})
        elsewhere = found_partnership(db, "south-vale", "SVL", "South Vale", {"E99000003": "Valeham"})
        cast = assemble(db, place, elsewhere)
        case = scene.decide(db, cast, place, own_app.extensions["ldis.vocabulary"].names, policy)
        directory = scene.fill_directory(db, place, cast.coordinator)
        people = {actor.id: db.get_one(User, actor.id) for actor in (cast.medical, cast.police, cast.coordinator)}
        reference = scene.waiting_alert(signed_in(own_app, people[cast.coordinator.id]), case, directory.ids)
        both = [signed_in(own_app, people[actor.id]) for actor in (cast.medical, cast.police)]
        signed = [scene.signature(browser, reference) for browser in both]

        def takes_its_time(session: Session, alert: Any, *, public_url: str) -> Proposal:
            time.sleep(0.3)
            return propose(session, alert, public_url=public_url)

        monkeypatch.setattr(approval, "propose", takes_its_time)
        at_once = Barrier(2)

        def press(which: int) -> int:
            at_once.wait()
            return both[which].post(f"/issuing/{reference}/approve", data=signed[which]).status_code

        with ThreadPoolExecutor(2) as threads:
            statuses = sorted(threads.map(press, (0, 1)))

        assert statuses == [302, 409]
        alert = scene.alert_called(db, reference)
        assert alert.state is State.ISSUED
        assert alert.approval is not None
        assert len(scene.deliveries_of(db, reference)) == 3
