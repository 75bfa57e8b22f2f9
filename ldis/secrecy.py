"""Details and photos at rest: encrypted columns, and a blind index so that equal ones can still be found.

Keys come from the settings, newest first: the first encrypts, all of them decrypt, so a key is changed by
putting a new one in front. The blind index and the audit chain are keyed with digests of the oldest one, so that
they stay the same while keys are added.

What is sealed is AES-256-GCM: a mark, a fresh nonce of 96 bits, then the text with its tag (decision 7).
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

MARK = b"\x01"
NONCE_BYTES = 12


class CannotBeOpened(Exception):
    """None of our keys opens this, or it was altered."""


class _KeyRing:
    """The keys of this process; one per process because column types cannot be handed one."""

    ciphers: Sequence[AESGCM] = ()
    earlier: MultiFernet | None = None  # reads what was sealed before decision 7
    root: bytes = b""


def configure(keys: Sequence[str]) -> None:
    """Take the data keys (urlsafe base64, 32 bytes each, newest first). Called once by each process's start-up."""
    if not keys:
        raise ValueError("LDIS_DATA_KEYS needs at least one key.")
    _KeyRing.earlier = MultiFernet([Fernet(key) for key in keys])
    _KeyRing.ciphers = [AESGCM(_derived(key.encode(), "sealing")) for key in keys]
    _KeyRing.root = keys[-1].encode()


def _ciphers() -> Sequence[AESGCM]:
    if not _KeyRing.ciphers:
        raise RuntimeError("The data keys have not been configured.")
    return _KeyRing.ciphers


def seal(text: str) -> bytes:
    """Encrypt a text with the newest key."""
    return seal_bytes(text.encode())


def unseal(sealed: bytes) -> str:
    """Decrypt what any key of the ring sealed. Raises CannotBeOpened."""
    return unseal_bytes(sealed).decode()


def seal_bytes(plain: bytes) -> bytes:
    """Encrypt with the newest key; 29 bytes longer than what went in."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return MARK + nonce + _ciphers()[0].encrypt(nonce, plain, None)


def unseal_bytes(sealed: bytes) -> bytes:
    """Decrypt what any key of the ring sealed. Raises CannotBeOpened."""
    if sealed[:1] != MARK:
        return _unseal_earlier(sealed)
    start = len(MARK) + NONCE_BYTES
    nonce, hidden = sealed[len(MARK) : start], sealed[start:]
    for cipher in _ciphers():
        try:
            return cipher.decrypt(nonce, hidden, None)
        except (InvalidTag, ValueError):
            continue
    raise CannotBeOpened


def _unseal_earlier(sealed: bytes) -> bytes:
    _ciphers()
    assert _KeyRing.earlier is not None
    try:
        return _KeyRing.earlier.decrypt(sealed)
    except InvalidToken as locked:
        raise CannotBeOpened from locked


def derived_key(purpose: str) -> bytes:
    """A key for one purpose, derived from the oldest data key, so that it stays while keys are added."""
    if not _KeyRing.root:
        raise RuntimeError("The data keys have not been configured.")
    return _derived(_KeyRing.root, purpose)


@cache
def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


def blind_index(value: str) -> str:
    """A keyed digest: equal details give equal digests, and nobody without the key can go back.

    The caller normalises first (lower-case e-mail, E.164 number).
    """
    return hmac.new(derived_key("blind-index"), value.encode(), hashlib.sha256).hexdigest()


class EncryptedText(TypeDecorator[str]):
    """A text column that the database only ever sees encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else unseal(bytes(value))


class EncryptedBytes(TypeDecorator[bytes]):
    """A column for pictures that the database only ever sees encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal_bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else unseal_bytes(bytes(value))
