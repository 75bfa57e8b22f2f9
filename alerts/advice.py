"""What an alert about a kind of drug begins with, read from templates/alerts/advice.toml. Every text names its source.

The words are a start for the author. They say what public guidance says; nothing here is decided by a machine.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from alerts.compose import TEMPLATES
from alerts.messages import Readership

FILE = TEMPLATES / "alerts" / "advice.toml"


@dataclass(frozen=True)
class Guidance:
    """A public page that a text rests on."""

    name: str
    address: str


@dataclass(frozen=True)
class Advice:
    """What is said about one kind of drug unless the author says otherwise."""

    key: str
    naloxone_works: bool
    signs: tuple[str, ...]
    act_now: str
    what_to_do: tuple[str, ...]
    at_risk: str
    clinical_advice: str
    sources: tuple[Guidance, ...]


@dataclass(frozen=True)
class _Kind:
    """One entry of the file: what it is chosen by, and its words for each readership."""

    names: tuple[str, ...]
    classes: frozenset[str]
    form: str
    advice: Mapping[Readership, Advice]


def advice_on(
    substance_class: str, *, names: tuple[str, ...] = (), form: str = "", readership: Readership
) -> Advice:
    """The advice on a drug of this class: by a name that it goes by, else by its form, else on any drug."""
    said = " ".join(names).casefold()
    of_class = [kind for kind in _kinds() if substance_class in kind.classes]
    named = [kind for kind in of_class if any(name.casefold() in said for name in kind.names)]
    formed = [kind for kind in of_class if kind.form in ("", form)]
    return (*named, *formed, _kinds()[-1])[0].advice[readership]


def every_advice(readership: Readership) -> tuple[Advice, ...]:
    """The advice on each kind of drug as these readers get it, in the order of the file."""
    return tuple(kind.advice[readership] for kind in _kinds())


@cache
def _kinds() -> tuple[_Kind, ...]:
    values = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_kind(entry, schools=values["schools"]) for entry in values["kinds"])


def _kind(entry: Mapping[str, Any], *, schools: Mapping[str, Any]) -> _Kind:
    advice = Advice(
        key=entry["key"],
        naloxone_works=entry["naloxone_works"],
        signs=tuple(entry["signs"]),
        act_now=entry["act_now"],
        what_to_do=tuple(entry["what_to_do"]),
        at_risk=entry["at_risk"],
        clinical_advice=entry["clinical_advice"],
        sources=tuple(Guidance(**source) for source in entry["sources"]),
    )
    return _Kind(
        names=tuple(entry["names"]),
        classes=frozenset(entry["classes"]),
        form=entry.get("form", ""),
        advice={
            Readership.PROFESSIONALS: advice,
            Readership.PEOPLE_WHO_USE_DRUGS: _put_otherwise(advice, entry["people"]),
            Readership.SCHOOLS: _put_otherwise(advice, {**schools, **entry.get("schools", {})}),
        },
    )


def _put_otherwise(advice: Advice, words: Mapping[str, Any]) -> Advice:
    """The same advice in words for other readers, who are not told what only clinicians can do."""
    changed: dict[str, Any] = {"clinical_advice": ""} | {
        name: tuple(value) if isinstance(value, list) else value for name, value in words.items()
    }
    return replace(advice, **changed)
