"""Names in reports that nobody knows yet: collected, so that somebody can say what they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Blueprint

from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.submissions import queries
from ldis.submissions.queries import Unread
from ldis.substances.access import known_names
from ldis.substances.local import folded
from ldis.substances.names import Names
from ldis.substances.rules import match
from ldis.substances.schemas import NO_DRUG
from ldis.web import render, session

pages = Blueprint("unmatched", __name__)

EXAMPLES = 3
MOST = 100


@dataclass(frozen=True)
class Unmatched:
    """A name that was not recognised: how often, when last, and some of the reports that have it, newest first."""

    written: str
    count: int
    newest: datetime
    references: tuple[str, ...]


@pages.get("/substances/unmatched")
@open_to(Role.ADMINISTRATOR, Role.COORDINATOR)
def index() -> Any:
    """The names that newer reports hold and that nobody knows yet, the most frequent first."""
    place = people.partnership_numbered(session, current_person().partnership_id).place
    unread = queries.unread_names(session, partnership_id=place.id)
    return render(
        "submissions/unmatched.html",
        unmatched=gathered(unread, known_names(place)),
        looked_at=queries.NEWEST_READ,
        most=MOST,
        no_drug=NO_DRUG,
    )


def gathered(unread: Iterable[Unread], names: Names) -> Sequence[Unmatched]:
    """The most frequent names, each once however it was written, without those that are known by now."""
    found: dict[str, list[tuple[str, Unread]]] = {}
    for report in unread:
        for written in report.names:
            found.setdefault(folded(written), []).append((written, report))
    by_count = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
    unknown = (seen for name, seen in by_count if match(name, names).unmatched)
    return [
        Unmatched(seen[0][0], len(seen), seen[0][1].received_at, tuple(r.reference for _, r in seen[:EXAMPLES]))
        for seen in islice(unknown, MOST)
    ]
