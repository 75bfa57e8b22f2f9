"""The catalogue of substances: what config/substances.toml says, as values that cannot change."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from typing import Any, cast


class CatalogueError(ValueError):
    """The catalogue file is wrong; the message names the entry, for whoever edited the file."""


class SubstanceClass(StrEnum):
    """The kinds of drug this service tells apart, gravest first."""

    NITAZENE = "nitazene"
    FENTANYL = "fentanyl"
    OTHER_OPIOID = "other opioid"
    NOVEL_BENZODIAZEPINE = "novel benzodiazepine"
    SCRA = "SCRA"
    SEDATIVE_ADULTERANT = "sedative adulterant"
    DEPRESSANT = "depressant"
    BENZODIAZEPINE = "benzodiazepine"
    CATHINONE = "cathinone"
    STIMULANT = "stimulant"
    DISSOCIATIVE = "dissociative"
    HALLUCINOGEN = "hallucinogen"
    GABAPENTINOID = "gabapentinoid"
    Z_DRUG = "z-drug"
    VOLATILE = "volatile / gas"
    ALCOHOL = "alcohol"
    CANNABIS = "cannabis"
    NICOTINE = "nicotine"
    OTHER = "other"
    CUTTING_AGENT = "cutting agent"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The class in plain words, for a page."""
        return _LABELS.get(self, self.value.capitalize())


_LABELS = {
    SubstanceClass.SCRA: "Synthetic cannabinoid (SCRA, “spice”)",
    SubstanceClass.VOLATILE: "Volatile substance or gas",
    SubstanceClass.Z_DRUG: "Z-drug",
}

GRAVEST_FIRST: tuple[SubstanceClass, ...] = tuple(SubstanceClass)
"""The order in which a report of several drugs takes its class."""

HIGH_RISK: frozenset[SubstanceClass] = frozenset(
    {
        SubstanceClass.NITAZENE,
        SubstanceClass.FENTANYL,
        SubstanceClass.NOVEL_BENZODIAZEPINE,
        SubstanceClass.SCRA,
        SubstanceClass.SEDATIVE_ADULTERANT,
    }
)
"""Classes whose presence in something sold as anything else is a warning by itself."""


SAYS_LITTLE: frozenset[SubstanceClass] = frozenset(
    {SubstanceClass.OTHER, SubstanceClass.CUTTING_AGENT, SubstanceClass.UNKNOWN}
)
"""Classes that two accounts can share without being about the same thing."""


class NaloxoneEffect(StrEnum):
    """Whether naloxone reverses the drug."""

    WORKS = "works"
    PARTLY = "partly"
    DOES_NOT = "does not"

    @property
    def label(self) -> str:
        """What to tell someone who holds a naloxone kit."""
        return {
            NaloxoneEffect.WORKS: "Naloxone works on this",
            NaloxoneEffect.PARTLY: "Naloxone works partly on this",
            NaloxoneEffect.DOES_NOT: "Naloxone does not work on this; give it if opioids may be involved",
        }[self]


class UkClass(StrEnum):
    """Where the Misuse of Drugs Act 1971 places it."""

    A = "A"
    B = "B"
    C = "C"
    NONE = "none"
    MEDICINE = "medicine"

    @property
    def label(self) -> str:
        """The class as people say it."""
        if self in {UkClass.A, UkClass.B, UkClass.C}:
            return f"Class {self.value}"
        return "Not controlled" if self is UkClass.NONE else "Medicine, not controlled"


class RiskTier(IntEnum):
    """How little of it can kill: 1 is the highest."""

    VERY_HIGH = 1
    HIGH = 2
    RAISED = 3
    LOWER = 4

    @property
    def label(self) -> str:
        """The tier in words."""
        return f"{self.name.capitalize().replace('_', ' ')} risk"


@dataclass(frozen=True, slots=True)
class Substance:
    """One entry of the catalogue. The lists of names are explained at the head of config/substances.toml."""

    code: str
    name: str
    substance_class: SubstanceClass
    tier: RiskTier
    naloxone: NaloxoneEffect
    uk_class: UkClass
    sources: tuple[str, ...]
    active: bool = True
    generic: bool = False
    aliases: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    misspellings: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    metabolite_of: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    comes_with: tuple[str, ...] = ()
    note: str = ""

    @property
    def high_risk(self) -> bool:
        """Whether finding it in something sold as anything else is a warning by itself."""
        return self.substance_class in HIGH_RISK


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries, in the order of the file, and the full titles of their sources."""

    entries: tuple[Substance, ...]
    sources: Mapping[str, str]
    by_code: Mapping[str, Substance] = field(repr=False)


def read_catalogue(text: str) -> Catalogue:
    """The catalogue in the text of a TOML file. Raises CatalogueError, naming the entry, if it cannot be trusted."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise CatalogueError(f"The substances file is not TOML: {problem}") from problem
    sources = cast(dict[str, str], document.get("sources", {}))
    entries = tuple(_entry(code, table) for code, table in document.get("substance", {}).items())
    by_code = {entry.code: entry for entry in entries}
    for entry in entries:
        _check(entry, by_code, sources)
    return Catalogue(entries, sources, by_code)


def offered(catalogue: Catalogue) -> list[list[str]]:
    """For each substance its name and the others that it goes by, to be offered to somebody who begins to write one.

    Misspellings are no help there, and a word that may mean several things is not offered as one of them.
    """
    return [[each.name, *each.aliases, *each.brands, *each.street, *each.alone] for each in catalogue.entries]


def gravest(substances: Iterable[Substance]) -> Substance | None:
    """The one that gives a report its class: active before inactive, then class, tier and the order named."""
    return min(
        substances,
        key=lambda each: (not each.active, GRAVEST_FIRST.index(each.substance_class), each.tier),
        default=None,
    )


_GIVEN = {"name", "note", "active", "generic"}
_KEYS = {each.name for each in fields(Substance)} - {"code", "substance_class"} | {"class"}


def _entry(code: str, table: Mapping[str, Any]) -> Substance:
    unknown = set(table) - _KEYS
    if unknown:
        raise CatalogueError(f"{code}: unknown keys {', '.join(sorted(unknown))}")
    given: dict[str, Any] = {key: value for key, value in table.items() if key in _GIVEN}
    given |= {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    try:
        return Substance(
            code=code,
            substance_class=SubstanceClass(table["class"]),
            tier=RiskTier(table["tier"]),
            naloxone=NaloxoneEffect(table["naloxone"]),
            uk_class=UkClass(table["uk_class"]),
            **given,
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise CatalogueError(f"{code}: {problem}") from problem


def _check(entry: Substance, by_code: Mapping[str, Substance], sources: Mapping[str, str]) -> None:
    missing = set(entry.sources) - set(sources)
    if missing or not entry.sources:
        raise CatalogueError(f"{entry.code}: no source named {', '.join(sorted(missing)) or 'at all'}")
    for code in (*entry.metabolite_of, *entry.made_of, *entry.comes_with):
        if code not in by_code:
            raise CatalogueError(f"{entry.code}: there is no substance {code}")
