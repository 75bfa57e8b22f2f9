"""What is filtered, as a file to take away: what was said and found, and nothing by which a reporter is reached.

Neither the reporter's name, organisation and addresses nor a school's name is in it. `COLUMNS` is what
docs/users.md describes.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.cases.models import Case
from ldis.inbox import queries
from ldis.inbox.asking import Question
from ldis.inbox.queries import Thing
from ldis.inbox.rules import in_address
from ldis.people.access import Actor
from ldis.submissions.models import IncidentReport, LabResult
from ldis.tables import MARK, FileKind, csv_lines, sheet_file
from ldis.worktime import LONDON

MOST_EXPORTED = 50_000
AT_ONCE = 500

COLUMNS = (
    "Reference",
    "Kind",
    "Received",
    "Happened on",
    "Area code",
    "Area",
    "First half of postcode",
    "Place",
    "Kind of place",
    "Sold as",
    "Read as",
    "Class",
    "Form",
    "Harm",
    "Naloxone",
    "How known",
    "Symptoms",
    "Details",
    "Laboratory",
    "Sample reference",
    "Stage",
    "Found",
    "Status",
    "Case",
)


def record_export(session: Session, question: Question, kind: FileKind, *, actor: Actor) -> int:
    """Write down who takes what away, before anything is sent; how many there are.

    Of the words that were looked for, the record keeps only that there were some: a name may be among them.
    """
    count = queries.how_many(session, question, partnership_id=actor.partnership_id, at_most=MOST_EXPORTED)
    filters = in_address(question.filters)
    audit.record(
        session,
        "reports exported",
        f"partnership/{actor.partnership_id}",
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={
            "count": min(count, MOST_EXPORTED),
            "file": kind.value,
            "filters": {name: "given" if name == "q" else value for name, value in filters.items()},
        },
    )
    return count


def file_of(session: Session, question: Question, kind: FileKind, *, actor: Actor) -> Iterator[bytes]:
    """The file, newest first: a CSV file piece by piece, a workbook as a whole, as its parts are known at its end.

    What is more than `MOST_EXPORTED` is left to a narrower filter.
    """
    pieces = _lines(session, question, actor=actor)
    if kind is FileKind.WORKBOOK:
        yield sheet_file("Reports", chain([COLUMNS], chain.from_iterable(pieces)))
        return
    yield MARK + csv_lines([COLUMNS])
    for lines in pieces:
        yield csv_lines(lines)


def _lines(session: Session, question: Question, *, actor: Actor) -> Iterator[list[Sequence[object]]]:
    pieces = queries.everything(
        session, question, partnership_id=actor.partnership_id, batch=AT_ONCE, at_most=MOST_EXPORTED
    )
    for things in pieces:
        cases = queries.cases_of(session, things, partnership_id=actor.partnership_id)
        yield [_line(thing, cases.get(thing.reference)) for thing in things]


def _line(thing: Thing, case: Case | None) -> Sequence[object]:
    said = _of_report(thing) if isinstance(thing, IncidentReport) else _of_result(thing)
    said |= {
        "Reference": thing.reference,
        "Received": thing.received_at.astimezone(LONDON).isoformat(timespec="minutes"),
        "Area code": thing.area_code,
        "Area": thing.area.name if thing.area else None,
        "Sold as": thing.sold_as,
        "Class": thing.substance_class,
        "Form": thing.form,
        "Status": case.state if case else "new",
        "Case": case.reference if case else None,
    }
    return [said.get(column) for column in COLUMNS]


def _of_report(report: IncidentReport) -> dict[str, object]:
    return {
        "Kind": "report",
        "Happened on": report.happened_on.isoformat(),
        "First half of postcode": report.outward_postcode,
        "Place": report.place,
        "Kind of place": report.setting,
        "Read as": "; ".join(dict.fromkeys(match["name"] for match in report.read_as.get("matches", []))),
        "Harm": report.harm_level,
        "Naloxone": report.naloxone,
        "How known": report.how_known,
        "Symptoms": "; ".join(report.symptoms),
        "Details": report.details,
    }


def _of_result(result: LabResult) -> dict[str, object]:
    return {
        "Kind": "laboratory result",
        "Laboratory": result.laboratory,
        "Sample reference": result.sample_reference,
        "Stage": result.stage,
        "Found": "; ".join(f"{one.substance} ({one.part})" for one in result.components) or result.finding,
    }
