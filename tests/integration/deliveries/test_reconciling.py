"""Receipts get lost. At night the providers are asked, and what they cannot tell is a person's."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.channels.notify import Notify, NotifyAccount
from alerts.channels.protocol import Channel
from alerts.messages import Medium
from alerts.pace import Counts, Pace
from ldis.audit.models import AuditEntry
from ldis.deliveries.dispatch import dispatch
from ldis.deliveries.patience import patience
from ldis.deliveries.reconciling import reconcile
from ldis.deliveries.rules import State
from ldis.demonstration.providers import NotifyServer, TwilioServer
from ldis.work import Workplace
from tests.integration.deliveries.conftest import Outbox, Places

OpenChannel = Callable[[], Channel]
LATER = patience().ask_after + timedelta(minutes=1)


def sent_long_ago(outbox: Outbox, place: Workplace, count: int) -> None:
    outbox.post(count)
    dispatch(place, Medium.SMS)
    assert outbox.states() == {State.SENT: count}
    outbox.let_time_pass(LATER)


def test_what_the_provider_knows_is_learnt_and_only_moves_messages_forward(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer
) -> None:
    place = make_place(texting)
    sent_long_ago(outbox, place, 4)
    for text, (status, code) in zip(
        twilio.texts,
        [("delivered", None), ("undelivered", "30003"), ("sent", None), ("queued", None)],
        strict=True,
    ):
        text.status, text.error_code = status, code
    place.channels[Medium.EMAIL]().close()
    reconcile(place, sleep=lambda _: None)
    assert outbox.states() == {State.DELIVERED: 1, State.FAILED: 1, State.SENT: 2}
    [failed] = [one for one in outbox.all() if one.state is State.FAILED]
    assert "30003" in (failed.reason or "")
    with outbox.sessions() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "provider asked")).all()[-1]
    assert (entry.detail["asked"], entry.detail["learnt"]) == (4, 2)


def test_a_message_that_is_new_or_known_or_gone_too_long_is_not_asked_about(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer
) -> None:
    place = make_place(texting)
    outbox.post(1)
    dispatch(place, Medium.SMS)
    before = twilio.requests
    reconcile(place, sleep=lambda _: None)
    outbox.let_time_pass(timedelta(days=30))
    reconcile(place, sleep=lambda _: None)
    assert twilio.requests == before


def test_a_provider_that_does_not_answer_is_left_alone_until_the_next_night(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer
) -> None:
    place = make_place(texting)
    sent_long_ago(outbox, place, 3)
    twilio.down()
    reconcile(place, sleep=lambda _: None)
    assert outbox.states() == {State.SENT: 3}


def test_a_provider_is_asked_no_faster_than_its_account_may_send(
    outbox: Outbox, make_place: Places, texting: OpenChannel
) -> None:
    place = make_place(texting)
    sent_long_ago(outbox, place, 3)
    naps: list[float] = []
    paced = Workplace(
        place.sessions,
        {Medium.SMS: texting},
        {Medium.SMS: 1},
        "",
        paces={"twilio": Pace(30, 60, Counts.MESSAGES)},
    )
    reconcile(paced, sleep=naps.append)
    assert naps == [2.0, 2.0, 2.0]


@pytest.fixture
def notify() -> Iterator[NotifyServer]:
    with NotifyServer() as server:
        yield server


def test_notify_is_asked_by_its_own_number(outbox: Outbox, make_place: Places, notify: NotifyServer) -> None:
    account = NotifyAccount(notify.api_key, "00000000-0000-4000-8000-000000000003", notify.url)
    place = make_place(lambda: Notify(Medium.SMS, account))
    sent_long_ago(outbox, place, 2)
    notify.notifications[0].status = "delivered"
    notify.notifications[1].status = "permanent-failure"
    reconcile(place, sleep=lambda _: None)
    assert outbox.states() == {State.DELIVERED: 1, State.FAILED: 1}
