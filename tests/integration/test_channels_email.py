"""E-mail over real SMTP, in fair weather and foul."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from alerts.channels.protocol import UNKNOWN, Channel, GiveUp, TryAgain
from alerts.channels.smtp_email import MailAccount, SmtpEmail
from alerts.messages import Medium, Message, Words
from ldis.demonstration.providers import MailServer

SENDER = "Harbour Drug Information <alerts@ldis.example.org>"


def a_letter(reference: str = "d-1", to: str = "front-desk@example.org", text: str = "Read this.\n") -> Message:
    return Message(Medium.EMAIL, to, Words(text=text, subject="Red alert", html=f"<p>{text}</p>"), reference)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


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


def test_the_channel_keeps_to_the_protocol(email: SmtpEmail) -> None:
    channel: Channel = email
    assert (channel.medium, channel.account) == (Medium.EMAIL, "smtp:127.0.0.1")


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
    with pytest.raises(TryAgain, match="cannot be reached") as failure:
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


def test_a_server_that_is_closing_is_tried_again(email_by: Callable[..., SmtpEmail]) -> None:
    script = [EHLO, b"421 4.7.0 Too many messages"]
    with ScriptedServer(script) as server, pytest.raises(TryAgain, match="no more for now") as failure:
        email_by(server.url).send(a_letter())
    assert failure.value.code == "421 4.7.0"


def test_a_server_that_closes_a_kept_connection_is_called_again_at_once(
    email_by: Callable[..., SmtpEmail],
) -> None:
    with ScriptedServer([EHLO, *TAKEN, b"421 4.7.0 Enough"], [EHLO, *TAKEN]) as server:
        channel = email_by(server.url)
        channel.send(a_letter("d-1"))
        channel.send(a_letter("d-2"))
        channel.close()
    assert server.sessions == 2


def test_a_server_that_hangs_up_before_the_words_has_taken_nothing(email_by: Callable[..., SmtpEmail]) -> None:
    with ScriptedServer([EHLO, b"250 OK", b"250 OK", b""], [EHLO, b""]) as server:
        channel = email_by(server.url)
        for _stage in ("at DATA", "at MAIL"):
            with pytest.raises(TryAgain, match="hung up") as failure:
                channel.send(a_letter())
            assert not failure.value.may_have_gone


def test_a_refused_sender_is_never_held_against_the_recipient(email_by: Callable[..., SmtpEmail]) -> None:
    script = [EHLO, b"550 5.7.1 Not you", b"250 OK"]
    with ScriptedServer(script) as server, pytest.raises(TryAgain, match="our sender address"):
        email_by(server.url).send(a_letter())


def test_a_refusal_stands_although_the_server_hangs_up_after_it(email_by: Callable[..., SmtpEmail]) -> None:
    with ScriptedServer([EHLO, b"250 OK", b"550 5.1.1 Unknown", b""], [EHLO, *TAKEN]) as server:
        channel = email_by(server.url)
        with pytest.raises(GiveUp):
            channel.send(a_letter("d-1"))
        channel.send(a_letter("d-2"))
        channel.close()


@pytest.mark.parametrize(
    ("reply", "failure"),
    [(b"554 5.7.1 Unwanted", GiveUp), (b"451 4.3.0 Later", TryAgain), (b"421 4.3.2 Closing", TryAgain)],
)
def test_words_that_were_refused_have_not_gone(
    email_by: Callable[..., SmtpEmail], reply: bytes, failure: type[TryAgain | GiveUp]
) -> None:
    with ScriptedServer([EHLO, b"250 OK", b"250 OK", b"354 Go on", reply, b"250 OK"]) as server:
        channel = email_by(server.url)
        with pytest.raises(failure) as refusal:
            channel.send(a_letter())
        channel.close()
    assert not getattr(refusal.value, "may_have_gone", False)


@pytest.mark.parametrize("reply", [b"what?", b"199 Odd"])
def test_an_answer_to_the_words_that_nobody_understands_leaves_a_doubt(
    email_by: Callable[..., SmtpEmail], reply: bytes
) -> None:
    with ScriptedServer([EHLO, b"250 OK", b"250 OK", b"354 Go on", reply]) as server:
        channel = email_by(server.url)
        with pytest.raises(TryAgain, match="no answer that we understand") as failure:
            channel.send(a_letter())
        channel.close()
    assert failure.value.may_have_gone


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


def test_the_password_does_not_show_when_an_account_is_printed() -> None:
    assert "secret" not in repr(MailAccount("smtp://ldis:secret@mail.example.org", SENDER))


EHLO = b"250 hello"
TAKEN = (b"250 OK", b"250 OK", b"354 Go on", b"250 Kept")  # the replies to MAIL, RCPT, DATA and the words


class ScriptedServer:
    """A mail server that answers from a script, one list of replies for each connection; an empty one hangs up."""

    def __init__(self, *scripts: list[bytes]) -> None:
        self._scripts = scripts
        self.sessions = 0

    def __enter__(self) -> "ScriptedServer":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self.url = f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def _serve(self) -> None:
        for script in self._scripts:
            connection, _ = self._listener.accept()
            connection.settimeout(10)
            self.sessions += 1
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 hello\r\n")
                for number, reply in enumerate(script):
                    heard = self._hears(lines, words=script[number - 1].startswith(b"354"))
                    if not heard or not reply:
                        break
                    connection.sendall(reply + b"\r\n")

    def _hears(self, lines: BinaryIO, *, words: bool) -> bool:
        """Wait for one command, or for the whole of a letter; false if the other side has gone."""
        while (line := lines.readline()) and words and line != b".\r\n":
            pass
        return bool(line)

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
