"""The channels against servers that speak the real protocols, in fair weather and foul."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from alerts.channels.outbox import Outbox
from alerts.channels.protocol import UNKNOWN, Channel, GiveUp, TryAgain
from alerts.channels.smtp_email import MailAccount, SmtpEmail
from alerts.channels.twilio_hooks import SIGNATURE_HEADER, STATUS_PATH, TwilioHooks, read_inbound, read_receipt
from alerts.channels.twilio_sms import TwilioAccount, TwilioSms
from alerts.messages import Medium, Message, ReceiptState, Words
from ldis.demonstration.providers import MailServer, TwilioServer
from ldis.demonstration.providers.http import Answer, HttpServer, Request

ACCOUNT, TOKEN = "AC" + "0" * 32, "not-a-secret"
SENDER = "Harbour Drug Information <alerts@ldis.example.org>"
PHONE = "+447700900001"


def a_text(reference: str = "d-1", body: str = "RED ALERT: …", to: str = PHONE) -> Message:
    return Message(Medium.SMS, to, Words(text=body), reference)


def a_letter(reference: str = "d-1", to: str = "front-desk@example.org", text: str = "Read this.\n") -> Message:
    return Message(Medium.EMAIL, to, Words(text=text, subject="Red alert", html=f"<p>{text}</p>"), reference)


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with TwilioServer(ACCOUNT, TOKEN) as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
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
def email_by() -> Iterator[Callable[..., SmtpEmail]]:
    made: list[SmtpEmail] = []

    def make(url: str, **settings) -> SmtpEmail:
        made.append(SmtpEmail(MailAccount(url, SENDER, **settings)))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.fixture
def email(mail: MailServer, email_by: Callable[..., SmtpEmail]) -> SmtpEmail:
    return email_by(mail.url)


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


def test_every_channel_keeps_to_the_protocol(sms: TwilioSms, email: SmtpEmail) -> None:
    channels: list[Channel] = [sms, email, Outbox(Medium.SMS)]
    assert [channel.medium for channel in channels] == [Medium.SMS, Medium.EMAIL, Medium.SMS]
    assert [channel.account for channel in channels] == [f"twilio:{ACCOUNT}", "smtp:127.0.0.1", "outbox:sms"]


# Text messages


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


# E-mail


def test_a_letter_arrives_word_for_word(email: SmtpEmail, mail: MailServer) -> None:
    text = ".a dot at the start\n..\n.\nTŷ gwag – “brown”\n" + "long " * 300 + "\n"
    sent = email.send(a_letter(text=text))
    [letter] = mail.letters
    summary = letter.summary()
    assert (letter.sender, letter.to) == ("alerts@ldis.example.org", "front-desk@example.org")
    assert summary["text"] == text
    assert summary["html"].strip() == f"<p>{text}</p>".strip()
    assert summary["subject"] == "Red alert"
    assert summary["message_id"] == sent.provider_reference == "<d-1@ldis.example.org>"


def test_one_connection_serves_many_letters(email: SmtpEmail, mail: MailServer) -> None:
    for number in range(20):
        email.send(a_letter(f"d-{number}"))
    assert len(mail.letters) == 20
    assert mail.connections == 1


def test_what_was_rendered_before_is_sent_as_it_is(email: SmtpEmail, mail: MailServer) -> None:
    rendered = email.render(a_letter())
    email.send_bytes(a_letter(), rendered)
    email.send_bytes(a_letter(), rendered)
    assert [letter.data for letter in mail.letters] == [rendered, rendered]
    assert mail.doubled() == 1


@pytest.mark.parametrize(
    ("reply", "failure"),
    [("450 4.2.1 Try later", TryAgain), ("451 Busy", TryAgain), ("550 5.1.1 No such user", GiveUp)],
)
def test_a_refused_address_stops_nobody_else(
    email: SmtpEmail, mail: MailServer, reply: str, failure: type[Exception]
) -> None:
    mail.refusals["gone@example.org"] = reply
    email.send(a_letter("d-1"))
    with pytest.raises(failure) as refusal:
        email.send(a_letter("d-2", to="gone@example.org"))
    email.send(a_letter("d-3"))
    assert [letter.message_id for letter in mail.letters] == ["<d-1@ldis.example.org>", "<d-3@ldis.example.org>"]
    assert mail.connections == 1
    assert "gone@example.org" not in str(refusal.value)
    assert str(refusal.value.code).startswith(reply[:3])


def test_a_refused_address_never_leaves_a_doubt(email: SmtpEmail, mail: MailServer) -> None:
    mail.refuse_all = "451 4.3.0 Busy"
    with pytest.raises(TryAgain) as failure:
        email.send(a_letter())
    assert not failure.value.may_have_gone
    assert failure.value.code == "451 4.3.0"


def test_a_server_that_went_down_and_came_back_gets_the_next_letter(email: SmtpEmail, mail: MailServer) -> None:
    email.send(a_letter("d-1"))
    mail.down()
    with pytest.raises(TryAgain) as failure:
        email.send(a_letter("d-2"))
    assert not failure.value.may_have_gone
    mail.up()
    email.send(a_letter("d-2"))
    assert len(mail.letters) == 2


def test_a_connection_dropped_between_two_letters_is_not_even_noticed(email: SmtpEmail, mail: MailServer) -> None:
    email.send(a_letter("d-1"))
    mail.down()
    mail.up()
    email.send(a_letter("d-2"))
    assert len(mail.letters) == 2


def test_a_server_that_hangs_up_instead_of_answering_leaves_a_doubt(email: SmtpEmail, mail: MailServer) -> None:
    mail.hang_up_after_data = True
    with pytest.raises(TryAgain) as failure:
        email.send(a_letter())
    assert failure.value.may_have_gone
    assert email.find(a_letter()) is UNKNOWN
    mail.hang_up_after_data = False
    email.send(a_letter("d-2"))
    assert len(mail.letters) == 2


def test_a_server_that_is_closing_is_left_and_called_again(email_by: Callable[..., SmtpEmail]) -> None:
    with ClosingServer() as server:
        channel = email_by(server.url)
        with pytest.raises(TryAgain, match="no more for now") as failure:
            channel.send(a_letter())
    assert failure.value.code == "421 4.7.0"


def test_no_server_at_all_is_tried_again(mail: MailServer, email_by: Callable[..., SmtpEmail]) -> None:
    mail.down()
    with pytest.raises(TryAgain, match="cannot be reached"):
        email_by(mail.url).send(a_letter())


def test_an_address_that_no_server_takes_is_given_up_without_asking(email: SmtpEmail, mail: MailServer) -> None:
    with pytest.raises(GiveUp):
        email.send(a_letter(to="a@example.org> RCPT TO:<b@example.org"))
    assert mail.letters == []


def test_an_encrypted_server_with_a_login(tmp_path: Path, email_by: Callable[..., SmtpEmail]) -> None:
    server_side, client_side = certificates(tmp_path)
    with MailServer(login=("ldis", "p@ss:word"), tls=server_side) as server:
        url = f"smtp+starttls://ldis:p%40ss%3Aword@127.0.0.1:{server.port}"
        email_by(url, tls=client_side).send(a_letter("d-1"))
        assert len(server.letters) == 1
        with pytest.raises(TryAgain, match="user name and password"):
            email_by(url.replace("p%40ss", "wrong"), tls=client_side).send(a_letter("d-2"))
        with pytest.raises(TryAgain, match="does not talk to us"):
            email_by(url).send(a_letter("d-3"))  # its certificate is nobody's
        assert len(server.letters) == 1


@pytest.mark.parametrize("url", ["http://mail.example.org", "mail.example.org:25", "smtp://"])
def test_a_mail_address_of_another_kind_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://"):
        SmtpEmail(MailAccount(url, SENDER))


def test_secrets_do_not_show_when_an_account_is_printed() -> None:
    assert TOKEN not in repr(TwilioAccount(ACCOUNT, TOKEN, "LDIS", "https://ldis.example.org"))
    assert "secret" not in repr(MailAccount("smtp://ldis:secret@mail.example.org", SENDER))


# The outbox


def test_the_outbox_keeps_everything_and_nothing_leaves() -> None:
    outbox = Outbox(Medium.EMAIL)
    assert outbox.send(a_letter("d-4")).provider_reference == "outbox-d-4"
    assert outbox.find(a_letter("d-4")) is None
    outbox.close()


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)


class ClosingServer:
    """Greets, listens to one command, then says 421 to everything and hangs up, as a server under load does."""

    def __enter__(self) -> "ClosingServer":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            lines.readline()
            connection.sendall(b"250 hello\r\n")
            lines.readline()
            connection.sendall(b"421 4.7.0 Too many messages\r\n")

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()


def certificates(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for this machine: what a server shows, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(public, private)
    return server_side, ssl.create_default_context(cafile=public)
