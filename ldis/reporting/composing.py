"""A report put together: the text of its sections with every reference resolved, as it may be published."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from ldis.indicators import figures as of
from ldis.indicators import papers, views
from ldis.indicators.dictionary import Indicator
from ldis.indicators.figures import Point
from ldis.indicators.publishing import HIDDEN, RESTRICTED, Shown
from ldis.indicators.views import Known
from ldis.papers import Block, Bullets, Heading, Paragraph, Table, Words, blocks_of, plain
from ldis.reporting import references
from ldis.reporting.references import PATTERN, Reference, What, Wrong
from ldis.reviews import views as reviewed
from ldis.reviews.rules import LOOK_BACKS
from ldis.reviews.views import Counts

Found = TypeVar("Found")


class Refused(ValueError):
    """What is referred to cannot stand in a report; the message says why."""


class Missing(ValueError):
    """What is referred to is not known yet; the message says what."""


@dataclass(frozen=True)
class Sources:
    """What references are resolved from: what may be published, up to the end of the report's period."""

    known: Known
    counts: Counts
    areas: Mapping[str, str]
    until: date

    @cached_property
    def lines(self) -> Sequence[views.Line]:
        """The scorecard at the end of the period."""
        return views.scorecard(self.known, until=self.until)


@dataclass
class Composed:
    """The blocks of a text; what was refused and what is missing, each as a sentence."""

    blocks: list[Block] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def compose(text: str, sources: Sources) -> Composed:
    """A text with its references resolved. Where one cannot be, the sentence that says why stands in its place."""
    made = Composed()
    for block in blocks_of(text):
        made.blocks += _block(block, sources, made)
    return made


def _block(block: Block, sources: Sources, made: Composed) -> Iterable[Block]:
    match block:
        case Paragraph((Words(text=words),)) if (alone := PATTERN.fullmatch(words.strip())) and not _in_line(
            alone[1]
        ):
            return _resolved_block(alone, sources, made)
        case Paragraph():
            return [Paragraph(_line(block.words, sources, made))]
        case Heading():
            return [replace(block, text=_text(block.text, sources, made))]
        case Bullets():
            return [
                replace(block, lines=tuple((depth, _line(line, sources, made)) for depth, line in block.lines))
            ]
        case Table():
            rows = tuple(tuple(_text(cell, sources, made) for cell in row) for row in block.rows)
            return [replace(block, rows=rows)]
    return [block]


def _in_line(name: str) -> bool:
    return What(name.lower()).in_line


def _line(words: Sequence[Words], sources: Sources, made: Composed) -> tuple[Words, ...]:
    return tuple(replace(one, text=_text(one.text, sources, made)) for one in words)


def _text(text: str, sources: Sources, made: Composed) -> str:
    pieces, at = [], 0
    for written in references.found_in(text):
        pieces += [text[at : written.start()], _resolved_words(written, sources, made)]
        at = written.end()
    return "".join([*pieces, text[at:]])


def _resolved_words(written: "re.Match[str]", sources: Sources, made: Composed) -> str:
    def words() -> str:
        reference = references.read(written, sources.known.dictionary, sources.areas)
        if not reference.what.in_line:
            raise Refused(f"{written[0]} needs a paragraph of its own.")
        return _words(reference, sources)

    return _or_the_sentence(words, made)


def _resolved_block(written: "re.Match[str]", sources: Sources, made: Composed) -> list[Block]:
    def blocks() -> list[Block]:
        return list(_blocks(references.read(written, sources.known.dictionary, sources.areas), sources))

    found = _or_the_sentence(blocks, made)
    return [plain(found)] if isinstance(found, str) else found


def _or_the_sentence(resolve: Callable[[], Found], made: Composed) -> Found | str:
    """What a reference stands for or, in brackets, the sentence that says why it stands for nothing."""
    try:
        return resolve()
    except (Wrong, Refused) as error:
        made.refused.append(str(error))
        return f"[{error}]"
    except Missing as error:
        made.missing.append(str(error))
        return f"[{error}]"


def _words(reference: Reference, sources: Sources) -> str:
    indicator, shown = _shown(reference, sources)
    if reference.what is What.CHANGE:
        words = views.change_in_words(sources.known, indicator, shown.spot) or shown.words
        if not words:
            raise Missing(f"How {indicator.title} moved within a year is not known or not published.")
        return words
    return papers.written(indicator, shown)


def _blocks(reference: Reference, sources: Sources) -> Iterator[Block]:
    if reference.what is What.SCORECARD:
        yield papers.scorecard_table(sources.lines)
        yield plain(papers.SUPPRESSION)
    elif reference.what is What.REVIEWS:
        assert reference.year is not None
        if reference.year not in sources.counts.years:
            raise Missing(f"Nothing was counted in the register of {reference.year} yet.")
        yield from reviewed.blocks_of(sources.counts, reference.year, look_back=LOOK_BACKS[-1])
    else:
        yield _series(reference, sources)


def _series(reference: Reference, sources: Sources) -> Block:
    indicator, _ = _shown(reference, sources)
    until = reference.month or sources.until
    make = views.picture if reference.what is What.CHART else papers.table
    made = make(sources.known, indicator, area=reference.area, part=reference.part, until=until)
    if made is None:
        raise Missing(f"There are too few figures of {indicator.title} for a chart.")
    return made


def _shown(reference: Reference, sources: Sources) -> tuple[Indicator, Shown]:
    """The figure that is meant, as it may be published. Errors: Refused for one that may not be, Missing."""
    indicator = reference.indicator
    assert indicator is not None
    point = _point(reference, sources)
    name = views.titled(indicator, reference.part)
    if point is None:
        raise Missing(f"There is no figure of {name} for {reference.month or sources.until:%B %Y} yet.")
    shown = sources.known.shown(indicator, point)
    if shown.words == RESTRICTED:
        raise Refused(
            f"{name} is restricted and cannot stand in a report. A share or a change that is worked out from it may."
        )
    if shown.words == HIDDEN:
        raise Refused(f"{name}, {point.spot.period}, is hidden and cannot stand in a report. {shown.why}")
    if shown.value is None and shown.words in ("not known", "not published"):
        raise Missing(f"{name}, {point.spot.period}, is {shown.words}. {shown.why}".strip())
    return indicator, shown


def _point(reference: Reference, sources: Sources) -> Point | None:
    assert reference.indicator is not None
    points = sources.known.points(reference.indicator, area=reference.area, part=reference.part)
    if reference.month is not None:
        points = [one for one in points if one.spot.ends_on == reference.month]
    return of.newest(one for one in points if one.spot.ends_on <= sources.until)
