"""A report put together for a page or a paper, from what may be published; nothing restricted comes here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ldis.indicators import figures as of
from ldis.indicators import views as indicators
from ldis.indicators.dictionary import Dictionary
from ldis.indicators.figures import HERE
from ldis.indicators.papers import written
from ldis.papers import Block, Heading, Paper
from ldis.people import queries as people
from ldis.reporting.composing import Composed, Sources, compose
from ldis.reporting.models import Report, Section
from ldis.reviews import queries as reviews
from ldis.reviews.views import Counts


@dataclass(frozen=True)
class Offered:
    """A figure that may stand in a text: its reference, its title and what it would say."""

    reference: str
    title: str
    says: str


@dataclass(frozen=True)
class WholeReport:
    """A report with every section put together."""

    sections: Sequence[tuple[Section, Composed]]

    @property
    def problems(self) -> list[str]:
        """Why it cannot be signed as it is, each a sentence."""
        empty = [f"“{section.heading}” is empty." for section, composed in self.sections if not composed.blocks]
        told = [one for _, composed in self.sections for one in (*composed.refused, *composed.missing)]
        return [*empty, *dict.fromkeys(told)]

    @property
    def blocks(self) -> Iterable[Block]:
        """Everything in its order, each section under its heading."""
        for section, composed in self.sections:
            yield Heading(2, section.heading)
            yield from composed.blocks


def sources_of(
    session: Session, dictionary: Dictionary, *, partnership_id: int, until: date, today: date
) -> Sources:
    """What references of a partnership's report are resolved from."""
    place = people.partnership_numbered(session, partnership_id)
    areas = place.area_names
    counts = Counts(
        reviews.tallies_of(session, partnership_id=partnership_id),
        reviews.hidden_in(session, partnership_id=partnership_id),
        areas,
        today,
        restricted=False,
    )
    known = indicators.known_of(session, dictionary, partnership_id)
    return Sources(known, counts, {HERE: place.name, **areas}, until)


def whole(report: Report, sources: Sources) -> WholeReport:
    """A report as it is now."""
    return WholeReport([(one, compose(one.text, sources)) for one in report.sections])


def paper_of(report: Report, put_together: WholeReport, *, place: str, status: str) -> Paper:
    """A report as a paper."""
    facts = (
        ("Partnership", place),
        ("Period", f"to {report.ends_on:%-d %B %Y}"),
        ("Edition", f"{report.edition}, {status}"),
    )
    return Paper(report.title, place, facts, tuple(put_together.blocks))


def offered(sources: Sources) -> list[Offered]:
    """Every figure that may stand in a text now, to be copied."""
    found = []
    for indicator in sources.known.dictionary.indicators.values():
        newest = of.newest(one for one in sources.known.points(indicator) if one.spot.ends_on <= sources.until)
        shown = sources.known.shown(indicator, newest) if newest else None
        if shown is not None and shown.value is not None:
            says = f"{written(indicator, shown)}, {shown.spot.period}"
            found.append(Offered(f"{{figure: {indicator.code}}}", indicator.title, says))
    return found
