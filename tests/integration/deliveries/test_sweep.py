"""After a crash, or a silence: what is asked about, what goes again, and what only a person can tell."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from alerts.channels.protocol import Channel
from alerts.messages import Medium
from ldis import db
from ldis.audit.models import AuditEntry
from ldis.deliveries import queries
from ldis.deliveries.claims import open_lane
from ldis.deliveries.dispatch import dispatch
from ldis.deliveries.rules import CLAIM_IS_STALE_AFTER, State
from ldis.deliveries.service import settle_doubt
from ldis.deliveries.sweep import sweep
from ldis.demonstration.providers import MailServer, TwilioServer
from ldis.errors import NotFound, Stale
from tests.integration.deliveries.conftest import Outbox, Places

OpenChannel = Callable[[], Channel]
A_WHILE = CLAIM_IS_STALE_AFTER + timedelta(seconds=1)


def claim_and_die(engine: Engine, medium: Medium = Medium.SMS, *, size: int = 10) -> None:
    """What a process leaves behind that is killed between claiming and sending."""
    with open_lane(engine) as lane:
        assert lane.record_and_claim([], medium=medium, size=size, now=db.utc_now())


@pytest.fixture
def doubtful(outbox: Outbox, mail: MailServer, mailing: OpenChannel, make_place: Places) -> Outbox:
    """An outbox with one e-mail that a mail server took, or not: it hung up instead of answering."""
    outbox.post(1, Medium.EMAIL)
    mail.hang_up_after_data = True
    place = make_place(mailing)
    dispatch(place, Medium.EMAIL)
    outbox.let_time_pass(A_WHILE)
    sweep(place)
    assert outbox.states() == {State.IN_DOUBT: 1}
    mail.hang_up_after_data = False
    return outbox


def test_a_text_that_the_provider_took_before_the_crash_is_not_sent_again(
    outbox: Outbox, outbox_engine: Engine, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(4)
    place = make_place(texting, connections=1)
    twilio.faults.silent_after_taking = True
    dispatch(place, Medium.SMS)
    assert (outbox.states(), len(twilio.texts)) == ({State.SENDING: 4}, 4)
    twilio.faults.silent_after_taking = False
    outbox.let_time_pass(A_WHILE)
    sweep(place)
    assert outbox.states() == {State.SENT: 4}
    assert [row.provider_reference for row in outbox.all()] == [text.sid for text in twilio.texts]


def test_a_text_that_the_provider_does_not_have_is_sent_once(
    outbox: Outbox, outbox_engine: Engine, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(3)
    claim_and_die(outbox_engine)
    outbox.forget_jobs()
    outbox.let_time_pass(A_WHILE)
    place = make_place(texting)
    sweep(place)
    assert outbox.states() == {State.QUEUED: 3}
    assert outbox.jobs() == ["sms"]
    dispatch(place, Medium.SMS)
    assert outbox.states() == {State.SENT: 3}
    assert (len(twilio.texts), twilio.doubled()) == (3, 0)


def test_nothing_is_asked_before_the_provider_has_had_time_to_list_it(
    outbox: Outbox, outbox_engine: Engine, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1)
    claim_and_die(outbox_engine)
    outbox.let_time_pass(CLAIM_IS_STALE_AFTER - timedelta(seconds=20))
    sweep(make_place(texting))
    assert outbox.states() == {State.SENDING: 1}


def test_a_lane_that_is_merely_slow_is_never_taken_over(
    outbox: Outbox, outbox_engine: Engine, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1)
    place = make_place(texting)
    with open_lane(outbox_engine) as lane:
        lane.record_and_claim([], medium=Medium.SMS, size=10, now=db.utc_now())
        outbox.let_time_pass(timedelta(hours=1))
        sweep(place)
        assert (outbox.only().state, outbox.only().claimed_by) == (State.SENDING, lane.number)
    sweep(place)  # now the lane is gone
    assert outbox.only().state is State.QUEUED


def test_only_one_sweep_asks_at_a_time(
    outbox: Outbox, outbox_engine: Engine, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1)
    claim_and_die(outbox_engine)
    outbox.let_time_pass(A_WHILE)
    with open_lane(outbox_engine) as other:
        assert other.is_the_only_sweep()
        sweep(make_place(texting))
        assert outbox.states() == {State.SENDING: 1}
    sweep(make_place(texting))
    assert outbox.states() == {State.QUEUED: 1}


def test_while_the_provider_is_down_it_is_asked_again_later(
    outbox: Outbox, outbox_engine: Engine, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1)
    claim_and_die(outbox_engine)
    outbox.let_time_pass(A_WHILE)
    place = make_place(texting)
    twilio.down()
    sweep(place)
    assert (outbox.only().state, outbox.only().claimed_by) == (State.SENDING, None)
    twilio.up()
    outbox.let_time_pass(A_WHILE)
    sweep(place)
    assert outbox.states() == {State.QUEUED: 1}


def test_the_same_words_to_the_same_number_are_never_taken_for_each_other(
    outbox: Outbox, outbox_engine: Engine, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1)
    place = make_place(texting)
    dispatch(place, Medium.SMS)
    with outbox.sessions.begin() as session:  # another recipient with the same number, and no link in the words
        [first] = outbox.all()
        twin = {column.name: getattr(first, column.name) for column in first.__table__.columns}
        del twin["id"], twin["reference"], twin["provider_reference"]
        twin |= {"recipient": "contact/twin", "state": State.QUEUED}
        session.add(type(first)(**twin))
    claim_and_die(outbox_engine)
    outbox.let_time_pass(A_WHILE)
    sweep(place)
    assert [row.state for row in outbox.all()] == [State.SENT, State.IN_DOUBT]
    assert len(twilio.texts) == 1


def test_an_email_that_may_have_gone_is_flagged_and_recorded_but_not_resent(
    doubtful: Outbox, mail: MailServer, mailing: OpenChannel, make_place: Places
) -> None:
    flagged = doubtful.only()
    place = make_place(mailing)
    sweep(place)
    dispatch(place, Medium.EMAIL)
    assert doubtful.states() == {State.IN_DOUBT: 1}
    assert len(mail.letters) == 1
    assert flagged.reason == "The sending broke off, and the provider cannot be asked whether the message went."
    with doubtful.sessions() as session:
        assert [row.id for row in queries.in_doubt(session, partnership_id=None)] == [flagged.id]
        assert queries.count_in_doubt(session) == 1
        entries = select(AuditEntry).where(AuditEntry.about == f"delivery/{flagged.id}")
        assert [entry.action for entry in session.scalars(entries)] == ["delivery in doubt"]


def test_a_person_can_say_that_it_was_sent(doubtful: Outbox) -> None:
    with doubtful.sessions.begin() as session:
        settle_doubt(
            session,
            doubtful.only().id,
            sent=True,
            partnership_id=None,
            actor="person/1",
            now=db.utc_now(),
        )
    assert doubtful.only().state is State.SENT
    assert doubtful.only().reason is None


def test_a_person_can_have_it_sent_again_and_then_it_goes_once(
    doubtful: Outbox, mail: MailServer, mailing: OpenChannel, make_place: Places
) -> None:
    mail.letters.clear()
    with doubtful.sessions.begin() as session:
        settle_doubt(
            session,
            doubtful.only().id,
            sent=False,
            partnership_id=None,
            actor="person/1",
            now=db.utc_now(),
        )
    dispatch(make_place(mailing), Medium.EMAIL)
    assert doubtful.states() == {State.SENT: 1}
    assert len(mail.letters) == 1


def test_only_what_is_in_doubt_can_be_settled_and_only_by_its_own_partnership(
    outbox: Outbox, doubtful: Outbox
) -> None:
    delivery_id = doubtful.only().id

    def settle(partnership_id: int | None) -> None:
        with outbox.sessions.begin() as session:
            settle_doubt(
                session,
                delivery_id,
                sent=True,
                partnership_id=partnership_id,
                actor="person/1",
                now=db.utc_now(),
            )

    with pytest.raises(NotFound):
        settle(partnership_id=7)
    settle(partnership_id=None)
    with pytest.raises(Stale):
        settle(partnership_id=None)


def test_what_waited_too_long_has_failed_and_is_not_sent(
    outbox: Outbox, twilio: TwilioServer, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1)
    outbox.let_time_pass(timedelta(hours=4))
    place = make_place(texting)
    dispatch(place, Medium.SMS)
    sweep(place)
    assert (outbox.only().state, outbox.only().reason) == (
        State.FAILED,
        "It could not be sent in time to be of use.",
    )
    assert twilio.texts == []


def test_work_that_the_task_engine_lost_is_made_good(
    outbox: Outbox, texting: OpenChannel, make_place: Places
) -> None:
    outbox.post(1, Medium.SMS)
    outbox.post(1, Medium.EMAIL)
    outbox.forget_jobs()
    sweep(make_place(texting))
    assert outbox.jobs() == ["sms", "email"]


def test_nobody_is_woken_for_what_is_not_due(outbox: Outbox, texting: OpenChannel, make_place: Places) -> None:
    outbox.post(1)
    outbox.forget_jobs()
    outbox.let_time_pass(timedelta(seconds=-30))
    sweep(make_place(texting))
    assert outbox.jobs() == []


def test_how_much_waits_and_for_how_long_can_be_asked(outbox: Outbox) -> None:
    with outbox.sessions() as session:
        assert queries.waiting(session, now=db.utc_now()) == queries.Waiting(0, timedelta())
    outbox.post(3)
    outbox.let_time_pass(timedelta(minutes=10))
    with outbox.sessions() as session:
        waiting = queries.waiting(session, now=db.utc_now())
    assert waiting.count == 3
    assert timedelta(minutes=10) <= waiting.oldest < timedelta(minutes=11)
