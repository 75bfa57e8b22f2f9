"""A laboratory's table as results. One row is one component; rows of the same sample and stage are one result. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ldis.errors import Invalid
from ldis.submissions.rules import Finding, Form, Part, Purpose, Stage, Technique
from ldis.submissions.schemas import LabResultForm, LabResultSchema
from ldis.tables import Column, Fault, Row, Table, as_day
from ldis.web import loaded

DAY = "For example 27/03/2026, the day first."


def _one_of(name: str, heading: str, kind: type[StrEnum], *, required: bool = False, hint: str = "") -> Column:
    return Column(name, heading, required, hint, tuple(member.value for member in kind))


OF_A_RESULT = (
    Column("laboratory", "Laboratory", True, "Its name, always written in the same way."),
    Column(
        "sample_reference", "Sample reference", True, "The laboratory's own. Repeat it on each row of the sample."
    ),
    _one_of("stage", "Stage", Stage, required=True, hint="A confirmed result supersedes the preliminary one."),
    _one_of("purpose", "Purpose", Purpose, required=True),
    _one_of("technique", "Technique", Technique, required=True),
    Column("sold_as", "Sold as", False, "What it was sold or described as, if known."),
    _one_of("form", "Form", Form),
    Column("area_code", "Area", False, "Where the sample was taken: one of your areas, by name or ONS code."),
    Column("sampled_on", "Sampled on", False, DAY),
    Column("sample_received_on", "Received on", False, f"When it reached the laboratory. {DAY}"),
    Column("reported_on", "Reported on", True, DAY),
    Column("incident_reference", "Incident reference", False, "If the sample came with one, like PLY-7K3Q-M."),
    _one_of("finding", "Finding", Finding, hint="May stay empty where a substance is named."),
)
OF_A_COMPONENT = (
    Column("substance", "Substance", False, "One substance on each row."),
    _one_of("part", "Part", Part, hint="Needed where a substance is named."),
    Column("quantity", "Quantity", False, "A number."),
    Column("unit", "Unit", False, "For example % or mg per tablet."),
    Column("plus_minus", "Plus or minus", False, "A number."),
)
COLUMNS = OF_A_RESULT + OF_A_COMPONENT
ADVICE = (
    "One row for each substance that was found. Rows with the same laboratory, sample reference and stage make one "
    "result.",
    "What belongs to the whole result needs to stand on its first row only, apart from those three.",
    "A sample in which nothing was found has one row, with “nothing detected” under Finding.",
)

HEADINGS = {column.name: column.heading for column in COLUMNS}
DAYS = ("sampled_on", "sample_received_on", "reported_on")
CHOICES = {
    column.name: {"".join(filter(str.isalnum, choice)).casefold(): choice for choice in column.choices}
    for column in COLUMNS
    if column.choices
}
NOTHING_SAID = (
    "Enter the substance that was found, or write “nothing detected” or “unable to identify” under Finding."
)


@dataclass(frozen=True)
class Draft:
    """A result as it would be taken in: the lines it stands on, its answers as the schema reads them, and read."""

    lines: tuple[int, ...]
    answers: Mapping[str, Any]
    form: LabResultForm


@dataclass(frozen=True)
class Sheet:
    """What a laboratory's table holds: results that can be taken in, preliminary ones first, and what is wrong."""

    drafts: tuple[Draft, ...]
    faults: tuple[Fault, ...]


def read_results(table: Table, areas: Mapping[str, str]) -> Sheet:
    """The results in a table. `areas` are the codes of the partnership's areas by their names.

    A result with a fault in any of its rows is not among the drafts: half a result would be a wrong one.
    """
    drafts: list[Draft] = []
    faults = list(table.faults)
    for rows in _samples(table.rows):
        lines = {row.line for row in rows}
        one = _OneResult(rows, areas, unreadable=[fault for fault in table.faults if fault.line in lines])
        draft = one.read()
        faults += one.faults
        if draft:
            drafts.append(draft)
    drafts.sort(key=lambda draft: (draft.form.stage is Stage.CONFIRMED, draft.lines))
    return Sheet(tuple(drafts), tuple(sorted(faults, key=lambda fault: fault.line)))


def draft_from(answers: Mapping[str, Any], lines: Sequence[int]) -> Draft:
    """A draft that was kept, read again."""
    return Draft(tuple(lines), answers, loaded(SCHEMA, answers))


