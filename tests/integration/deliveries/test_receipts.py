"""Providers' receipts: kept every one, believed only when signed, and moving a message only forward."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, update
from twilio.request_validator import RequestValidator

from alerts.channels.twilio_hooks import STATUS_PATH
from alerts.messages import Medium, ReceiptState
from alerts.messages import Receipt as Report
from config.settings import Twilio
from ldis import db
from ldis.deliveries import queries
from ldis.deliveries.claims import Outcome, open_lane
from ldis.deliveries.models import Delivery, Receipt
from ldis.deliveries.rules import State, after_receipt
from ldis.deliveries.service import record_receipt
from ldis.errors import NotAllowed
from ldis.reach.hooks import hooks
from tests.integration.deliveries.conftest import PUBLIC_URL, SID, TOKEN, Outbox


def take(outbox: Outbox, state: ReceiptState, *, reference: str = "", provider_reference: str = "SM1") -> bool:
    """A receipt for the first delivery, or for another reference."""
    report = Report(
        reference or str(outbox.all()[0].reference),
        provider_reference,
        state,
        code="30005" if state is ReceiptState.PERMANENT_FAILURE else None,
        reason="The number is not in use." if state is ReceiptState.PERMANENT_FAILURE else None,
    )
    with outbox.sessions.begin() as session:
        return record_receipt(session, report, provider="twilio", status=state.value, detail={}, now=db.utc_now())


def kept(outbox: Outbox) -> int:
    with outbox.sessions() as session:
        return session.scalar(select(func.count()).select_from(Receipt)) or 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from([State.QUEUED, State.SENDING, State.IN_DOUBT, State.SENT]),
    st.lists(st.sampled_from(ReceiptState), min_size=1, max_size=5),
)
def test_every_receipt_is_kept_and_the_state_is_that_of_the_furthest(
    outbox: Outbox, beginning: State, receipts: list[ReceiptState]
) -> None:
    with outbox.sessions.begin() as session:
        session.query(Receipt).delete()
        session.query(Delivery).delete()
    outbox.post(1)
    with outbox.sessions.begin() as session:
        session.execute(update(Delivery).values(state=beginning))
    expected = beginning
    for receipt in receipts:
        expected = after_receipt(expected, receipt)
        assert take(outbox, receipt)
    assert outbox.only().state is expected
    assert kept(outbox) == len(receipts)


def test_a_failure_is_kept_with_its_reason(outbox: Outbox) -> None:
    outbox.post(1)
    take(outbox, ReceiptState.SENT)
    take(outbox, ReceiptState.PERMANENT_FAILURE)
    failed = outbox.only()
    assert (failed.state, failed.reason) == (State.FAILED, "The number is not in use. (30005)")
    assert failed.settled_at is not None
    with outbox.sessions() as session:
        receipts = queries.receipts_for(session, failed.id, partnership_id=None)
        assert [receipt.status for receipt in receipts] == ["sent", "permanent_failure"]


def test_a_message_that_arrived_after_all_has_no_reason_for_failing(outbox: Outbox) -> None:
    outbox.post(1)
    take(outbox, ReceiptState.PERMANENT_FAILURE)
    take(outbox, ReceiptState.DELIVERED)
    assert (outbox.only().state, outbox.only().reason) == (State.DELIVERED, None)


@pytest.mark.parametrize("state", [State.SENT, State.QUEUED])
def test_a_receipt_that_overtakes_the_lane_is_not_taken_back(
    outbox: Outbox, outbox_engine: Engine, state: State
) -> None:
    outbox.post(1)
    with open_lane(outbox_engine) as lane:
        [claimed] = lane.record_and_claim([], medium=Medium.SMS, size=10, now=db.utc_now())
        take(outbox, ReceiptState.DELIVERED)
        now = db.utc_now()
        outcome = Outcome(id=claimed.id, state=state, at=now, provider="twilio:x", provider_reference="SM1")
        lane.record_and_claim([outcome], medium=Medium.SMS, size=10, now=now)
    settled = outbox.only()
    assert (settled.state, settled.provider_reference, settled.claimed_by) == (State.DELIVERED, "SM1", None)


def test_a_receipt_without_our_reference_is_found_by_the_providers(outbox: Outbox) -> None:
    outbox.post(1)
    take(outbox, ReceiptState.SENT, provider_reference="SM1")
    assert take(outbox, ReceiptState.DELIVERED, reference="not ours", provider_reference="SM1")
    assert outbox.only().state is State.DELIVERED


def test_what_is_not_ours_is_not_kept(outbox: Outbox) -> None:
    outbox.post(1)
    nobody = "00000000-0000-0000-0000-000000000000"
    assert not take(outbox, ReceiptState.DELIVERED, reference=nobody)
    assert not take(outbox, ReceiptState.DELIVERED, reference="x", provider_reference="")
    assert (kept(outbox), outbox.only().state) == (0, State.QUEUED)


@pytest.fixture
def client(outbox: Outbox) -> Iterator[FlaskClient]:
    """The hook alone, on an application that knows its Twilio account and its public address."""
    app = Flask("hooks")
    app.config.update(NOTIFY=None, TWILIO=Twilio(SID, TOKEN, "Riverbank", None), PUBLIC_URL=PUBLIC_URL)
    app.extensions["ldis.sessions"] = outbox.sessions
    app.register_blueprint(hooks)
    app.errorhandler(NotAllowed)(lambda refusal: (refusal.message, refusal.status))
    with app.test_client() as client:
        yield client


def report_to(client: FlaskClient, form: dict[str, str], *, reference: str, token: str = TOKEN) -> int:
    """Post as Twilio does: signed over the public address, whatever host it went to."""
    path = f"{STATUS_PATH}?delivery={reference}"
    signature = RequestValidator(token).compute_signature(PUBLIC_URL + path, form)
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code


def test_a_signed_receipt_moves_its_message_and_keeps_no_numbers(outbox: Outbox, client: FlaskClient) -> None:
    outbox.post(1)
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005", "To": "+447700900000"}
    assert report_to(client, form, reference=str(outbox.only().reference)) == 200
    assert outbox.only().state is State.FAILED
    with outbox.sessions() as session:
        [receipt] = session.scalars(select(Receipt))
        assert (receipt.status, receipt.detail) == ("undelivered", {"MessageSid": "SM1", "ErrorCode": "30005"})


def test_a_wrong_signature_is_refused_and_writes_nothing(outbox: Outbox, client: FlaskClient) -> None:
    outbox.post(1)
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    reference = str(outbox.only().reference)
    assert report_to(client, form, reference=reference, token="somebody else's") == 403
    assert client.post(f"{STATUS_PATH}?delivery={reference}", data=form).status_code == 403
    assert (kept(outbox), outbox.only().state) == (0, State.QUEUED)


def test_without_an_account_nothing_is_believed(outbox: Outbox, client: FlaskClient) -> None:
    outbox.post(1)
    client.application.config["TWILIO"] = None
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert report_to(client, form, reference=str(outbox.only().reference)) == 403
    assert kept(outbox) == 0


@pytest.mark.parametrize("reference", ["", "not-a-reference", "00000000-0000-0000-0000-000000000000"])
def test_a_signed_receipt_for_what_is_not_ours_is_thanked_for(
    outbox: Outbox, client: FlaskClient, reference: str
) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": "delivered"}
    assert report_to(client, form, reference=reference) == 200
    assert kept(outbox) == 0


def test_a_status_that_nobody_has_heard_of_is_left_alone(outbox: Outbox, client: FlaskClient) -> None:
    outbox.post(1)
    form = {"MessageSid": "SM1", "MessageStatus": "pondered"}
    assert report_to(client, form, reference=str(outbox.only().reference)) == 200
    assert outbox.only().state is State.QUEUED


def test_the_states_of_what_concerns_an_alert_are_counted_in_its_own_partnership(outbox: Outbox) -> None:
    outbox.post(3)
    take(outbox, ReceiptState.DELIVERED)
    with outbox.sessions() as session:
        counts = queries.counts_by_state(session, ["letter/1"], partnership_id=None)
        assert (counts[State.DELIVERED], counts[State.QUEUED], counts[State.FAILED]) == (1, 2, 0)
        assert sum(queries.counts_by_state(session, ["letter/1"], partnership_id=7).values()) == 0
        found = queries.for_about(session, "letter/1", partnership_id=None)
        assert [row.recipient for row in found] == ["contact/0", "contact/1", "contact/2"]
        assert queries.for_about(session, "letter/1", partnership_id=7) == []
