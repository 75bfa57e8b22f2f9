"""E-mail over SMTP, with the connection kept open from message to message."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from alerts.channels import mime
from alerts.channels.protocol import UNKNOWN, GiveUp, Sent, TryAgain, Unknown
from alerts.messages import Medium, Message

DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True)
class MailAccount:
    """A mail server and the sender that it accepts from us.

    `url` is smtp://, smtps:// (TLS from the first byte) or smtp+starttls://, with user and password where the
    server wants them, percent-encoded. `tls` replaces the system's certificates, for a server of one's own.
    """

    url: str = field(repr=False)
    sender: str
    timeout_seconds: float = 10.0
    tls: ssl.SSLContext | None = None


class SmtpEmail:
    """The e-mail channel. Make one for each thread that sends.

    The conversation is held command by command, because only then do we know what a failure means: before the
    server has been given the words nothing has gone; after that, and until it answers, we cannot tell.
    """

    medium = Medium.EMAIL

    def __init__(self, account: MailAccount) -> None:
        server = urlsplit(account.url)
        if server.scheme not in DEFAULT_PORTS or not server.hostname:
            raise ValueError("The mail server's address must start with smtp://, smtps:// or smtp+starttls://")
        self.account = f"smtp:{server.hostname}"
        self._settings = account
        self._server = server
        self._host = server.hostname
        self._sender = parseaddr(account.sender)[1]
        if "@" not in self._sender:
            raise ValueError("The sender of our e-mails must be an e-mail address.")
        self._connection: smtplib.SMTP | None = None

    def render(self, message: Message) -> bytes:
        """The message as it will travel; to be kept by whoever sends it more than once."""
        return mime.render(message, self._settings.sender)

    def send(self, message: Message) -> Sent:
        """Render and send."""
        return self.send_bytes(message, self.render(message))

    def send_bytes(self, message: Message, rendered: bytes) -> Sent:
        """Send what was rendered before."""
        address = mime.address_of(message)
        connection = self._greet(address)
        self._hand_over(connection, rendered)
        return Sent(provider_reference=mime.message_id(message, self._settings.sender))

    def find(self, message: Message) -> Unknown:
        """A mail server cannot be asked what it took."""
        return UNKNOWN

    def ask(self, reference: str, provider_reference: str) -> Unknown:
        """A mail server tells nobody what became of an e-mail."""
        return UNKNOWN

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _greet(self, address: str) -> smtplib.SMTP:
        """Sender and recipient accepted, on the open connection or, if the server has hung up on it, a new one."""
        connection = self._connection
        if connection is not None:
            try:
                return self._address(connection, address)
            except (smtplib.SMTPServerDisconnected, OSError, _HungUp):
                self._drop()  # nothing was handed over yet: a fresh connection may try once
        connection = self._connect()
        try:
            return self._address(connection, address)
        except (smtplib.SMTPServerDisconnected, OSError) as broken:
            self._drop()
            raise TryAgain("The mail server hung up.") from broken
        except _HungUp as busy:
            self._drop()
            raise TryAgain("The mail server takes no more for now.", busy.code) from busy

    def _address(self, connection: smtplib.SMTP, address: str) -> smtplib.SMTP:
        code, words = connection.docmd(f"MAIL FROM:<{self._sender}>")
        if code != 250:
            self._start_over(connection, code, words)
            raise TryAgain("The mail server does not accept our sender address.", _code(code, words))
        code, words = connection.docmd(f"RCPT TO:<{address}>")
        if code not in (250, 251):
            self._start_over(connection, code, words)
            raise _refused("The mail server does not accept this address.", code, words)
        return connection

    def _hand_over(self, connection: smtplib.SMTP, rendered: bytes) -> None:
        handed_over = False
        try:
            code, words = connection.docmd("DATA")
            if code == 354:
                handed_over = True
                connection.send(_dotted(rendered))
                code, words = connection.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as broken:
            self._drop()
            raise TryAgain("The mail server hung up.", may_have_gone=handed_over) from broken
        if code == 250:
            return
        if handed_over and not 400 <= code <= 599:
            self._drop()
            raise TryAgain("The mail server gave no answer that we understand.", str(code), may_have_gone=True)
        try:
            self._start_over(connection, code, words)
        except _HungUp:
            self._drop()
        raise _refused("The mail server does not accept the message.", code, words)

    def _start_over(self, connection: smtplib.SMTP, code: int, words: bytes) -> None:
        """Make the connection fit for the next message after a refusal."""
        if code in (421, -1):
            raise _HungUp(_code(code, words))
        try:
            connection.rset()
        except (smtplib.SMTPServerDisconnected, OSError):
            self._drop()  # some servers hang up after a refusal; the refusal stands

    def _connect(self) -> smtplib.SMTP:
        server, settings = self._server, self._settings
        port = server.port or DEFAULT_PORTS[server.scheme]
        ours = self._sender.rpartition("@")[2]  # named here, or smtplib looks us up in the DNS at every connection
        tls = settings.tls or ssl.create_default_context() if server.scheme != "smtp" else None
        try:
            connection = (
                smtplib.SMTP_SSL(self._host, port, ours, timeout=settings.timeout_seconds, context=tls)
                if server.scheme == "smtps"
                else smtplib.SMTP(self._host, port, ours, timeout=settings.timeout_seconds)
            )
        except (smtplib.SMTPException, OSError) as broken:
            raise TryAgain("The mail server cannot be reached.") from broken
        try:
            self._introduce(connection, tls if server.scheme == "smtp+starttls" else None)
        except smtplib.SMTPAuthenticationError as refusal:
            connection.close()
            raise TryAgain("The mail server does not accept our user name and password.") from refusal
        except (smtplib.SMTPException, OSError) as broken:
            connection.close()
            raise TryAgain("The mail server does not talk to us.") from broken
        self._connection = connection
        return connection

    def _introduce(self, connection: smtplib.SMTP, starttls: ssl.SSLContext | None) -> None:
        connection.ehlo_or_helo_if_needed()
        if starttls is not None:
            connection.starttls(context=starttls)
            connection.ehlo_or_helo_if_needed()
        if self._server.username:
            connection.login(unquote(self._server.username), unquote(self._server.password or ""))

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _HungUp(Exception):
    """The server said that it is closing the connection (421)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _refused(reason: str, code: int, words: bytes) -> TryAgain | GiveUp:
    answer = _code(code, words)
    return GiveUp(reason, answer) if code >= 500 else TryAgain(reason, answer)


def _code(code: int, words: bytes) -> str:
    """The reply code, with the enhanced one (RFC 3463) if given. Never the words: they often hold the address."""
    first = words.split(b" ", 1)[0].decode("ascii", "replace")
    return f"{code} {first}" if first.count(".") == 2 and first.replace(".", "").isdigit() else str(code)


def _dotted(rendered: bytes) -> bytes:
    """The message as it goes over the wire: a dot that begins a line doubled, a dot alone at the end."""
    if rendered.startswith(b"."):
        rendered = b"." + rendered
    ending = b".\r\n" if rendered.endswith(b"\r\n") else b"\r\n.\r\n"
    return rendered.replace(b"\r\n.", b"\r\n..") + ending
