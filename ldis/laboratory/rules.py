"""How a file of results gets from the upload to the inbox. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

AT_ONCE = 200
"""How many rows are taken in while the person waits; more are left to the worker."""

SILENT_FOR = timedelta(minutes=5)
"""After how long without progress a file may be started again: its worker was stopped, and what it did was undone."""


class FileState(StrEnum):
    """How far a file of results has got."""

    CHECKED = "checked"
    WAITING = "waiting"
    RUNNING = "being taken in"
    DONE = "taken in"
    REFUSED = "refused"
    THROWN_AWAY = "thrown away"


def may_be_taken_in(state: FileState, *, moved_at: datetime, now: datetime) -> bool:
    """Whether a file waits for a person's word, or its worker has fallen silent."""
    if state in (FileState.WAITING, FileState.RUNNING):
        return now - moved_at > SILENT_FOR
    return state is FileState.CHECKED
