"""A mail server that keeps what it is given."""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Letter:
    """One e-mail as it arrived."""

    sender: str
    to: str
    data: bytes

    def read(self) -> EmailMessage:
        """The e-mail, taken apart."""
        return message_from_bytes(self.data, policy=policy.default)

    def summary(self) -> dict[str, str]:
        """What a reader of the mailbox sees, ready for JSON."""
        letter = self.read()
        return {
            "from": self.sender,
            "to": self.to,
            "message_id": str(letter["Message-ID"]),
            "subject": str(letter["Subject"]).strip(),  # a long one is folded after its name
            "text": _part(letter, "plain"),
            "html": _part(letter, "html"),
        }

    @property
    def message_id(self) -> str:
        """The Message-ID, found without taking the whole e-mail apart."""
        head = self.data.partition(b"\r\n\r\n")[0]
        for line in head.split(b"\r\n"):
            if line[:11].lower() == b"message-id:":
                return line[11:].strip().decode("ascii")
        return ""


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


class MailServer:
    """An SMTP server on this machine.

    `login` asks for a user and password; `tls` offers STARTTLS. Recipients in `refusals` are answered with their
    reply there, and all of them with `refuse_all` until it is None again. `hang_up_after_data` closes the
    connection instead of answering, which is how a message comes to be in doubt.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        on_letter: Callable[[Letter], None] | None = None,
    ) -> None:
        self.port = port or free_port()
        self.letters: list[Letter] = []
        self.connections = 0
        self.refusals: dict[str, str] = {}
        self.refuse_all: str | None = None
        self.hang_up_after_data = False
        self._login = login
        self._tls = tls
        self._on_letter = on_letter
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """Its address, as the settings want it."""
        return f"smtp://{HOST}:{self.port}"

    def up(self) -> "MailServer":
        """Open, on the same port as before."""
        if self._controller is None:
            self._controller = _Controller(
                _Postbox(self), hostname=HOST, port=self.port, **self._server_settings()
            )
            self._controller.start()
        return self

    def down(self) -> None:
        """Close, hanging up on everybody. What arrived is kept."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def doubled(self) -> int:
        """How many letters arrived more than once, told by their Message-ID."""
        return sum(count - 1 for count in Counter(letter.message_id for letter in self.letters).values())

    def keep(self, letter: Letter) -> None:
        """Put a letter in the mailbox."""
        self.letters.append(letter)
        if self._on_letter is not None:
            self._on_letter(letter)

    def _server_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"ident": "Demonstration mail server", "tls_context": self._tls}
        if self._login is not None:
            settings |= {
                "auth_required": True,
                "auth_require_tls": self._tls is not None,
                "authenticator": self._authenticate,
            }
        return settings

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)  # the server answers

    def __enter__(self) -> "MailServer":
        return self.up()

    def __exit__(self, *_: object) -> None:
        self.down()


class _Controller(Controller):
    """Also hangs up on whoever is connected when it stops, as a server that goes down does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        connection: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self._open.add(connection)
        return connection

    def cancel_tasks(self, stop_loop: bool = True) -> None:
        for connection in list(self._open):
            _hang_up(connection)
        super().cancel_tasks(stop_loop)


class _Postbox:
    """aiosmtpd's hooks; their names are its own."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802
        self, _smtp: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self._server.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _smtp: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self._server.refuse_all or self._server.refusals.get(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        for address in envelope.rcpt_tos:
            self._server.keep(Letter(envelope.mail_from or "", address, envelope.content))
        if self._server.hang_up_after_data:
            _hang_up(smtp)
        return "250 2.0.0 Kept"


def _hang_up(connection: SMTP) -> None:
    if isinstance(connection.transport, asyncio.Transport):
        connection.transport.abort()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
