"""Figures from a file: what it would change, and then exactly that, all of it or nothing."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from ldis.errors import Invalid, Stale
from ldis.indicators import queries, service
from ldis.indicators.dictionary import Dictionary
from ldis.indicators.figures import Spot
from ldis.indicators.sheet import COLUMNS, Line, Places, month_columns, read_figures
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.tables import Fault, read_table

CHANGED = "The figures have changed since you looked. Look again at what the file would change."


class Becomes(StrEnum):
    """What a line makes of a figure."""

    NEW = "new"
    CHANGED = "changed"
    AS_BEFORE = "as before"


@dataclass(frozen=True)
class Change:
    """What one line would do, with the value that is known and the one that would be."""

    line: int
    spot: Spot
    becomes: Becomes
    before: Decimal | None
    after: Decimal


@dataclass(frozen=True)
class Plan:
    """Everything that a file would do, and what is wrong with it. `digest` stands for exactly this."""

    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    passed_over: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Of what would be done."""
        said = [[str(one.spot), str(one.said), change.becomes] for one, change in self._pairs()]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def count(self, becomes: Becomes) -> int:
        """How many figures it would make this of."""
        return sum(one.becomes is becomes for one in self.changes)

    def _pairs(self) -> Iterator[tuple[Line, Change]]:
        return zip(self.lines, self.changes, strict=True)


def check(session: Session, content: bytes, *, dictionary: Dictionary, partnership_id: int) -> Plan:
    """What a file would do; nothing is done. Raises Invalid for what is no table."""
    table = read_table(content, COLUMNS)
    months = month_columns(table.passed_over)
    if months:
        table = read_table(content, (*COLUMNS, *months))
    areas = people.partnership_numbered(session, partnership_id).area_names
    lines, faults = read_figures(table, dictionary, Places.of(areas))
    known = queries.figures_of(session, partnership_id=partnership_id)
    changes = []
    for one in lines:
        before = known.get(one.spot)
        becomes = Becomes.NEW if before is None else Becomes.CHANGED if before != one.said else Becomes.AS_BEFORE
        changes.append(Change(one.line, one.spot, becomes, before.value if before else None, one.said.value))
    return Plan(tuple(lines), tuple(changes), tuple(faults), tuple(table.passed_over))


def take_in(
    session: Session,
    content: bytes,
    *,
    dictionary: Dictionary,
    seen: str | None,
    why: str,
    actor: Actor,
    now: datetime,
) -> service.Written:
    """Do what the file says, and what somebody saw that it would; `seen` is the digest of that, if anybody looked.

    Raises Invalid while anything is wrong with the file, and Stale where the figures have changed since.
    """
    plan = check(session, content, dictionary=dictionary, partnership_id=actor.partnership_id)
    if plan.faults:
        raise Invalid({"file": ["Nothing was taken in, because something is wrong with the file."]})
    if seen is not None and seen != plan.digest:
        raise Stale(CHANGED)
    figures = {one.spot: one.said for one in plan.lines}
    return service.write(session, figures, dictionary=dictionary, why=why, actor=actor, now=now)
