"""Contact details at rest: encrypted columns, and a blind index so that equal ones can still be found.

Keys come from the settings, newest first: the first encrypts, all of them decrypt, so a key is changed by
putting a new one in front. The blind index and the audit chain are keyed with digests of the oldest one, so that
they stay the same while keys are added.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class _KeyRing:
    """The keys of this process; one per process because column types cannot be handed one."""

    fernet: MultiFernet | None = None
    root: bytes = b""


def configure(keys: Sequence[str]) -> None:
    """Take the data keys (urlsafe base64, 32 bytes each, newest first). Called once by each process's start-up."""
    if not keys:
        raise ValueError("LDIS_DATA_KEYS needs at least one key.")
    _KeyRing.fernet = MultiFernet([Fernet(key) for key in keys])
    _KeyRing.root = keys[-1].encode()


def _fernet() -> MultiFernet:
    if _KeyRing.fernet is None:
        raise RuntimeError("The data keys have not been configured.")
    return _KeyRing.fernet


def seal(text: str) -> bytes:
    """Encrypt a text with the newest key."""
    return _fernet().encrypt(text.encode())


def unseal(token: bytes) -> str:
    """Decrypt what any key of the ring sealed."""
    return _fernet().decrypt(token).decode()


def derived_key(purpose: str) -> bytes:
    """A key for one purpose, derived from the oldest data key, so that it stays while keys are added."""
    if not _KeyRing.root:
        raise RuntimeError("The data keys have not been configured.")
    return hmac.new(_KeyRing.root, purpose.encode(), hashlib.sha256).digest()


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
