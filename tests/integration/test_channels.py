"""Text messages through Twilio's real protocol, in fair weather and foul; and the outbox that sends nothing."""

import time
from collections.abc import Callable, Iterator

import pytest

from alerts.channels.outbox import Outbox
from alerts.channels.protocol import Channel, GiveUp, TryAgain
from alerts.channels.twilio_hooks import SIGNATURE_HEADER, STATUS_PATH, TwilioHooks, read_inbound, read_receipt
from alerts.channels.twilio_sms import TwilioAccount, TwilioSms
from alerts.messages import Medium, Message, ReceiptState, Words
from ldis.demonstration.providers import TwilioServer
from ldis.demonstration.providers.http import Answer, HttpServer, Request

ACCOUNT, TOKEN = "AC" + "0" * 32, "not-a-secret"
SENDER = "Harbour Drug Information <alerts@ldis.example.org>"
PHONE = "+447700900001"


def a_text(reference: str = "d-1", body: str = "RED ALERT: …", to: str = PHONE) -> Message:
    return Message(Medium.SMS, to, Words(text=body), reference)


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with TwilioServer(ACCOUNT, TOKEN) as server:
        yield server


@pytest.fixture
def sms_to(twilio: TwilioServer) -> Iterator[Callable[..., TwilioSms]]:
    made: list[TwilioSms] = []

    def make(**settings) -> TwilioSms:
        account = {
            "account_sid": ACCOUNT,
            "auth_token": TOKEN,
            "sender": "LDIS",
            "public_url": "https://ldis.example.org",
            "base_url": twilio.url,
        }
        made.append(TwilioSms(TwilioAccount(**{**account, **settings})))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.fixture
def sms(sms_to: Callable[..., TwilioSms]) -> TwilioSms:
    return sms_to()


@pytest.fixture
def hooked() -> Iterator[tuple[str, list[Request]]]:
    """A place for callbacks to arrive at."""
    heard: list[Request] = []

    def hear(request: Request) -> Answer:
        heard.append(request)
        return Answer(204, b"")

    server = HttpServer(hear)
    server.up()
    yield server.url, heard
    server.down()


def test_the_channels_keep_to_the_protocol(sms: TwilioSms) -> None:
    channels: list[Channel] = [sms, Outbox(Medium.EMAIL)]
    assert [(channel.medium, channel.account) for channel in channels] == [
        (Medium.SMS, f"twilio:{ACCOUNT}"),
        (Medium.EMAIL, "outbox:email"),
    ]


def test_a_text_arrives_with_our_reference_and_a_time_limit(sms: TwilioSms, twilio: TwilioServer) -> None:
    sent = sms.send(a_text("d/1 é", "RED ALERT: 5 £ & more+"))
    [text] = twilio.texts
    assert sent.provider_reference == text.sid
    assert (text.to, text.sender, text.body) == (PHONE, "LDIS", "RED ALERT: 5 £ & more+")
    assert text.status_callback == "https://ldis.example.org/hooks/twilio/status?delivery=d%2F1%20%C3%A9"
    assert text.validity_period == "14400"


def test_a_messaging_service_may_be_the_sender(sms_to: Callable[..., TwilioSms], twilio: TwilioServer) -> None:
    service = "MG" + "1" * 32
    sms_to(sender=service).send(a_text())
    assert twilio.texts[0].sender == service


def test_what_twilio_has_is_found_and_what_it_has_not_is_not(sms: TwilioSms, twilio: TwilioServer) -> None:
    for number in range(120):
        sms.send(a_text(f"d-{number}", f"Alert, link {number}"))
    sms.send(a_text("d-other", "Alert, link 500", to="+447700900002"))
    found = sms.find(a_text("d-3", "Alert, link 3"))
    assert found is not None
    assert found.provider_reference == twilio.texts[3].sid
    assert sms.find(a_text("d-500", "Alert, link 500")) is None
    assert sms.find(a_text("d-9", "Alert", to="+447700900009")) is None


def test_what_twilio_changed_on_the_way_is_found_all_the_same(sms: TwilioSms, twilio: TwilioServer) -> None:
    sms.send(a_text("d-1", "Sent from your trial account - Don't use alone, link 1"))
    found = sms.find(a_text("d-1", "Don’t use alone, link 1"))
    assert found is not None
    assert found.provider_reference == twilio.texts[0].sid


@pytest.mark.parametrize("code", [21211, 21610, 21614])
def test_a_number_that_cannot_be_texted_is_given_up(sms: TwilioSms, twilio: TwilioServer, code: int) -> None:
    twilio.faults.refusals[PHONE] = code
    with pytest.raises(GiveUp) as failure:
        sms.send(a_text())
    assert failure.value.code == str(code)
    assert PHONE not in str(failure.value)
    sms.send(a_text(to="+447700900002"))


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (400, 21611), (401, 20003), (503, 20503)])
def test_a_busy_provider_is_tried_again_and_has_taken_nothing(
    sms: TwilioSms, twilio: TwilioServer, status: int, code: int
) -> None:
    twilio.faults.answer, twilio.faults.answer_times = (status, code), 1
    with pytest.raises(TryAgain) as failure:
        sms.send(a_text())
    assert not failure.value.may_have_gone
    sms.send(a_text())
    assert len(twilio.texts) == 1


