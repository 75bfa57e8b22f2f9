"""What became of signals, by what noticed them: how often a signal was worth somebody's time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.signals.models import Signal
from ldis.signals.rules import Detector, Disposition
from ldis.signals.words import NAMES
from ldis.worktime import LONDON


@dataclass
class Record:
    """The signals of one detector, or of one month. A signal that two detectors noticed counts for both."""

    name: str
    found: int = 0
    became: dict[Disposition, int] = field(default_factory=lambda: defaultdict(int))
    hours: list[float] = field(default_factory=list)
    panel_first: int = 0

    @property
    def share(self) -> float | None:
        """Of those that were settled, the share that became a case; nothing where none was settled."""
        settled = self.became[Disposition.DISMISSED] + self.became[Disposition.IN_A_CASE]
        return self.became[Disposition.IN_A_CASE] / settled if settled else None

    @property
    def median_hours(self) -> float | None:
        """The median time from finding to settling, of those that somebody settled."""
        return median(self.hours) if self.hours else None

    def count(self, signal: Signal) -> None:
        """Take in one signal."""
        self.found += 1
        self.became[signal.disposition] += 1
        by_itself = signal.disposition is Disposition.IN_A_CASE and signal.settled_by is None
        self.panel_first += by_itself
        if signal.settled_at is not None and not by_itself:
            self.hours.append((signal.settled_at - signal.found_at).total_seconds() / 3600)


@dataclass(frozen=True)
class Learned:
    """All detectors that ever spoke, and month by month, the newest first."""

    detectors: list[Record]
    months: list[Record]


def learned(session: Session, *, partnership_id: int, since: datetime) -> Learned:
    """What became of the signals that were found since a moment."""
    signals = session.scalars(
        select(Signal)
        .where(Signal.partnership_id == partnership_id, Signal.found_at >= since)
        .order_by(Signal.found_at.desc())
    )
    return summed(signals)


def summed(signals: Iterable[Signal]) -> Learned:
    """Signals counted by what noticed them, and by the month in which they were found."""
    detectors = {one: Record(NAMES[one]) for one in Detector}
    months: dict[str, Record] = {}
    for signal in signals:
        for name in signal.detectors:
            detectors[Detector(name)].count(signal)
        month = f"{signal.found_at.astimezone(LONDON):%B %Y}"
        months.setdefault(month, Record(month)).count(signal)
    return Learned([one for one in detectors.values() if one.found], list(months.values()))
