"""What the filters mean here and now: the days as moments, the words and the drug as the catalogue reads them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ldis.errors import Invalid
from ldis.inbox.rules import Filters, place_marked
from ldis.inbox.rules import Place as ListPlace
from ldis.inbox.words import Term, terms_of
from ldis.substances.catalogue import Substance
from ldis.substances.names import Names
from ldis.substances.rules import match
from ldis.worktime import LONDON


@dataclass(frozen=True)
class Question:
    """What is looked for, with nothing left to be understood."""

    filters: Filters
    terms: tuple[Term, ...] = ()
    substances: tuple[Substance, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    after: ListPlace | None = None


def understood(filters: Filters, *, names: Names, areas: Mapping[str, str], now: datetime) -> Question:
    """The question that the filters put. Raises Invalid, with a sentence by field, for what means nothing here."""
    if filters.area and filters.area not in areas:
        raise Invalid({"area": ["Choose one of your areas."]})
    if filters.since and filters.until and filters.until < filters.since:
        raise Invalid({"to": ["Enter a day that is not before the first one."]})
    after = place_marked(filters.after)
    if filters.after and after is None:
        raise Invalid({"after": ["This address does not lead to a further page. Show the first one again."]})
    return Question(
        filters=filters,
        terms=terms_of(filters.words, names, areas),
        substances=_substances(filters.substance, names),
        since=_latest(filters, now),
        until=_begins(filters.until + timedelta(days=1)) if filters.until else None,
        after=after,
    )


def _substances(written: str, names: Names) -> tuple[Substance, ...]:
    """The drugs that are named. A name that nobody knows, or that could mean several, is asked about, never guessed."""
    if not written:
        return ()
    read = match(written, names)
    if read.substances:
        return read.substances
    perhaps = " or ".join(dict.fromkeys(each.substance.name for each in read.suggestions[:3]))
    ask = f"Did you mean {perhaps}?" if perhaps else "Look it up under Substances, or search for it by words."
    raise Invalid({"substance": [f"We know no drug called “{written}”. {ask}"]})


def _latest(filters: Filters, now: datetime) -> datetime | None:
    """The later of the two beginnings that can be asked for."""
    begins = [_begins(filters.since)] if filters.since else []
    begins += [_begins(now.astimezone(LONDON).date() - timedelta(days=filters.days - 1))] if filters.days else []
    return max(begins, default=None)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