def test_after_an_error_inside_the_provider_the_text_may_have_gone(sms: TwilioSms, twilio: TwilioServer) -> None:
    twilio.faults.answer = (500, 20500)
    with pytest.raises(TryAgain) as failure:
        sms.send(a_text())
    assert failure.value.may_have_gone


def test_a_wrong_token_is_our_fault_and_not_the_recipients(sms_to: Callable[..., TwilioSms]) -> None:
    channel = sms_to(auth_token="wrong")
    with pytest.raises(TryAgain, match="did not accept our account"):
        channel.send(a_text())
    with pytest.raises(TryAgain):
        channel.find(a_text())


def test_a_provider_that_is_down_has_taken_nothing_and_works_when_it_is_back(
    sms: TwilioSms, twilio: TwilioServer
) -> None:
    twilio.down()
    with pytest.raises(TryAgain) as failure:
        sms.send(a_text())
    assert not failure.value.may_have_gone
    with pytest.raises(TryAgain):
        sms.find(a_text())
    twilio.up()
    sms.send(a_text())
    assert len(twilio.texts) == 1


def test_a_provider_that_hangs_up_after_taking_is_asked_and_not_sent_to_twice(
    sms: TwilioSms, twilio: TwilioServer
) -> None:
    twilio.faults.silent_after_taking = True
    with pytest.raises(TryAgain) as failure:
        sms.send(a_text())
    assert failure.value.may_have_gone
    found = sms.find(a_text())
    assert found is not None
    assert found.provider_reference == twilio.texts[0].sid


def test_a_provider_that_is_too_slow_may_have_taken_the_text(
    sms_to: Callable[..., TwilioSms], twilio: TwilioServer
) -> None:
    twilio.faults.delay_seconds = 0.5
    with pytest.raises(TryAgain, match="in time") as failure:
        sms_to(timeout_seconds=0.1).send(a_text())
    assert failure.value.may_have_gone


def test_one_connection_serves_many_texts_and_can_be_closed_and_used_again(
    sms: TwilioSms, twilio: TwilioServer
) -> None:
    for number in range(5):
        sms.send(a_text(f"d-{number}", f"Alert {number}"))
    sms.close()
    sms.send(a_text("d-6", "Alert 6"))
    assert len(twilio.texts) == 6
    assert twilio.doubled() == 0


def test_no_number_is_written_to_the_log(
    sms: TwilioSms, caplog: pytest.LogCaptureFixture, twilio: TwilioServer
) -> None:
    caplog.set_level("INFO")
    sms.send(a_text())
    sms.find(a_text())
    assert PHONE.removeprefix("+") not in caplog.text


def test_receipts_come_back_signed_under_our_reference(
    sms_to: Callable[..., TwilioSms], twilio: TwilioServer, hooked: tuple[str, list[Request]]
) -> None:
    url, heard = hooked
    sid = sms_to(public_url=url).send(a_text("d-7")).provider_reference
    for status, code in (("delivered", None), ("sent", None), ("undelivered", 30005)):
        assert twilio.report(sid, status, code) == 204
    hooks = TwilioHooks(TOKEN, url)
    receipts = []
    for request in heard:
        path = f"{request.path}?delivery={request.query['delivery']}"
        assert request.path == STATUS_PATH
        assert hooks.is_genuine(path, request.form(), request.headers[SIGNATURE_HEADER.lower()])
        receipts.append(read_receipt(request.query["delivery"], request.form()))
    assert [(r.reference, r.provider_reference, r.state) for r in receipts if r] == [
        ("d-7", sid, ReceiptState.DELIVERED),
        ("d-7", sid, ReceiptState.SENT),
        ("d-7", sid, ReceiptState.PERMANENT_FAILURE),
    ]


def test_the_provider_can_report_of_its_own_accord(hooked: tuple[str, list[Request]]) -> None:
    url, heard = hooked
    with TwilioServer(ACCOUNT, TOKEN, receipts=("sent", "undelivered:30003")) as server:
        channel = TwilioSms(TwilioAccount(ACCOUNT, TOKEN, "LDIS", url, server.url))
        for number in range(20):
            channel.send(a_text(f"d-{number}", f"Alert {number}"))
        channel.close()
        wait_until(lambda: len(heard) == 40)
    told = [(r.query["delivery"], r.form()["MessageStatus"], r.form().get("ErrorCode")) for r in heard]
    for number in range(20):
        about = [entry[1:] for entry in told if entry[0] == f"d-{number}"]
        assert about == [("sent", None), ("undelivered", "30003")]


def test_texts_to_us_come_in_signed(twilio: TwilioServer, hooked: tuple[str, list[Request]]) -> None:
    url, heard = hooked
    twilio.inbound(f"{url}/hooks/twilio/inbound", from_=PHONE, to="+447700900999", body="OK")
    [request] = heard
    assert TwilioHooks(TOKEN, url).is_genuine(request.path, request.form(), request.headers["x-twilio-signature"])
    assert read_inbound(request.form()).body == "OK"


def test_the_token_does_not_show_when_an_account_is_printed() -> None:
    assert TOKEN not in repr(TwilioAccount(ACCOUNT, TOKEN, "LDIS", "https://ldis.example.org"))


def test_the_outbox_keeps_everything_and_nothing_leaves() -> None:
    outbox = Outbox(Medium.SMS)
    assert outbox.send(a_text("d-4")).provider_reference == "outbox-d-4"
    assert outbox.find(a_text("d-4")) is None
    outbox.close()


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)
