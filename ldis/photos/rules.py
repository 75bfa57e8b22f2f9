"""What may be sent as a photo, what is made of it, and the sentences for what cannot be taken."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MOST_PHOTOS = 5
MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
MOST_SENT_MEGABYTES = 100
"""For all of a form. Twice what can be kept, so that whoever sends too much still has what they typed."""
MOST_PIXELS = 50_000_000  # the largest picture that phones take by themselves has 48 million
LONGEST_SIDE = 2000
SMALL_SIDE = 240
WAITS_FOR_ITS_REPORT = timedelta(hours=24)
LONGEST_NAME = 30


class Fault(StrEnum):
    """Why a file cannot be taken as a photo; the words follow its name in a sentence."""

    EMPTY = "is empty. Choose it again."
    TOO_LARGE = f"is larger than {MOST_MEGABYTES} MB. Send a smaller copy, such as a screenshot."
    OTHER_KIND = "is not a JPEG, PNG or HEIC photo. Choose another, or send a screenshot of it."
    TOO_MANY_PIXELS = f"has more than {MOST_PIXELS // 10**6} million pixels. Send a smaller copy of it."
    MOVES = "is a moving picture. Send a still one."
    BROKEN = "is damaged or was cut off on its way. Choose it again, or send a screenshot of it."
    TOO_SLOW = "took too long to read. Send a smaller copy, such as a screenshot."


class NotTaken(Exception):
    """A file that cannot be taken as a photo."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: two JPEGs that hold pixels and nothing else."""

    width: int
    height: int
    full: bytes
    small: bytes


@dataclass(frozen=True)
class NewPhoto:
    """A photo that was sent: what was made of it, and the digest of the file it came as, by which a repeat is known."""

    digest: str
    picture: Picture


def sentence(place: int, name: str, fault: Fault) -> str:
    """What is wrong with the photo at this place, counted from 1: Photo 2 (“IMG_17.gif”) is not a JPEG ..."""
    known = safe_name(name)
    return f"Photo {place}{f' (“{known}”)' if known else ''} {fault}"


def safe_name(name: str) -> str:
    """The end of a file's name, short, without folders or anything that cannot be seen."""
    seen = "".join(letter for letter in re.split(r"[/\\]", name)[-1] if letter.isprintable()).strip()
    return seen if len(seen) <= LONGEST_NAME else f"…{seen[1 - LONGEST_NAME :]}"


def no_longer_here(count: int) -> str:
    """What to say of photos that a form showed and that are not kept any more."""
    what = "A photo that you added is" if count == 1 else f"{count} photos that you added are"
    hours = WAITS_FOR_ITS_REPORT // timedelta(hours=1)
    return (
        f"{what} no longer here: photos wait at most {hours} hours for the report to be sent. "
        f"Add {'it' if count == 1 else 'them'} again, or go on without."
    )


def too_many(already: int) -> str:
    """What to say to somebody who sends more photos than there is room for."""
    if not already:
        return f"Choose at most {MOST_PHOTOS} photos."
    left = MOST_PHOTOS - already
    added = f"There {'is 1 photo' if already == 1 else f'are {already} photos'} already"
    return f"{added}, so {f'choose at most {left} more' if left > 0 else 'no more can be added'}."
