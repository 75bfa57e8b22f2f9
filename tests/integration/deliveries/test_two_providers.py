"""Two providers for text messages: the second takes over when the first fails, and nothing goes by both."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Interval, literal, select, text, update

from alerts.channels.notify import Notify, NotifyAccount
from alerts.channels.protocol import Channel
from alerts.failover import Way
from alerts.messages import Medium
from ldis.audit.models import AuditEntry
from ldis.deliveries.dispatch import dispatch
from ldis.deliveries.patience import patience
from ldis.deliveries.rules import CLAIM_IS_STALE_AFTER, State
from ldis.deliveries.sweep import sweep
from ldis.deliveries.ways import ProviderStanding, ProviderTally
from ldis.demonstration.providers import NotifyServer, TwilioServer
from ldis.work import Workplace
from tests.integration.deliveries.conftest import Outbox, Places

OpenChannel = Callable[[], Channel]


@pytest.fixture
def notify() -> Iterator[NotifyServer]:
    with NotifyServer() as server:
        yield server


@pytest.fixture
def place(make_place: Places, texting: OpenChannel, notify: NotifyServer) -> Workplace:
    """Twilio first, Notify second."""
    account = NotifyAccount(notify.api_key, "00000000-0000-4000-8000-000000000003", notify.url)
    return replace(make_place(texting), second_channels={Medium.SMS: lambda: Notify(Medium.SMS, account)})


def way(outbox: Outbox) -> Way | None:
    with outbox.sessions() as session:
        return session.scalar(select(ProviderStanding.way))


def send_all(outbox: Outbox, place: Workplace) -> None:
    """As the sweep does: again and again, with time passing in between."""
    for _ in range(6):
        dispatch(place, Medium.SMS)
        outbox.let_time_pass(timedelta(minutes=11))


def test_when_the_first_fails_everything_goes_by_the_second_and_nothing_by_both(
    outbox: Outbox, place: Workplace, twilio: TwilioServer, notify: NotifyServer
) -> None:
    outbox.post(40)
    twilio.faults.answer = (503, 20503)
    send_all(outbox, place)
    assert outbox.states() == {State.SENT: 40}
    assert len(twilio.texts) == 0
    assert len(notify.notifications) == 40
    assert notify.doubled() == 0
    assert way(outbox) is Way.SECOND
    assert {one.provider for one in outbox.all()} == {f"notify:{notify.service_id}"}
    with outbox.sessions() as session:
        changes = session.scalars(select(AuditEntry).where(AuditEntry.action == "provider changed")).all()
        told = session.scalars(
            text("SELECT args->>'way' FROM procrastinate_jobs WHERE task_name = 'reach.tell_of_provider'")
        ).all()
    assert [one.detail for one in changes][-1:] == [{"to": "second"}]
    assert told == ["second"], "once, however many lanes saw it"


def test_the_first_is_tried_again_with_a_few_and_gone_back_to_when_it_works(
    outbox: Outbox, place: Workplace, twilio: TwilioServer, notify: NotifyServer
) -> None:
    outbox.post(10)
    twilio.faults.answer = (503, 20503)
    send_all(outbox, place)
    assert way(outbox) is Way.SECOND
    twilio.faults.answer = None
    earlier = literal(patience().fail_over.stay_away + timedelta(minutes=1), Interval)
    with outbox.sessions.begin() as session:
        moved = update(ProviderStanding)
        session.execute(
            moved.values(since=ProviderStanding.since - earlier, probe_at=ProviderStanding.probe_at - earlier)
        )
        session.execute(update(ProviderTally).values(at=ProviderTally.at - earlier))
    outbox.post(30, about="letter/2")
    dispatch(replace(place, connections={Medium.SMS: 1}), Medium.SMS)
    assert way(outbox) is Way.FIRST
    assert len(twilio.texts) == 30, "three to try it, and the rest because they went"


def test_a_text_whose_fate_is_unknown_is_asked_about_where_it_was_handed_over_and_sent_by_no_other(
    outbox: Outbox, place: Workplace, twilio: TwilioServer, notify: NotifyServer
) -> None:
    outbox.post(5)
    twilio.faults.silent_after_taking = True
    dispatch(place, Medium.SMS)
    assert way(outbox) is Way.SECOND
    assert outbox.states() == {State.SENDING: 5}
    twilio.faults.silent_after_taking = False
    outbox.let_time_pass(CLAIM_IS_STALE_AFTER + timedelta(seconds=1))
    sweep(place)
    dispatch(place, Medium.SMS)
    assert outbox.states() == {State.SENT: 5}
    assert (len(twilio.texts), len(notify.notifications)) == (5, 0)


def test_with_one_provider_nothing_is_counted(
    outbox: Outbox, make_place: Places, texting: OpenChannel, twilio: TwilioServer
) -> None:
    outbox.post(10)
    twilio.faults.answer = (503, 20503)
    dispatch(make_place(texting), Medium.SMS)
    assert way(outbox) is None
