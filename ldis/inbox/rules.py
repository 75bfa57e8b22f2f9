"""What can be asked of the inbox, where a page of it begins, and how long things wait. Pure."""

import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum

from ldis.submissions.rules import HarmLevel, Setting
from ldis.substances.catalogue import SubstanceClass
from ldis.worktime import working_time_between

A_PAGE = 20
MOST_COUNTED = 500
PERIODS = (1, 7, 28, 90, 365)
NO_POSTCODE = "none"
OLD = timedelta(days=28)
LONG_HOURS = 8


class Kind(StrEnum):
    """What came in."""

    REPORT = "report"
    RESULT = "result"


class Standing(StrEnum):
    """How far what came in has got."""

    NEW = "new"
    IN_CASE = "in a case"
    DECIDED = "decided"
    CLOSED = "closed"
    ALL = "all"


class Source(StrEnum):
    """The way by which something came in, which `received_by` begins with."""

    FORM = "open form"
    VENUE = "venue"
    PERSON = "person"
    KEY = "key"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What somebody wants to see. Everything left out means: whatever it is."""

    words: str = ""
    substance: str = ""
    substance_class: SubstanceClass | None = None
    area: str = ""
    postcode: str = ""
    harm: HarmLevel | None = None
    setting: Setting | None = None
    kind: Kind | None = None
    source: Source | None = None
    since: date | None = None
    until: date | None = None
    days: int | None = None
    standing: Standing = Standing.NEW
    alike: bool = False
    after: str = ""

    def with_(self, **changes: object) -> "Filters":
        """The same with changes, from the first page on."""
        return replace(self, **({"after": ""} | changes))  # type: ignore[arg-type]

    @property
    def says_anything(self) -> bool:
        """Whether anything is asked beyond how far things have got and which kind they are."""
        return self.with_(standing=Standing.NEW, kind=None) != NOTHING


NOTHING = Filters()

IN_ADDRESS = {"words": "q", "substance_class": "class", "since": "from", "until": "to", "standing": "status"}
"""The names of some filters in an address, where they differ from the names here."""


def in_address(filters: Filters) -> dict[str, str]:
    """The filters as an address has them, what is not asked left out: the same filters, the same address."""
    given = {one.name: getattr(filters, one.name) for one in fields(filters)}
    return {
        IN_ADDRESS.get(name, name): _as_text(value)
        for name, value in given.items()
        if value != getattr(NOTHING, name)
    }


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes"
    return str(value.value if isinstance(value, Enum) else value)


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in the list: by when it came in, then kind and number, so that no two are alike."""

    at: datetime
    is_report: bool
    id: int

    @property
    def mark(self) -> str:
        """The place as an address has it."""
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}{'r' if self.is_report else 's'}{self.id}"


MARK = re.compile(r"(\d{8}T\d{6}\.\d{6})([rs])(\d{1,18})", re.ASCII)


def place_marked(mark: str) -> Place | None:
    """The place that a mark names; nothing where it names none."""
    found = MARK.fullmatch(mark)
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Place(at, found[2] == "r", int(found[3]))


def waited(since: datetime, now: datetime, *, risk_to_life: bool) -> str:
    """How long something has waited: by the clock where life is at risk, else in the hours that people work."""
    past = now - since
    if past > OLD:
        return f"waiting {past.days} days"
    if risk_to_life:
        return f"waiting {_length(past)}"
    worked = working_time_between(since, now)
    if worked < timedelta(minutes=1):
        return "came in just now" if past < timedelta(hours=1) else "came in out of hours"
    hours = int(worked.total_seconds() // 3600)
    return (
        f"waiting {hours} working hours" if hours >= LONG_HOURS else f"waiting {_length(worked)} of working time"
    )


def _length(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds() // 60))
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"


def bounded(count: int) -> str:
    """A number of things as it is said: nobody needs to know whether it is 700 or 70,000."""
    return f"more than {MOST_COUNTED}" if count > MOST_COUNTED else str(count)
