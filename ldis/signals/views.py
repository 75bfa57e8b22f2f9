"""What the pages of signals show, put into words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detection import ears, ewma
from detection.farrington import Assessment, Verdict
from detection.rules import months_before
from detection.settings import SignalSettings
from ldis.people.models import Partnership
from ldis.signals import counting, queries, words
from ldis.signals.by_counts import ByCounts
from ldis.signals.chart import drawn
from ldis.signals.counting import Series
from ldis.signals.models import Signal
from ldis.signals.rules import VAPES_IN_SCHOOLS, Detector, Disposition, Family
from ldis.submissions.models import IncidentReport
from ldis.worktime import LONDON

DRAWN_DAYS = 84
NEIGHBOURS_FOR = timedelta(days=28)


@dataclass(frozen=True)
class Row:
    """One signal in a list."""

    signal: Signal
    title: str
    said: list[str]
    rests_on: int


def titles(session: Session, signals: Sequence[Signal]) -> Mapping[int, str]:
    """What each signal is called."""
    names = queries.names_of(session, {code for one in signals for code in one.areas})
    return {
        one.id: words.title(one.family, one.about, [names.get(code, code) for code in one.areas], one.kinds)
        for one in signals
    }


def rows(session: Session, signals: Sequence[Signal]) -> list[Row]:
    """Signals as a list shows them."""
    called = titles(session, signals)
    return [
        Row(one, called[one.id], [words.NAMES[Detector(name)] for name in one.detectors], len(one.evidence))
        for one in signals
    ]


def queue(session: Session, place: Partnership, *, now: datetime) -> dict[str, Any]:
    """What waits, what is watched, what was settled lately, and what neighbours see."""
    here = {"partnership_id": place.id}
    since = (now - NEIGHBOURS_FOR).astimezone(LONDON).date()
    return {
        "new": rows(session, queries.signals_of(session, [Disposition.NEW], **here)),
        "watched": rows(session, queries.signals_of(session, [Disposition.WATCHED], **here)),
        "settled": rows(
            session,
            queries.signals_of(session, [Disposition.DISMISSED, Disposition.IN_A_CASE], **here, most=20),
        ),
        "around": [
            (words.title(one.family, one.about, names, one.kinds), one.last_day)
            for one, names in queries.around(session, place, since=since)
        ],
    }


def signal_page(session: Session, signal: Signal, settings: SignalSettings, *, now: datetime) -> dict[str, Any]:
    """One signal: why, on what, beside its series, and what familiar methods say of the same days."""
    return {
        "signal": signal,
        "title": titles(session, [signal])[signal.id],
        "reasons": reasons(session, signal, settings, now=now),
        "detectors": [words.NAMES[Detector(name)] for name in signal.detectors],
        "expected": words.expected_in_words(signal.numbers) if "expected" in signal.numbers else "",
        "things": queries.things_of(session, signal),
        **_beside(session, signal, now=now),
        "now": now,
    }


def reasons(session: Session, signal: Signal, settings: SignalSettings, *, now: datetime) -> list[str]:
    """Why it is a signal, in sentences."""
    began = session.scalar(
        select(func.min(IncidentReport.received_at)).where(IncidentReport.partnership_id == signal.partnership_id)
    )
    months = settings.rules.new_after_months
    young = began is not None and began > months_before(signal.found_at, months)
    return words.sentences(
        signal.family,
        signal.detectors,
        signal.about,
        signal.numbers,
        months=months,
        areas=len(signal.areas),
        began=began.astimezone(LONDON).date() if began and young else None,
    )


def _beside(session: Session, signal: Signal, *, now: datetime) -> dict[str, Any]:
    """The series that a signal is about, drawn, and the comparators; nothing for what is no series of counts."""
    if signal.family in (Family.MARKING, Family.SHARE):
        return {"chart": None, "comparators": []}
    today = max(now.astimezone(LONDON).date(), signal.last_day)
    table = counting.by_day(session, partnership_id=signal.partnership_id, today=today)
    counts = _of_signal(table, signal).sum(axis=0)[None, :]
    shown = counts[0, -DRAWN_DAYS:]
    first = table.day(counts.shape[1] - shown.size)
    chart = drawn(shown.tolist(), first, window=(signal.first_day, signal.last_day), usual=_usual(signal))
    return {"chart": chart, "comparators": _comparators(counts, table.column(signal.last_day))}


def _of_signal(table: counting.Table, signal: Signal) -> np.ndarray[Any, np.dtype[np.int64]]:
    areas = set(signal.areas)
    wanted = {Series(one.area, one.about) for one in table.series if one.area in areas and _is_about(one, signal)}
    return table.counts[[n for n, one in enumerate(table.series) if one in wanted]]


def _is_about(series: Series, signal: Signal) -> bool:
    if signal.family in (Family.CLUSTER, Family.SEVERE):
        return series.about != VAPES_IN_SCHOOLS
    return series.about == signal.about


def _usual(signal: Signal) -> float | None:
    expected, days = signal.numbers.get("expected", -1), signal.numbers.get("days", 0)
    return expected / days if expected >= 0 and days else None


def _comparators(counts: np.ndarray[Any, np.dtype[np.int64]], column: int) -> list[tuple[str, str]]:
    """What EARS C2 and EWMA say of the last day that the signal rests on."""
    said = (
        ("EARS C2 (28 days)", ears.statistic(counts, ears.moving(counts, days=28, lag=2))),
        ("EWMA", ewma.deviations(counts)),
    )
    found = []
    for name, values in said:
        value = float(values[0, column]) if counts.shape[0] and column < counts.shape[1] else float("nan")
        speaks = (
            "has no days to compare with" if np.isnan(value) else "speaks too" if value > 3 else "says nothing"
        )
        found.append((name, speaks if np.isnan(value) else f"{speaks} ({value:.1f}; it speaks above 3)"))
    return found


@dataclass(frozen=True)
class Seasons:
    """The kinds that could be assessed, and the others by why they could not."""

    assessed: list[tuple[str, Assessment]]
    others: list[tuple[str, list[str]]]


def seasons(look: ByCounts, table: counting.Table) -> Seasons:
    """What Farrington's method says of the last seven days of each kind, all areas together."""
    assessed, others = [], defaultdict(list)
    for kind, said in look.seasons(table):
        if said.verdict is Verdict.NOT_ASSESSED:
            others[said.why].append(words.kind_in_words(kind))
        else:
            assessed.append((words.kind_in_words(kind), said))
    return Seasons(assessed, sorted(others.items()))
