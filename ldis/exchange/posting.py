"""Post something to an address that somebody entered: only to the open internet, to the very number that was checked.

No redirect is followed, little of the answer is read, and a slow receiver is not waited for.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from alerts.webhooks import why_not

SECONDS = 10.0
MOST_READ = 2_000
SHOWN = 200


@dataclass(frozen=True)
class Answer:
    """What came of a post: the status, if there was any, how long it took, and the beginning of what was said."""

    status: int | None
    milliseconds: int
    words: str

    @property
    def heard(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def numbers_of(address: str) -> list[str]:
    """The numbers that a name leads to; none where it leads nowhere."""
    parts = urlsplit(address)
    try:
        found = socket.getaddrinfo(parts.hostname, _port(address), type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def post(address: str, body: bytes, headers: Mapping[str, str], *, local_allowed: bool) -> Answer:
    """Post, once. Whatever goes wrong is an answer without a status."""
    began = time.monotonic()
    numbers = numbers_of(address)
    refused = why_not(address, numbers, local_allowed=local_allowed)
    if refused:
        return Answer(None, 0, refused)
    try:
        status, said = _exchange(address, numbers[0], body, headers)
    except (OSError, http.client.HTTPException, ValueError) as broken:
        return Answer(None, _since(began), type(broken).__name__)
    return Answer(status, _since(began), said)


def _exchange(address: str, number: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    parts = urlsplit(address)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, _port(address), timeout=SECONDS)
    plain = socket.create_connection((number, _port(address)), timeout=SECONDS)
    secure = ssl.create_default_context()
    connection.sock = (
        secure.wrap_socket(plain, server_hostname=parts.hostname) if parts.scheme == "https" else plain
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_READ).decode("utf-8", "replace").replace("\x00", "")[:SHOWN]
    finally:
        connection.close()


def _port(address: str) -> int:
    parts = urlsplit(address)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _since(began: float) -> int:
    return int(1000 * (time.monotonic() - began))
