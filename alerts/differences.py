"""What changed between two texts, word by word, as a person would read it. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECES = re.compile(r"\s+|[^\s]+")


class Change(StrEnum):
    """What became of some words; the value is how it is said to those who hear the page."""

    KEPT = "kept"
    TAKEN_OUT = "taken out"
    PUT_IN = "put in"


@dataclass(frozen=True)
class Words:
    """Words that stand together and had the same fate."""

    change: Change
    text: str


def differences(before: str, after: str) -> tuple[Words, ...]:
    """The words of both texts in their order. What was kept or taken out makes the first, kept or put in the second."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[Words] = []
    for what, start, end, begin, finish in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Words(Change.KEPT, "".join(old[start:end])))
            continue
        if start < end:
            found.append(Words(Change.TAKEN_OUT, "".join(old[start:end])))
        if begin < finish:
            found.append(Words(Change.PUT_IN, "".join(new[begin:finish])))
    return tuple(_smooth(found))


def _smooth(words: Iterable[Words]) -> list[Words]:
    """Changes with nothing but a space kept between them, joined: whole phrases read better than every second word."""
    smooth: list[Words] = []
    waiting: list[Words] = []
    for each in (*words, Words(Change.KEPT, "")):
        if each.change is not Change.KEPT or (waiting and each.text and each.text.isspace()):
            waiting.append(each)
            continue
        smooth += _joined(waiting)
        waiting = []
        if each.text:
            smooth.append(each)
    return smooth


def _joined(waiting: list[Words]) -> list[Words]:
    trailing = [waiting.pop()] if waiting and waiting[-1].change is Change.KEPT else []
    out = "".join(each.text for each in waiting if each.change is not Change.PUT_IN)
    put = "".join(each.text for each in waiting if each.change is not Change.TAKEN_OUT)
    joined = [Words(change, text) for change, text in ((Change.TAKEN_OUT, out), (Change.PUT_IN, put)) if text]
    return [*joined, *trailing]
