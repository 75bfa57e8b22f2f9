"""What brings a case back to mind. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ldis.submissions.rules import marking_key


@dataclass(frozen=True)
class CameIn:
    """A report or a result that has come in, as far as it can bring a case back."""

    kind: str
    id: int
    reference: str
    received_at: datetime
    substance_class: str
    area_code: str
    area: str
    markings: str

    @property
    def name(self) -> str:
        """How a sentence begins with it."""
        return f"{'Report' if self.kind == 'reports' else 'Laboratory result'} {self.reference}"


@dataclass(frozen=True)
class Kept:
    """One piece of the evidence of a case that ended in no further action."""

    case_id: int
    decision_id: int
    decided_at: datetime
    substance_class: str
    area_code: str
    marking: str


@dataclass(frozen=True)
class Recalled:
    """A case that something brings back, by which decision it ended, and why, in a sentence."""

    case_id: int
    decision_id: int
    by: CameIn
    why: str


def recalled(came_in: Sequence[CameIn], kept: Iterable[Kept]) -> list[Recalled]:
    """What came in since the decision of a case and is like it, the earliest first; the first brings it back."""
    evidence: dict[tuple[int, int], list[Kept]] = {}
    for piece in kept:
        evidence.setdefault((piece.case_id, piece.decision_id), []).append(piece)
    found = []
    for (case_id, decision_id), pieces in evidence.items():
        for thing in sorted(came_in, key=lambda one: (one.received_at, one.id)):
            why = alike(thing, pieces)
            if why and thing.received_at > pieces[0].decided_at:
                found.append(Recalled(case_id, decision_id, thing, f"{thing.name} is like it: {why}."))
    return found


def alike(thing: CameIn, pieces: Iterable[Kept]) -> str:
    """In what something that came in is like the evidence of a case; nothing where it is not."""
    pieces = list(pieces)
    marking = marking_key(thing.markings)
    kind = (thing.substance_class, thing.area_code)
    grounds = []
    if any((one.substance_class, one.area_code) == kind for one in pieces):
        grounds.append(f"the same kind of drug in the same area ({thing.substance_class}, {thing.area})")
    if marking and any(one.marking == marking for one in pieces):
        grounds.append(f"the same marking ({thing.markings})")
    return " and ".join(grounds)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
