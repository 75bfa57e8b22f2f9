"""The words in which people are told of clocks. They name references and nobody's details. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ldis.clocks.rules import Event, Kind, ToldAs
from ldis.people.telling import Said
from ldis.web.dates import time_left, when

MOST_NAMED = 10
SIGNATURE = "Local Drug Information System"

TO_DO = {
    Kind.ASSESS: "must be assessed",
    Kind.ANSWER: "has a reporter who must be answered",
    Kind.REVIEW: "was decided at once and must be looked back at",
}

WHY_YOU = {
    ToldAs.COORDINATOR: "You coordinate it.",
    ToldAs.DEPUTY: "You stand in for the coordinator.",
    ToldAs.OTHER_COORDINATOR: "The coordinator who holds it has no deputy now.",
    ToldAs.ON_CALL: "You are on call.",
}


@dataclass(frozen=True)
class Line:
    """One clock, as one person is told of it."""

    reference: str
    address: str
    kind: Kind
    due_at: datetime
    risk_to_life: bool
    told_as: ToldAs


def said(event: Event, lines: Sequence[Line], *, partnership: str, inbox: str, now: datetime) -> Said:
    """One letter and one text message about one or several clocks, the most pressing first."""
    first = lines[0]
    others = len(lines) - 1
    risk = "Risk to life: " if any(line.risk_to_life for line in lines) else ""
    late = "is late" if event is Event.BROKE else "is due soon"
    more = f" and {others} more" if others else ""
    verb = late if not others else late.replace("is ", "are ")
    reasons = " ".join(dict.fromkeys(WHY_YOU[line.told_as] for line in lines))
    listed = "\n".join(f"{_sentence(line, now)}\n{line.address}" for line in lines[:MOST_NAMED])
    unnamed = f"\n\nAnd {len(lines) - MOST_NAMED} more:\n{inbox}" if len(lines) > MOST_NAMED else ""
    return Said(
        subject=f"{risk}{first.reference}{more} {verb}",
        letter=f"{listed}{unnamed}\n\n{reasons}\n\n{partnership}\n{SIGNATURE}\n",
        text=f"{risk}{_sentence(first, now)}{f' {others} more.' if others else ''} {reasons} "
        f"{inbox if others else first.address}",
    )


def _sentence(line: Line, now: datetime) -> str:
    return f"{line.reference} {TO_DO[line.kind]} by {when(line.due_at, now)} ({time_left(line.due_at, now)})."
