"""How long a text message really is, and how to keep it from becoming longer by accident.

A text travels in segments of 140 bytes. In the GSM-7 alphabet that is 160 characters, or 153 in each part of a
longer one; a single character outside that alphabet turns the whole text into UCS-2: 70, or 67 in each part. The
characters of the GSM-7 extension table count two and, like a surrogate pair in UCS-2, are never cut in half by
the end of a segment. Source: 3GPP TS 23.038 (alphabet) and TS 23.040 (concatenation).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
GSM = GSM_BASIC | GSM_EXTENSION

# The circumflex tells Welsh words apart (tân is fire, tan is under): kept, at the price of UCS-2.
WELSH = frozenset("âêîôûŵŷÂÊÎÔÛŴŶ")


class Encoding(StrEnum):
    """The alphabet in which a text travels."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True)
class _Room:
    alone: int
    in_part: int


_ROOM = {Encoding.GSM_7: _Room(160, 153), Encoding.UCS_2: _Room(70, 67)}


@dataclass(frozen=True)
class Measure:
    """How a text will travel: its alphabet, its length in that alphabet's units, and its segments."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Measure:
    """Measure a text exactly as it stands. An empty text still takes one segment."""
    encoding = Encoding.GSM_7 if GSM.issuperset(text) else Encoding.UCS_2
    weights = _weights(text, encoding)
    return Measure(encoding, sum(weights), len(_part_starts(weights, _ROOM[encoding])))


def segments(text: str) -> int:
    """How many segments a text takes, which is what it costs."""
    return measure(text).segments


def characters_over(text: str, allowed_segments: int) -> int:
    """By how many characters a text is longer than it may be; nought if it fits."""
    encoding = Encoding.GSM_7 if GSM.issuperset(text) else Encoding.UCS_2
    starts = _part_starts(_weights(text, encoding), _ROOM[encoding])
    if len(starts) <= allowed_segments:
        return 0
    if allowed_segments > 1:
        return len(text) - starts[allowed_segments]
    room = _ROOM[encoding].alone
    kept = 0
    for weight in _weights(text, encoding):
        room -= weight
        if room < 0:
            break
        kept += 1
    return len(text) - kept


def outside_gsm(text: str) -> tuple[str, ...]:
    """The characters that turn a text into UCS-2, each once, in the order in which they stand."""
    return tuple(dict.fromkeys(character for character in text if character not in GSM))


def _weights(text: str, encoding: Encoding) -> list[int]:
    if encoding is Encoding.GSM_7:
        return [2 if character in GSM_EXTENSION else 1 for character in text]
    return [2 if ord(character) > 0xFFFF else 1 for character in text]


def _part_starts(weights: Iterable[int], room: _Room) -> list[int]:
    """The index at which each segment begins."""
    weights = list(weights)
    if sum(weights) <= room.alone:
        return [0]
    starts, left = [0], room.in_part
    for index, weight in enumerate(weights):
        if weight > left:
            starts.append(index)
            left = room.in_part
        left -= weight
    return starts


def parts(text: str) -> list[str]:
    """The text as it is cut into segments."""
    encoding = Encoding.GSM_7 if GSM.issuperset(text) else Encoding.UCS_2
    starts = _part_starts(_weights(text, encoding), _ROOM[encoding])
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


_REPLACEMENTS = {
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•‣◦·", "-"),
    **dict.fromkeys("\t\v\f\u0085\u2028\u2029", " "),
    "…": "...",
    "×": "x",
    "⁄": "/",
    "œ": "oe",
    "Œ": "OE",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "þ": "th",
    "Þ": "Th",
    "ﬁ": "fi",
    "ﬂ": "fl",
}
_STRAY_ACCENTS = re.compile("[\u0300-\u036f]")  # those that belong to no letter that exists
_TRANSLATION = str.maketrans(_REPLACEMENTS)


def clean_up(text: str) -> str:
    """The same words in plainer characters, so that a curly quote does not double the cost.

    Quotes, dashes, dots and spaces become their plain forms, invisible characters go, and an accented letter that
    GSM-7 lacks loses its accent. Welsh letters stay, as does anything that has no plain form, such as an emoji:
    what it costs is for the author to see and decide.
    """
    seen = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if unicodedata.category(c) != "Cf")
    composed = _STRAY_ACCENTS.sub("", unicodedata.normalize("NFC", seen))
    plain = "".join(_plain(character) for character in composed.translate(_TRANSLATION))
    return re.sub(r" +\n", "\n", re.sub(r" {2,}", " ", plain)).strip()


def words_alone(text: str) -> str:
    """What somebody texted, as the words alone: "Ok!" and " OK. " are the same."""
    return " ".join(re.findall(r"[a-z]+", text.casefold()))


def _plain(character: str) -> str:
    if character in GSM or character in WELSH:
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Cc":
        return ""
    first = unicodedata.normalize("NFD", character)[0]
    return first if first.isascii() and first.isalpha() else character
