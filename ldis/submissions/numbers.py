"""The numbers from which references are made."""

import threading
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ldis.people.rules import Place
from ldis.submissions.models import submission_numbers
from ldis.submissions.rules import reference_for


def new_reference(session: Session, place: Place) -> str:
    """A reference that no other report or result has."""
    return reference_for(place.prefix, _numbers.take(session))


class _Numbers:
    """Numbers for references, taken from each database's sequence twenty at a time."""

    def __init__(self) -> None:
        self._left: WeakKeyDictionary[Engine, list[int]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def take(self, session: Session) -> int:
        database = session.connection().engine  # before the lock: nobody may hold it and wait for a connection
        with self._lock:
            left = self._left.setdefault(database, [])
            if not left:
                first = session.scalar(select(submission_numbers.next_value()))
                assert first is not None
                left.extend(range(first + 19, first - 1, -1))
            return left.pop()


_numbers = _Numbers()
