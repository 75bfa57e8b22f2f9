"""Signed messages from one computer to another, in the manner of Standard Webhooks 1.0. Pure."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

PREFIX = "whsec_"
SECRET_BYTES = 32
CARRIES_ANOTHER = ip_network("64:ff9b::/96")
"""Addresses of IPv6 whose last part is an address of IPv4 (RFC 6052)."""


def new_secret() -> str:
    """A secret for one receiver, as the specification writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(message_id: str, body: bytes, *, at: datetime, keys: Sequence[str]) -> dict[str, str]:
    """What goes with a message: who it is, when it was sent, and a signature with each secret that is in use."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_signature(message_id, stamp, body, key)}" for key in keys),
    }


def _signature(message_id: str, stamp: str, body: bytes, key: str) -> str:
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    raw = base64.b64decode(key.removeprefix(PREFIX), validate=True)
    return base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()


def next_try(tries: int, *, pauses: Sequence[timedelta]) -> timedelta:
    """How long to wait after so many failed tries: each pause in turn, then the last one again and again."""
    return pauses[min(max(tries, 1), len(pauses)) - 1]


def why_not(address: str, found: Collection[str], *, local_allowed: bool = False) -> str:
    """Why nothing may be sent to or fetched from an address whose name led to these numbers; empty if it may.

    One number that is not on the open internet is enough. `local_allowed` is for demonstrations and tests: this
    machine may then be asked, without encryption too.
    """
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) and parts.port != 0
        numbers = [_carried(ip_address(one)) for one in found]
    except ValueError:
        whole, numbers = False, []
    if not whole:
        return "Enter a whole address, such as https://alerts.example.org/hook."
    if parts.username is not None or parts.password is not None:
        return "Leave the name and the password out of the address."
    if not numbers:
        return "There is no computer of that name."
    if local_allowed and all(one.is_loopback for one in numbers) and parts.scheme in ("http", "https"):
        return ""
    return _not_open(parts.scheme, numbers)


def _not_open(scheme: str, numbers: Sequence[IPv4Address | IPv6Address]) -> str:
    if scheme != "https":
        return "The address must start with https://."
    if not all(one.is_global and not one.is_multicast for one in numbers):
        return "That address is not on the open internet."
    return ""


def _carried(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address of IPv4 that one of IPv6 stands for, where it stands for one."""
    if isinstance(number, IPv4Address):
        return number
    if number in CARRIES_ANOTHER:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number
