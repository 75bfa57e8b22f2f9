"""GOV.UK Notify: messages out through its own client, receipts in by its token, and questions by our reference."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from alerts.channels.notify import Notify, NotifyAccount
from alerts.channels.notify_codes import STATES
from alerts.channels.notify_hooks import NOTIFY_PATH
from alerts.channels.protocol import GiveUp, TryAgain
from alerts.messages import Medium, Message, Words
from config import settings
from ldis.deliveries.dispatch import dispatch
from ldis.deliveries.models import Receipt
from ldis.deliveries.rules import CLAIM_IS_STALE_AFTER, FORWARD, State, after_receipt
from ldis.deliveries.sweep import sweep
from ldis.demonstration.providers import NotifyServer
from ldis.errors import NotAllowed
from ldis.reach.hooks import hooks
from tests.integration.deliveries.conftest import Outbox, Places

TOKEN = "only for tests"
TEMPLATE = "00000000-0000-4000-8000-000000000003"
PHONE = "+447700900001"


@pytest.fixture
def notify() -> Iterator[NotifyServer]:
    with NotifyServer() as server:
        yield server


@pytest.fixture
def through(notify: NotifyServer) -> Iterator[Callable[..., Notify]]:
    made: list[Notify] = []

    def make(medium: Medium = Medium.SMS, *, key: str = "") -> Notify:
        made.append(Notify(medium, NotifyAccount(key or notify.api_key, TEMPLATE, notify.url)))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.fixture
def client(outbox: Outbox) -> Iterator[FlaskClient]:
    """The hook alone, on an application that knows its service at Notify."""
    app = Flask("hooks")
    app.config.update(TWILIO=None, NOTIFY=settings.Notify("key", TOKEN, TEMPLATE, TEMPLATE, None))
    app.extensions["ldis.sessions"] = outbox.sessions
    app.register_blueprint(hooks)
    app.errorhandler(NotAllowed)(lambda refusal: (refusal.message, refusal.status))
    with app.test_client() as client:
        yield client


def a_text(reference: str = "d-1") -> Message:
    return Message(Medium.SMS, PHONE, Words("RED ALERT: 5 £ & more"), reference)


def report(client: FlaskClient, outbox: Outbox, status: object, *, authorization: str = f"Bearer {TOKEN}") -> int:
    """What Notify posts about the only message there is."""
    news = {"id": "n-1", "reference": str(outbox.only().reference), "status": status, "to": PHONE}
    return client.post(NOTIFY_PATH, json=news, headers={"Authorization": authorization}).status_code


def receipts(outbox: Outbox) -> int:
    with outbox.sessions() as session:
        return session.scalar(select(func.count()).select_from(Receipt)) or 0


def test_a_text_goes_as_the_body_of_the_template_under_our_reference(
    through: Callable[..., Notify], notify: NotifyServer
) -> None:
    channel = through()
    sent = channel.send(a_text())
    [taken] = notify.notifications
    assert (taken.id, taken.to, taken.template_id, taken.reference) == (
        sent.provider_reference,
        PHONE,
        TEMPLATE,
        "d-1",
    )
    assert taken.personalisation == {"body": "RED ALERT: 5 £ & more"}
    assert channel.account == f"notify:{notify.service_id}"


def test_an_email_has_its_subject_and_the_address_to_unsubscribe_at(
    through: Callable[..., Notify], notify: NotifyServer
) -> None:
    header = ("List-Unsubscribe", "<mailto:stop@example.org>, <https://ldis.example.org/u/1>")
    words = Words("Read this.", subject="Red alert")
    through(Medium.EMAIL).send(Message(Medium.EMAIL, "anna@example.org", words, "d-2", (header,)))
    [taken] = notify.notifications
    assert taken.personalisation == {"subject": "Red alert", "body": "Read this."}
    assert taken.unsubscribe_url == "https://ldis.example.org/u/1"
    with pytest.raises(GiveUp):
        through(Medium.EMAIL).send(Message(Medium.EMAIL, "anna@example.org", Words("No subject"), "d-3"))


def test_what_notify_has_is_found_by_our_reference(through: Callable[..., Notify], notify: NotifyServer) -> None:
    channel = through()
    sent = channel.send(a_text("d-1"))
    assert channel.find(a_text("d-1")) == sent
    assert channel.find(a_text("d-2")) is None
    notify.down()
    with pytest.raises(TryAgain):
        channel.find(a_text("d-1"))


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ((400, "ValidationError", "phone_number Not a UK mobile number"), GiveUp),
        ((400, "BadRequestError", "Template not found"), TryAgain),
        ((400, "BadRequestError", "Something unheard of"), GiveUp),
        ((403, "AuthError", "Invalid token: API key not found"), TryAgain),
        ((429, "RateLimitError", "Exceeded rate limit for key type LIVE"), TryAgain),
        ((429, "TooManyRequestsError", "Exceeded send limits (50) for today"), TryAgain),
    ],
)
def test_a_refusal_is_for_now_or_for_good_by_what_it_says(
    through: Callable[..., Notify], notify: NotifyServer, answer: tuple[int, str, str], failure: type[Exception]
) -> None:
    notify.faults.answer = answer
    with pytest.raises(failure) as refused:
        through().send(a_text())
    assert PHONE not in str(refused.value)
    assert not getattr(refused.value, "may_have_gone", False)


def test_a_wrong_key_waits_until_somebody_has_put_it_right(
    through: Callable[..., Notify], notify: NotifyServer
) -> None:
    with pytest.raises(TryAgain):
        through(key=notify.api_key[:-1] + "9").send(a_text())
    assert notify.notifications == []


@pytest.mark.parametrize(("status", "in_doubt"), [(500, True), (502, True), (503, False)])
def test_a_gateways_answer_leaves_it_open_whether_the_message_went(
    through: Callable[..., Notify], notify: NotifyServer, status: int, in_doubt: bool
) -> None:
    notify.faults.answer = (status, "Exception", "Internal server error")
    with pytest.raises(TryAgain) as failure:
        through().send(a_text())
    assert failure.value.may_have_gone is in_doubt


def test_nothing_can_have_gone_to_a_provider_that_is_down(
    through: Callable[..., Notify], notify: NotifyServer
) -> None:
    notify.down()
    with pytest.raises(TryAgain) as failure:
        through().send(a_text())
    assert not failure.value.may_have_gone


def test_what_notify_took_without_a_word_is_asked_about_and_not_sent_twice(
    outbox: Outbox, make_place: Places, through: Callable[..., Notify], notify: NotifyServer
) -> None:
    outbox.post(1)
    notify.faults.silent_after_taking = True
    place = make_place(through, connections=1)
    dispatch(place, Medium.SMS)
    assert outbox.only().state is State.SENDING
    outbox.let_time_pass(2 * CLAIM_IS_STALE_AFTER)
    sweep(place)
    found = outbox.only()
    assert (found.state, found.provider_reference) == (State.SENT, notify.notifications[0].id)
    assert notify.doubled() == 0


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_a_wrong_token_is_refused_and_writes_nothing(
    outbox: Outbox, client: FlaskClient, authorization: str
) -> None:
    outbox.post(1)
    assert report(client, outbox, "delivered", authorization=authorization) == 403
    assert (receipts(outbox), outbox.only().state) == (0, State.QUEUED)


def test_without_an_account_nothing_is_believed(outbox: Outbox, client: FlaskClient) -> None:
    outbox.post(1)
    client.application.config["NOTIFY"] = None
    assert report(client, outbox, "delivered") == 403
    assert receipts(outbox) == 0


@pytest.mark.parametrize(
    "statuses",
    [
        ["sending", "delivered", "sending"],
        ["delivered", "permanent-failure", "delivered"],
        ["temporary-failure", "created", "delivered"],
        ["permanent-failure", "sending", "pending", "permanent-failure"],
        ["technical-failure", "sent"],
    ],
)
def test_receipts_in_any_order_move_a_message_only_forward(
    outbox: Outbox, client: FlaskClient, statuses: list[str]
) -> None:
    outbox.post(1)
    state = outbox.only().state
    for status in statuses:
        assert report(client, outbox, status) == 200
        later = outbox.only().state
        assert later is after_receipt(state, STATES[status])
        assert FORWARD.index(later) >= FORWARD.index(state)
        state = later
    assert receipts(outbox) == len(statuses)


def test_a_failure_is_kept_with_its_reason_and_no_address(outbox: Outbox, client: FlaskClient) -> None:
    outbox.post(1)
    report(client, outbox, "permanent-failure")
    assert "does not exist" in (outbox.only().reason or "")
    with outbox.sessions() as session:
        [receipt] = session.scalars(select(Receipt))
        assert (receipt.provider, receipt.status, receipt.detail) == ("notify", "permanent-failure", {"id": "n-1"})


@pytest.mark.parametrize("status", ["pondered", None, ["delivered"]])
def test_a_status_that_nobody_has_heard_of_is_left_alone(
    outbox: Outbox, client: FlaskClient, status: object
) -> None:
    outbox.post(1)
    assert report(client, outbox, status) == 200
    assert client.post(NOTIFY_PATH, data="[", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert (receipts(outbox), outbox.only().state) == (0, State.QUEUED)
