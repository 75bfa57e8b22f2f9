"""Other systems are told of public alerts: signed, once under one name, until they have heard, and of nothing else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ldis.audit.models import AuditEntry
from ldis.cases.policy import Policy
from ldis.db import utc_now
from ldis.deliveries.models import Delivery
from ldis.exchange import service, tasks
from ldis.exchange.models import Endpoint, WebhookAttempt, WebhookMessage
from ldis.exchange.rules import GIVE_UP_AFTER, EndpointState, Event, MessageState
from ldis.issuing.models import Alert
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.substances.names import Names
from ldis.work import Workplace
from tests.integration.cast import NOW, Cast
from tests.integration.issuing import scene

PUBLIC_URL = "http://127.0.0.1:8000"


class Receiver:
    """Another system: what it was told, and how it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.words = b"thanks"
        receiver = self

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(receiver.words)

            def log_message(self, *_: object) -> None:
                """Nothing: one line a message helps nobody."""

        self.server = HTTPServer(("127.0.0.1", 0), Hook)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def place(sessions: sessionmaker[Session]) -> Workplace:
    return Workplace(sessions=sessions, channels={}, connections={}, public_url=PUBLIC_URL)


@pytest.fixture
def coordinator(
    browser_of: Callable[[Actor], FlaskClient], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    browser = browser_of(cast.coordinator)
    monkeypatch.setitem(browser.application.config, "PUBLIC_URL", PUBLIC_URL)
    return browser


@pytest.fixture
def endpoint(coordinator: FlaskClient, receiver: Receiver, db: Session) -> Endpoint:
    answer = coordinator.post("/exchange", data={"name": "The council", "address": receiver.address})
    assert answer.status_code == 200, answer.text
    found = db.scalars(select(Endpoint)).one()
    assert found.secret in answer.text
    return found


@pytest.fixture
def alert(
    db: Session,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
    endpoint: Endpoint,
) -> Alert:
    """A public alert that was issued while the endpoint was there."""
    return issue(db, browser_of, cast, north_shore, names, policy, handling="public")


def issue(
    db: Session,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    place: Partnership,
    names: Names,
    policy: Policy,
    *,
    handling: str,
) -> Alert:
    case = scene.decide(db, cast, place, names, policy)
    directory = scene.fill_directory(db, place, cast.coordinator)
    author, approver = browser_of(cast.coordinator), browser_of(cast.medical)
    reference = scene.draft(author, case)
    scene.send(scene.save(author, reference, list_ids=directory.ids, handling=handling), reference)
    approver.post(f"/issuing/{reference}/approve", data=scene.signature(approver, reference))
    return scene.alert_called(db, reference)


def messages(db: Session) -> list[WebhookMessage]:
    db.expire_all()
    return list(db.scalars(select(WebhookMessage).order_by(WebhookMessage.id)))


def let_pass(db: Session, span: timedelta) -> None:
    for one in db.scalars(select(WebhookMessage)):
        one.due_at -= span
        one.written_at -= span
    for endpoint in db.scalars(select(Endpoint)):
        endpoint.failing_since = endpoint.failing_since and endpoint.failing_since - span
    db.commit()


def signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """As a receiver checks it: by the text of Standard Webhooks, without our code."""
    words = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = "v1," + base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
    return right in headers["webhook-signature"].split(" ")


def test_a_public_alert_is_told_signed_and_once(
    place: Workplace, alert: Alert, endpoint: Endpoint, receiver: Receiver, db: Session
) -> None:
    for _ in range(2):
        tasks.announce(place, alert_id=alert.id, event=Event.ISSUED)
        tasks.post(place)
    [(headers, body)] = receiver.heard
    said = json.loads(body)
    assert (said["type"], said["data"]["reference"]) == ("alert.issued", alert.reference)
    assert said["data"]["cap"] == f"{PUBLIC_URL}/alerts/{alert.reference}/cap.xml"
    assert signed(headers, body, endpoint.secret)
    assert not signed(headers, body + b" ", endpoint.secret)
    [message] = messages(db)
    assert (message.state, str(message.message_id)) == (MessageState.HEARD, headers["webhook-id"])
    [attempt] = db.scalars(select(WebhookAttempt))
    assert (attempt.status, attempt.answer) == (200, "thanks")


def test_approving_and_standing_down_put_the_telling_into_the_queue(
    alert: Alert, db: Session, coordinator: FlaskClient
) -> None:
    queued = "SELECT args->>'event' FROM procrastinate_jobs WHERE task_name = 'exchange.announce' ORDER BY id"
    assert db.connection().exec_driver_sql(queued).scalars().all() == ["alert.issued"]


@pytest.mark.parametrize("handling", ["professionals", "people_who_use_drugs"])
def test_what_is_not_public_leaves_to_nobody(
    place: Workplace,
    endpoint: Endpoint,
    receiver: Receiver,
    db: Session,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    north_shore: Partnership,
    names: Names,
    policy: Policy,
    handling: str,
) -> None:
    alert = issue(db, browser_of, cast, north_shore, names, policy, handling=handling)
    assert alert.approval is not None
    tasks.announce(place, alert_id=alert.id, event=Event.ISSUED)
    tasks.post(place)
    assert receiver.heard == []


def test_a_receiver_that_fails_is_told_again_later_under_the_same_name(
    place: Workplace, alert: Alert, receiver: Receiver, db: Session, coordinator: FlaskClient, endpoint: Endpoint
) -> None:
    receiver.status, receiver.words = 302, b"<script>alert(1)</script>" * 20
    tasks.announce(place, alert_id=alert.id, event=Event.ISSUED)
    tasks.post(place)
    tasks.post(place)
    assert len(receiver.heard) == 1, "not at once, and no redirect is followed"
    page = coordinator.get(f"/exchange/{endpoint.id}").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    receiver.status = 204
    let_pass(db, timedelta(minutes=1))
    tasks.post(place)
    first, second = (headers["webhook-id"] for headers, _ in receiver.heard)
    assert first == second
    assert [one.state for one in messages(db)] == [MessageState.HEARD]


def test_a_worker_that_dies_while_it_tells_tells_again_under_the_same_name(
    place: Workplace, alert: Alert, receiver: Receiver, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.announce(place, alert_id=alert.id, event=Event.ISSUED)
    note = service._note

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "_note", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.post(place)
    monkeypatch.setattr(service, "_note", note)
    tasks.post(place)
    first, second = (headers["webhook-id"] for headers, _ in receiver.heard)
    assert first == second
    assert [one.state for one in messages(db)] == [MessageState.HEARD]


def test_who_hears_nothing_for_three_days_is_switched_off_and_coordinators_are_told_once(
    place: Workplace, alert: Alert, receiver: Receiver, endpoint: Endpoint, db: Session, coordinator: FlaskClient
) -> None:
    receiver.status = 500
    tasks.announce(place, alert_id=alert.id, event=Event.ISSUED)
    tasks.post(place)
    let_pass(db, GIVE_UP_AFTER)
    tasks.post(place)
    db.expire_all()
    assert endpoint.state is EndpointState.SWITCHED_OFF
    assert [one.state for one in messages(db)] == [MessageState.GIVEN_UP]
    told = db.scalars(select(Delivery).where(Delivery.about.startswith("endpoint/"))).all()
    assert len({(one.recipient, one.medium) for one in told}) == len(told) > 0
    tasks.announce(place, alert_id=alert.id, event=Event.ENDED)
    assert len(messages(db)) == 1
    receiver.status = 200
    coordinator.post(f"/exchange/{endpoint.id}/on")
    coordinator.post(f"/exchange/{endpoint.id}/again/{messages(db)[0].id}")
    tasks.post(place)
    assert [one.state for one in messages(db)] == [MessageState.HEARD]


def test_a_test_is_sent_and_a_new_secret_signs_beside_the_old_one(
    place: Workplace, receiver: Receiver, endpoint: Endpoint, coordinator: FlaskClient, db: Session
) -> None:
    old = endpoint.secret
    page = coordinator.post(f"/exchange/{endpoint.id}/secret").text
    db.expire_all()
    assert endpoint.secret in page
    assert endpoint.secret != old
    coordinator.post(f"/exchange/{endpoint.id}/test")
    tasks.post(place)
    [(headers, body)] = receiver.heard
    assert json.loads(body)["type"] == "test"
    assert signed(headers, body, endpoint.secret)
    assert signed(headers, body, old)
    endpoint.old_until = utc_now()
    db.commit()
    coordinator.post(f"/exchange/{endpoint.id}/test")
    tasks.post(place)
    assert not signed(*receiver.heard[-1], old)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Enter the address"),
        ("http://example.org/hook", "https://"),
        ("https://10.0.0.8/hook", "not on the open internet"),
        ("https://169.254.169.254/latest", "not on the open internet"),
        ("https://user:word@127.0.0.1/hook", "Leave the name and the password out"),
        ("nonsense", "whole address"),
    ],
)
def test_an_address_that_may_not_be_told_gets_a_sentence(
    coordinator: FlaskClient, db: Session, address: str, sentence: str
) -> None:
    answer = coordinator.post("/exchange", data={"name": "The council", "address": address})
    assert answer.status_code == 422
    assert sentence in answer.text or "There is no computer of that name." in answer.text
    assert db.scalars(select(Endpoint)).all() == []


def test_an_endpoint_is_its_partnerships_and_every_change_is_recorded(
    coordinator: FlaskClient,
    endpoint: Endpoint,
    receiver: Receiver,
    browser_of: Callable[[Actor], FlaskClient],
    cast: Cast,
    db: Session,
) -> None:
    stranger = browser_of(cast.stranger)
    assert stranger.get(f"/exchange/{endpoint.id}").status_code == 404
    for act in ("secret", "test", "paused", "remove", "again/1"):
        assert stranger.post(f"/exchange/{endpoint.id}/{act}").status_code == 404
    assert browser_of(cast.medical).get("/exchange").status_code == 403
    answer = coordinator.post("/exchange", data={"name": "Twice", "address": receiver.address})
    assert "This address is told already." in answer.text
    coordinator.post(f"/exchange/{endpoint.id}/paused")
    coordinator.post(f"/exchange/{endpoint.id}/remove")
    assert db.scalars(select(Endpoint)).all() == []
    actions = db.scalars(select(AuditEntry.action).where(AuditEntry.about.startswith("endpoint/"))).all()
    assert actions == ["endpoint added", "endpoint paused", "endpoint removed"]
    assert NOW.tzinfo
