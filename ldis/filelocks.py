"""Locks between processes of one machine, kept on files: the kernel lets go of them however a process ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, flock
from pathlib import Path


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Wait until no other process is in here."""
    lock = _open(path)
    try:
        flock(lock, LOCK_EX)
        yield
    finally:
        os.close(lock)


def share(path: Path) -> int:
    """Hold the lock together with others, until `let_go` of what this returns or the end of the process."""
    lock = _open(path)
    flock(lock, LOCK_SH)
    return lock


def let_go(lock: int) -> None:
    """Stop sharing. Closing alone would leave the lock to forks of this process."""
    flock(lock, LOCK_UN)
    os.close(lock)


def nobody_shares(path: Path) -> bool:
    """Whether no process holds the lock at this moment."""
    lock = _open(path)
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
