"""A small HTTP server on this machine, quick enough to be measured against.

The standard library's handler spends most of its time in parsing headers as e-mail. This one reads what our
clients send, keeps connections open (HTTP/1.1), and can go down and come back on the same port.
"""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit
from weakref import WeakSet

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """What was asked. Header names are in lower case; of a repeated form field the last counts."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        """The body of an ordinary form."""
        return _last_of(self.body.decode())


@dataclass(frozen=True)
class Answer:
    """What is answered; None instead of one means to hang up without a word."""

    status: int
    body: bytes
    content_type: str = "application/json"


Responder = Callable[[Request], Answer | None]


class HttpServer:
    """Answers each request with what `respond` makes of it, one thread for each connection."""

    def __init__(self, respond: Responder, port: int = 0) -> None:
        self.port = port
        self._respond = respond
        self._server: _Listener | None = None

    @property
    def url(self) -> str:
        """Its address. Known once it has been up."""
        return f"http://{HOST}:{self.port}"

    def up(self) -> None:
        """Open; from the second time on, on the same port."""
        if self._server is None:
            self._server = _Listener((HOST, self.port), self._respond)
            self.port = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def down(self) -> None:
        """Close, hanging up on everybody."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.hang_up()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], respond: Responder) -> None:
        self.respond = respond
        self.connections: WeakSet[socket.socket] = WeakSet()
        super().__init__(address, _Conversation)

    def hang_up(self) -> None:
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: _Listener

    def handle(self) -> None:
        self.server.connections.add(self.connection)
        while (request := self._read()) is not None:
            answer = self.server.respond(request)
            if answer is None:
                return
            self.wfile.write(_written(answer))
            if request.headers.get("connection", "").lower() == "close":
                return

    def _read(self) -> Request | None:
        try:
            first = self.rfile.readline(65_536).decode("latin-1").split()
        except ConnectionError:
            return None
        if len(first) != 3:
            return None
        headers = {}
        while (line := self.rfile.readline(65_536)) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0)))
        target = urlsplit(first[1])
        return Request(first[0], target.path, _last_of(target.query), headers, body)


def _last_of(encoded: str) -> dict[str, str]:
    return (
        {name: values[-1] for name, values in parse_qs(encoded, keep_blank_values=True).items()} if encoded else {}
    )


def _written(answer: Answer) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
        f"Content-Type: {answer.content_type}\r\nContent-Length: {len(answer.body)}\r\n\r\n"
    )
    return head.encode() + answer.body
