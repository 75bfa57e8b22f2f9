"""The dictionary of indicators, read from config/indicators.toml and refused where it contradicts itself. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ldis.indicators.rules import Unit

WHOLE = "all"
"""The part of a figure that is not broken down."""


class Release(StrEnum):
    """Who may see a figure as it is."""

    RESTRICTED = "restricted"
    PUBLISHABLE = "publishable"


class Formula(StrEnum):
    """How a figure is worked out from others."""

    SHARE = "share"
    UNMET_NEED = "unmet_need"
    CHANGE = "change"
    RATE = "rate"
    SUM = "sum"


@dataclass(frozen=True)
class Cut:
    """One way to break people down; its parts are never added to those of another."""

    code: str
    title: str
    parts: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Worked:
    """A formula and what goes into it: the codes of figures, and a month or number where it needs one."""

    formula: Formula
    of: tuple[str, ...]
    setting: str = ""


@dataclass(frozen=True)
class Indicator:
    """One line of the dictionary. Without `worked` its figures are entered."""

    code: str
    title: str
    unit: Unit
    better: str
    months: int
    every: int
    places: int
    release: Release
    england: bool
    people: bool
    definition: str
    why: str
    limits: str
    source: str
    cut: Cut | None = None
    worked: Worked | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The whole, and each part of its cut."""
        return (WHOLE, *(self.cut.parts if self.cut else ()))


@dataclass(frozen=True)
class Dictionary:
    """Every indicator by its code, in the order of the file."""

    indicators: Mapping[str, Indicator]
    cuts: Mapping[str, Cut]

    @property
    def entered(self) -> list[Indicator]:
        """Those whose figures somebody enters."""
        return [one for one in self.indicators.values() if one.worked is None]


class BrokenDictionary(ValueError):
    """The file says something that cannot be so; the message says what."""


def read_dictionary(values: Mapping[str, Any]) -> Dictionary:
    """The dictionary from the file's values. Errors: BrokenDictionary."""
    cuts = {
        code: Cut(code, one["title"], tuple(one["parts"]), one.get("note", ""))
        for code, one in values.get("cuts", {}).items()
    }
    indicators: dict[str, Indicator] = {}
    for one in values["indicators"]:
        indicator = _indicator(one, cuts)
        if indicator.code in indicators:
            raise BrokenDictionary(f"{indicator.code} is there twice.")
        indicators[indicator.code] = indicator
    for indicator in indicators.values():
        _check(indicator, indicators)
    return Dictionary(indicators, cuts)


def _indicator(values: Mapping[str, Any], cuts: Mapping[str, Cut]) -> Indicator:
    given = dict(values)
    code = given.get("code", "an indicator without a code")
    formula, cut = given.pop("formula", None), given.pop("cut", None)
    if cut is not None and cut not in cuts:
        raise BrokenDictionary(f"{code}: there is no cut “{cut}”.")
    try:
        return Indicator(
            **(given | {"unit": Unit(given["unit"]), "release": Release(given["release"])}),
            cut=cuts[cut] if cut else None,
            worked=_worked(formula) if formula else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenDictionary(f"{code}: {error}.") from error


def _worked(formula: Mapping[str, Any]) -> Worked:
    ((name, given),) = formula.items()
    kind = Formula(name)
    figures = {Formula.CHANGE: 1, Formula.SUM: 1}.get(kind, 2)
    return Worked(kind, tuple(given[:figures]), str(given[figures]) if len(given) > figures else "")


def _check(indicator: Indicator, all_of_them: Mapping[str, Indicator]) -> None:
    if indicator.worked is None:
        return
    for code in indicator.worked.of:
        if code not in all_of_them:
            raise BrokenDictionary(f"{indicator.code}: there is no indicator “{code}” to work it out from.")
        of = all_of_them[code]
        if of.worked is not None:
            raise BrokenDictionary(f"{indicator.code}: “{code}” is worked out itself.")
        if indicator.cut is not None and of.cut != indicator.cut:
            raise BrokenDictionary(f"{indicator.code}: “{code}” is not broken down in the same way.")
    needs = {Formula.CHANGE, Formula.RATE, Formula.SUM}
    if (indicator.worked.formula in needs) != bool(indicator.worked.setting):
        raise BrokenDictionary(f"{indicator.code}: {indicator.worked.formula} has too few or too many values.")
