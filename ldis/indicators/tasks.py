"""What the worker does with long files of figures."""

from typing import cast

from ldis.db import utc_now
from ldis.indicators import long_files
from ldis.indicators.dictionary import Dictionary
from ldis.work import Workplace, task


@task("indicators.read")
def read(place: Workplace, *, file_id: int) -> None:
    """Read a long file, telling on it how far it is."""
    long_files.read(place.sessions, file_id, cast(Dictionary, place.dictionary))


@task("indicators.take_in")
def take_in(place: Workplace, *, file_id: int, person: int, known_as: str, partnership_id: int, why: str) -> None:
    """Take in a long file that somebody has looked at."""
    author = long_files.Author(person, known_as, f"person/{person}", partnership_id)
    dictionary = cast(Dictionary, place.dictionary)
    long_files.take_in(place.sessions, file_id, dictionary, author=author, why=why, now=utc_now())
