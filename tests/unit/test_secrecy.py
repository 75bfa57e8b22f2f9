"""What is kept encrypted: any key of the ring opens it, nothing else does, and nothing altered is believed."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from ldis import secrecy

OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture(autouse=True, scope="module")
def keys() -> Iterator[None]:
    """Keys of these tests' own; other tests in this process have theirs back afterwards."""
    kept = {name: getattr(secrecy._KeyRing, name) for name in ("ciphers", "earlier", "root")}
    secrecy.configure([NEW, OLD])
    yield
    for name, value in kept.items():
        setattr(secrecy._KeyRing, name, value)


@given(st.text())
def test_what_was_sealed_is_opened_again_and_says_nothing_meanwhile(text: str) -> None:
    sealed = secrecy.seal(text)
    assert secrecy.unseal(sealed) == text
    assert len(text) < 4 or text.encode() not in sealed


def test_the_same_text_is_never_sealed_alike_twice() -> None:
    assert secrecy.seal("07700 900123") != secrecy.seal("07700 900123")


def test_what_an_older_key_sealed_is_still_opened() -> None:
    secrecy.configure([OLD])
    sealed = secrecy.seal("07700 900123")
    index = secrecy.blind_index("07700 900123")
    secrecy.configure([NEW, OLD])
    assert secrecy.unseal(sealed) == "07700 900123"
    assert secrecy.blind_index("07700 900123") == index


def test_what_was_sealed_before_the_present_cipher_is_still_opened() -> None:
    assert secrecy.unseal(Fernet(OLD).encrypt(b"07700 900123")) == "07700 900123"


@pytest.mark.parametrize(
    "sealed",
    [b"", b"\x01", b"\x01short", b"gAAAA", Fernet(FOREIGN).encrypt(b"07700 900123"), b"\xff" * 60],
    ids=["nothing", "a mark alone", "too short", "half a token", "another's key", "noise"],
)
def test_what_is_not_ours_cannot_be_opened(sealed: bytes) -> None:
    with pytest.raises(secrecy.CannotBeOpened):
        secrecy.unseal(sealed)


@given(st.integers(1, 60), st.integers(1, 255))
def test_whatever_was_altered_cannot_be_opened(place: int, change: int) -> None:
    sealed = bytearray(secrecy.seal("x" * 40))
    sealed[place] ^= change
    with pytest.raises(secrecy.CannotBeOpened):
        secrecy.unseal(bytes(sealed))


def test_a_foreign_key_opens_nothing() -> None:
    sealed = secrecy.seal("07700 900123")
    secrecy.configure([FOREIGN])
    with pytest.raises(secrecy.CannotBeOpened):
        secrecy.unseal(sealed)
    secrecy.configure([NEW, OLD])