SCHEMA = LabResultSchema(exclude=("submission_key", "kept_details_reason"))


def _samples(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows of each sample and stage; a row that does not say which stands alone."""
    together: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        named = [row.answers.get(name, "") for name in ("laboratory", "sample_reference")]
        key = (*named, row.answers.get("stage", "").casefold()) if all(named) else (str(row.line),)
        together.setdefault(key, []).append(row)
    return iter(together.values())


@dataclass
class _OneResult:
    """Reads the rows of one result and notes what is wrong with them."""

    rows: Sequence[Row]
    areas: Mapping[str, str]
    unreadable: Sequence[Fault]
    faults: list[Fault] = field(default_factory=list)

    def read(self) -> Draft | None:
        """The result, unless anything is wrong with it."""
        said = [(row.line, dict(self._said(row))) for row in self.rows]
        answers, first_lines = self._of_the_result(said)
        components = [(line, found) for line, answer in said if (found := _found(answer))]
        self._look_for_repeats(components)
        if components:
            answers.setdefault("finding", Finding.FOUND.value)
            answers["components"] = [found for _, found in components]
        lines = tuple(row.line for row in self.rows)
        try:
            form = loaded(SCHEMA, answers)
        except Invalid as refusal:
            self._place(refusal.errors, first_lines, [line for line, _ in components])
            return None
        return None if self.faults or self.unreadable else Draft(lines, answers, form)

    def _said(self, row: Row) -> Iterator[tuple[str, str]]:
        """What a row says, in the schema's words."""
        for name, words in row.answers.items():
            meant = self._meant(name, words)
            if meant is None:
                choices = list(CHOICES[name].values()) if name in CHOICES else sorted(self.areas)
                self._fault(row.line, name, f"We do not know “{words[:60]}”. Write one of: {', '.join(choices)}.")
            yield name, words if meant is None else meant

    def _meant(self, name: str, words: str) -> str | None:
        if name in CHOICES:
            return CHOICES[name].get("".join(filter(str.isalnum, words)).casefold())
        if name == "area_code":
            known = {area.casefold(): code for area, code in self.areas.items()}
            return words if words in known.values() else known.get(words.casefold())
        return as_day(words) if name in DAYS else words

    def _of_the_result(self, said: Sequence[tuple[int, dict[str, str]]]) -> tuple[dict[str, Any], dict[str, int]]:
        """What holds for the whole result, and on which line each answer stands first."""
        answers: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for line, answer in said:
            for name in (column.name for column in OF_A_RESULT if column.name in answer):
                if answers.setdefault(name, answer[name]) != answer[name]:
                    other = f"line {lines[name]} of the same sample says “{answers[name][:60]}”"
                    self._fault(line, name, f"This says “{answer[name][:60]}”, but {other}.")
                lines.setdefault(name, line)
        return answers, lines

    def _look_for_repeats(self, components: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        seen: dict[tuple[str, str], int] = {}
        for line, found in components:
            what = (found.get("substance", "").casefold(), found.get("part", ""))
            if what in seen:
                self._fault(line, "substance", f"This is on line {seen[what]} already.")
            seen.setdefault(what, line)

    def _place(
        self, errors: Mapping[str, Sequence[str]], first_lines: Mapping[str, int], component_lines: Sequence[int]
    ) -> None:
        """Give each error of the schema its line and column, unless something was said about that cell already."""
        for path, sentences in errors.items():
            table, *where = path.split("-")
            if table == "components" and where:
                self._fault(component_lines[int(where[0])], where[-1], *sentences)
            elif table == "finding" and "finding" not in first_lines and not component_lines:
                self._fault(self.rows[0].line, "substance", NOTHING_SAID)
            else:
                name = "substance" if table == "components" else table
                self._fault(first_lines.get(table, self.rows[0].line), name, *sentences)

    def _fault(self, line: int, name: str, *sentences: str) -> None:
        column = HEADINGS.get(name, "")
        if all(fault.column != column for fault in self.unreadable) and all(
            (fault.line, fault.column) != (line, column) for fault in self.faults
        ):
            self.faults += [Fault(line, column, sentence) for sentence in sentences]


def _found(answer: Mapping[str, str]) -> dict[str, str]:
    """The component that a row names; nothing where it names none."""
    return {column.name: answer[column.name] for column in OF_A_COMPONENT if column.name in answer}
