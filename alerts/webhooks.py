"""Signed messages from one computer to another, in the manner of Standard Webhooks 1.0. Pure."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

PREFIX = "whsec_"
SECRET_BYTES = 32


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
