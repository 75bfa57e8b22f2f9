"""A table of contacts: its columns, and each row as it is meant. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.audiences import Clearance, Topic
from ldis.contacts.rules import email_address, mobile_number
from ldis.errors import Invalid
from ldis.people.rules import Sector
from ldis.tables import Column, Fault, Row, Table

SEVERAL = "Several with ; between them."
YES_OR_NO = ("yes", "no")

COLUMNS = (
    Column(
        "external_id", "Identifier", False, "Your own for this person, such as a staff number. Found again by it."
    ),
    Column("name", "Name", True),
    Column("organisation", "Organisation", False, "As it is called here; a new one needs its kind as well."),
    Column("kind", "Kind of organisation", False, "Only for a new one.", tuple(one.value for one in Sector)),
    Column("place", "Area of the organisation", False, "Only for a new one: one of your areas."),
    Column("job_role", "Job role"),
    Column("mobile", "Mobile number", False, "A UK mobile."),
    Column("email", "Email address"),
    Column("by_sms", "Wants text messages", False, "yes or no", YES_OR_NO),
    Column("by_email", "Wants emails", False, "yes or no", YES_OR_NO),
    Column("lists", "Lists", False, f"They are put on these; new ones are made. {SEVERAL}"),
    Column("clearance", "May be sent", False, "", tuple(one.value for one in Clearance)),
    Column("areas", "Areas they want to hear of", False, SEVERAL),
    Column("topics", "Topics they want to hear of", False, SEVERAL, tuple(one.value for one in Topic)),
    Column("red_only", "Wants red alerts only", False, "yes or no", YES_OR_NO),
    Column("stands_in", "Stands in for their organisation", False, "yes or no", YES_OR_NO),
)
HEADINGS = {column.name: column.heading for column in COLUMNS}
ADVICE = (
    "One row for each person. Who is known already, by identifier, else by email address or mobile number, is changed.",
    "An empty cell leaves what is known as it is. Nobody is taken off a list, and whoever opted out stays opted out.",
)
WORDS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


ONE_OF: Mapping[str, Mapping[str, object]] = {
    **dict.fromkeys(("by_sms", "by_email", "red_only", "stands_in"), WORDS),
    "kind": {one.value: one for one in Sector},
    "clearance": {one.value: one for one in Clearance},
}
SEVERAL_OF: Mapping[str, Mapping[str, object]] = {"topics": {one.value: one for one in Topic}}


@dataclass(frozen=True)
class Person:
    """One row: what it says of a person. What it does not say is not in `said`."""

    line: int
    said: Mapping[str, object]

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What they are found again by, the surest first."""
        return [(name, str(self.said[name])) for name in ("external_id", "email", "mobile") if name in self.said]


@dataclass(frozen=True)
class Sheet:
    """The people of a table, and what is wrong with it."""

    people: tuple[Person, ...]
    faults: tuple[Fault, ...]


def read_people(table: Table, areas: Mapping[str, str], *, allow_drama: bool) -> Sheet:
    """The people in a table. `areas` are the codes of the partnership's areas by their names."""
    people: list[Person] = []
    faults = list(table.faults)
    unreadable = {fault.line for fault in table.faults}
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        one = _OneRow(row, areas, allow_drama)
        person = one.read()
        for key in person.keys:
            if key in seen:
                one.fault(key[0], f"Line {seen[key]} is about the same person.")
            seen.setdefault(key, row.line)
        faults += one.faults
        if not one.faults and row.line not in unreadable:
            people.append(person)
    return Sheet(tuple(people), tuple(sorted(faults, key=lambda fault: fault.line)))


@dataclass
class _OneRow:
    row: Row
    areas: Mapping[str, str]
    allow_drama: bool
    faults: list[Fault] = field(default_factory=list)

    def read(self) -> Person:
        said: dict[str, object] = {}
        for name, words in self.row.answers.items():
            value = self._meant(name, words.strip())
            if value is not None:
                said[name] = value
        if not self.row.answers.get("name", "").strip():
            self.fault("name", "Enter a name.")
        if not {"mobile", "email"} & said.keys() and "external_id" not in said and not self.faults:
            self.fault("mobile", "Enter a mobile number, an email address, or both.")
        return Person(self.row.line, said)

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(self.row.line, HEADINGS[name], sentence))

    def _meant(self, name: str, words: str) -> object:
        if name in ("mobile", "email"):
            return self._address(name, words)
        if name == "lists":
            return tuple(_parts(words))
        one_of = {**ONE_OF, "place": self._codes()}
        several = {**SEVERAL_OF, "areas": self._codes()}
        if name in several:
            return self._each(name, words, several[name])
        if name in one_of:
            return self._one_of(name, words, one_of[name])
        return self._text(name, words)

    def _text(self, name: str, words: str) -> str:
        longest = 80 if name == "external_id" else 120
        if len(words) > longest:
            self.fault(name, f"Keep this to {longest} characters or fewer.")
        return words

    def _codes(self) -> dict[str, str]:
        return dict(self.areas) | {code: code for code in self.areas.values()}

    def _one_of(self, name: str, words: str, known: Mapping[str, object]) -> object:
        found = {key.casefold(): value for key, value in known.items()}.get(words.casefold())
        if found is None:
            offered = ("yes", "no") if known is WORDS else sorted(known)
            self.fault(name, f"We do not know “{words[:60]}”. Write one of: {', '.join(offered)}.")
        return found

    def _each(self, name: str, words: str, known: Mapping[str, object]) -> tuple[object, ...]:
        found = [self._one_of(name, part, known) for part in _parts(words)]
        return tuple(one for one in found if one is not None)

    def _address(self, name: str, words: str) -> str | None:
        try:
            if name == "email":
                return email_address(words)
            return mobile_number(words, allow_drama=self.allow_drama)
        except Invalid as refusal:
            self.fault(name, refusal.errors[name][0])
            return None


def _parts(words: str) -> Sequence[str]:
    return [part.strip() for part in words.split(";") if part.strip()]
