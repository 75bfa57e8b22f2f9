"""Ask or tell an address that somebody entered: only on the open internet, and the very number that was checked.

No redirect is followed, little of the answer is read, and a slow computer is not waited for.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from alerts.addresses import why_not

SECONDS = 10.0
SHOWN = 200
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Answer:
    """What came of it: the status, if there was any, how long it took, and what was said.

    Without a status `words` say what went wrong; otherwise they are the beginning of the answer.
    """

    status: int | None
    milliseconds: int
    words: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def heard(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def only_here(public_url: str) -> bool:
    """Whether the service is reached on this machine alone, so that it may talk to this machine too."""
    return urlsplit(public_url).hostname in THIS_MACHINE


def why_not_ask(address: str, *, local_allowed: bool) -> str:
    """Why an address may not be asked or told, in a sentence; empty if it may."""
    return why_not(address, _numbers_of(address), local_allowed=local_allowed)


def post(address: str, body: bytes, headers: Mapping[str, str], *, local_allowed: bool) -> Answer:
    """Post JSON, once. Whatever goes wrong is an answer without a status."""
    json = {"Content-Type": "application/json", **headers}
    return _ask("POST", address, body, json, most=2_000, local_allowed=local_allowed)


def get(address: str, headers: Mapping[str, str], *, most: int, local_allowed: bool) -> Answer:
    """Fetch at most so many bytes. Whatever goes wrong, and what is longer, is an answer without a status."""
    return _ask("GET", address, None, headers, most=most, local_allowed=local_allowed)


def _ask(
    method: str, address: str, body: bytes | None, headers: Mapping[str, str], *, most: int, local_allowed: bool
) -> Answer:
    began = time.monotonic()
    numbers = _numbers_of(address)
    refused = why_not(address, numbers, local_allowed=local_allowed)
    if refused:
        return Answer(None, 0, refused)
    connection = http.client.HTTPConnection(urlsplit(address).hostname or "", _port(address), timeout=SECONDS)
    try:
        connection.sock = _connected(address, numbers[0])
        connection.request(method, _path(address), body, dict(headers))
        answer = connection.getresponse()
        said = _read(answer, most, until=began + SECONDS, whole=method == "GET")
    except (OSError, http.client.HTTPException, ValueError) as broken:
        return Answer(None, _since(began), _why(broken))
    finally:
        connection.close()
    told = {name.lower(): value for name, value in answer.getheaders()}
    words = said[: SHOWN * 4].decode("utf-8", "replace").replace("\x00", "")[:SHOWN]
    return Answer(answer.status, _since(began), words, said, told)


class _TooMuch(ValueError):
    """It is longer, or takes longer, than anything that is read."""


def _read(answer: http.client.HTTPResponse, most: int, *, until: float, whole: bool) -> bytes:
    parts, left = [], most
    while left > 0 and (part := answer.read1(min(left, 65_536))):
        parts.append(part)
        left -= len(part)
        if time.monotonic() > until:
            raise _TooMuch("It took too long to answer.")
    if whole and left <= 0 and answer.read1(1):
        raise _TooMuch("The answer is too long.")
    return b"".join(parts)


def _connected(address: str, number: str) -> socket.socket:
    parts = urlsplit(address)
    plain = socket.create_connection((number, _port(address)), timeout=SECONDS)
    if parts.scheme != "https":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def _numbers_of(address: str) -> list[str]:
    """The numbers that a name leads to; none where it leads nowhere."""
    try:
        found = socket.getaddrinfo(urlsplit(address).hostname, _port(address), type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _port(address: str) -> int:
    parts = urlsplit(address)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _path(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _why(broken: Exception) -> str:
    if isinstance(broken, _TooMuch):
        return str(broken)
    if isinstance(broken, TimeoutError):
        return "It took too long to answer."
    if isinstance(broken, ssl.SSLError):
        return "Its certificate is not to be trusted."
    if isinstance(broken, OSError):
        return "It could not be reached."
    return "It did not answer in HTTP."


def _since(began: float) -> int:
    return int(1000 * (time.monotonic() - began))
