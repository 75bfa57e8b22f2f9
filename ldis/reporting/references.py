"""Figures and charts that stand in a text by reference. Pure.

{figure: unmet_need}                     the newest figure within the report's period
{figure: unmet_need, opiates only}       of a part
{figure: unmet_need, 2026-03, Northtown} of a month and an area
{change: unmet_need}                     how it moved within a year, in words
{chart: unmet_need}, {table: unmet_need} by themselves in a paragraph, as are {scorecard} and {reviews: 2025}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ldis.indicators.dictionary import WHOLE, Dictionary, Indicator
from ldis.indicators.figures import HERE
from ldis.indicators.reading import Unreadable, as_month


class What(StrEnum):
    """What stands in the place of a reference."""

    FIGURE = "figure"
    CHANGE = "change"
    CHART = "chart"
    TABLE = "table"
    SCORECARD = "scorecard"
    REVIEWS = "reviews"

    @property
    def in_line(self) -> bool:
        """Whether it stands within a sentence."""
        return self in (What.FIGURE, What.CHANGE)


PATTERN = re.compile(r"\{\s*(" + "|".join(What) + r")\s*(?::([^{}]*))?\}", re.IGNORECASE)
MONTH = re.compile(r"\d{4}-\d{2}")
YEAR = re.compile(r"\d{4}")


class Wrong(ValueError):
    """A reference to something that there is not; the message says what is wrong."""


@dataclass(frozen=True)
class Reference:
    """What is referred to. A month stands for the last day of one; a year for reviews alone."""

    what: What
    indicator: Indicator | None = None
    part: str = WHOLE
    area: str = HERE
    month: date | None = None
    year: int | None = None


def found_in(text: str) -> Iterator[re.Match[str]]:
    """Every reference in a text as it is written."""
    return PATTERN.finditer(text)


def read(written: re.Match[str], dictionary: Dictionary, areas: Mapping[str, str]) -> Reference:
    """What a reference means. Errors: Wrong."""
    what = What(written[1].lower())
    said = [one.strip() for one in (written[2] or "").split(",") if one.strip()]
    if what is What.SCORECARD:
        return Reference(what)
    if what is What.REVIEWS:
        if len(said) != 1 or not YEAR.fullmatch(said[0]):
            raise Wrong("Say the year of the reviews, like {reviews: 2025}.")
        return Reference(what, year=int(said[0]))
    if not said or said[0] not in dictionary.indicators:
        named = f"There is no indicator “{said[0]}”." if said else "Say which indicator."
        raise Wrong(f"{named} Copy a reference from the list beside the text.")
    return _narrowed(what, dictionary.indicators[said[0]], said[1:], areas)


def _narrowed(what: What, indicator: Indicator, said: list[str], areas: Mapping[str, str]) -> Reference:
    by_name = {name.casefold(): code for code, name in areas.items()} | {code.casefold(): code for code in areas}
    part, area, month = WHOLE, HERE, None
    for one in said:
        if one in indicator.parts:
            part = one
        elif one.casefold() in by_name:
            area = by_name[one.casefold()]
        elif MONTH.fullmatch(one):
            try:
                month = as_month(one)
            except Unreadable as error:
                raise Wrong(f"“{one}” is no month.") from error
        else:
            raise Wrong(f"“{one}” is no part of {indicator.title}, none of your areas, and no month like 2026-03.")
    return Reference(what, indicator, part, area, month)
