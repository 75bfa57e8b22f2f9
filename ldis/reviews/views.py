"""What the pages and files of the register show: as it is in the restricted view, as it may be published elsewhere."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ldis.indicators.figures import Spot, month_end
from ldis.papers import Block, Heading, Paper, Table, plain
from ldis.reviews import rules
from ldis.reviews.models import Review
from ldis.reviews.rules import Kind, Tallies

HIDDEN = "hidden"
HEADINGS = {"area": "Area", "sex": "Sex", "age": "Age", "cause": "Primary cause", "known": "Known to treatment"}
NOT_YET = "Once the year is over, it is broken down here; until then only quarters that are over are published."
SUPPRESSION = "Counts of one to four people are hidden, and what would give them away."


@dataclass(frozen=True)
class Breakdown:
    """One kind in a year, broken down in one way: the name of each part with its count or the word in its place."""

    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Register:
    """One kind in a year."""

    kind: Kind
    year: int
    whole: str
    breakdowns: Sequence[Breakdown]


@dataclass(frozen=True)
class Counts:
    """The register of a partnership as somebody may see it."""

    tallies: Tallies
    hidden: Collection[Spot]
    areas: Mapping[str, str]
    today: date
    restricted: bool

    @property
    def years(self) -> list[int]:
        """The years that anything was counted in, the newest first."""
        return sorted({one.month.year for one in self.tallies}, reverse=True)

    def of_year(self, year: int, *, look_back: int) -> list[Register]:
        """Each kind in a year."""
        as_of = date(year + 1, 1, 1) if self.restricted else self.today
        counts = rules.published(self.tallies, areas=self.areas, today=as_of)
        return [self._register(kind, year, counts, look_back) for kind in Kind]

    @cached_property
    def mask(self) -> Collection[Spot]:
        """What is hidden today: a quarter or a year that is over since anything was counted is published from then."""
        return rules.mask(self.tallies, self.hidden, areas=self.areas, today=self.today)

    def _register(self, kind: Kind, year: int, counts: Mapping[Spot, int], look_back: int) -> Register:
        def said(spot: Spot) -> str:
            if spot not in counts:
                return ""
            return HIDDEN if spot in self.mask and not self.restricted else str(counts[spot])

        quarters = [
            (f"{month_end(year, month):%B}", said(rules.quarter_spot(kind, month_end(year, month))))
            for month in range(3, 13, 3)
        ]
        breakdowns = [Breakdown("Three months to", [row for row in quarters if row[1]])]
        for way in rules.WAYS:
            rows = [
                (self.areas.get(part, part), said(rules.year_spot(kind, year, way, part)))
                for part in rules.parts_of(way, self.areas)
            ]
            if way == "known":
                rows.append((f"within {look_back} months", said(rules.look_back_spot(kind, year, look_back))))
            breakdowns.append(Breakdown(HEADINGS[way], [row for row in rows if row[1]]))
        whole = said(rules.year_spot(kind, year))
        return Register(kind, year, whole, [one for one in breakdowns if one.rows])


def blocks_of(counts: Counts, year: int, *, look_back: int) -> list[Block]:
    """The tables of a year for a paper."""
    blocks: list[Block] = []
    for one in counts.of_year(year, look_back=look_back):
        if one.whole or one.breakdowns:
            blocks.append(table_of(one))
    blocks.append(plain(SUPPRESSION if year < counts.today.year else f"{NOT_YET} {SUPPRESSION}"))
    return blocks


def table_of(register: Register) -> Table:
    """One kind in a year as one table."""
    rows = [("All", "", register.whole)] if register.whole else []
    rows += [(one.title, name, count) for one in register.breakdowns for name, count in one.rows]
    return Table(f"{register.kind.heading}, {register.year}", ("By", "Part", "Count"), tuple(rows), numeric=(2,))


def rows_of(counts: Counts, year: int, *, look_back: int) -> list[Sequence[object]]:
    """The same as lines of a file."""
    lines: list[Sequence[object]] = [("What", "Year", "By", "Part", "Count")]
    for one in counts.of_year(year, look_back=look_back):
        lines += [(one.kind.heading, str(year), *row) for row in table_of(one).rows]
    return lines


def paper_of(counts: Counts, year: int, reviews: Sequence[Review], *, look_back: int, place: str) -> Paper:
    """The register of a year: its counts, and what was learnt and recommended."""
    blocks = blocks_of(counts, year, look_back=look_back)
    for review in reviews:
        if review.held_on.year == year:
            blocks += [Heading(2, f"{review.about}, {review.held_on:%-d %B %Y}"), plain(review.learning)]
            if review.recommendations:
                rows = tuple(
                    (one.what, one.owner, f"{one.due:%-d %B %Y}", one.standing) for one in review.recommendations
                )
                blocks.append(Table("Recommendations", ("What", "Owner", "By", "How far"), rows))
    facts = (("Partnership", place), ("Made on", f"{counts.today:%-d %B %Y}"))
    return Paper(f"Deaths and near-fatal overdoses reviewed, {year}", place, facts, tuple(blocks))
