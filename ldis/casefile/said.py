"""What was said about a case: the parts of its papers about reports, results and what was asked."""

from ldis.casefile.gathered import Gathered, as_facts, moment, plain
from ldis.casefile.redaction import Because, Fact, Record, Section
from ldis.cases.answers import rows_of_report, rows_of_result
from ldis.followup import queries as followup
from ldis.photos.models import Photo
from ldis.submissions.models import IncidentReport

RESTRICTED = {
    "Reported by": Because.REPORTER,
    "Reporter (coordinators only)": Because.REPORTER,
    "How to reach them (coordinators only)": Because.REPORTER,
    "School (coordinators only)": Because.SCHOOL,
    "Kept, though it looks like a personal detail": Because.PERSONAL,
}
"""Answers of a report that are not for everybody."""


def the_case(one: Gathered) -> Section:
    """What the case is, and where it stands."""
    case = one.case
    facts = [
        ("Reference", case.reference),
        ("State", case.state.value),
        ("Opened", moment(case.opened_at)),
        ("Risk to life", "Yes" if case.risk_to_life else "No"),
        ("Times called to the panel", str(case.round)),
        ("Merged into", case.merged_into.reference if case.merged_into else ""),
    ]
    holder = Fact("Held by", case.coordinator.name if case.coordinator else "", Because.WORKER)
    return Section("The case", (Record(case.title, (*as_facts(facts), holder)),))


def reports(one: Gathered) -> Section:
    """Each report as it was sent, those merged into others among them, with their photos."""
    into = {merged.id: kept for kept, several in one.merged.items() for merged in several}
    kept = {report.id: report.reference for report in one.everybodys_reports}
    return Section(
        "Reports",
        tuple(_report(one, report, kept.get(into.get(report.id, 0), "")) for report in one.everybodys_reports),
    )


def _report(one: Gathered, report: IncidentReport, spoken_for: str) -> Record:
    rows = [
        Fact(question, plain(answer), RESTRICTED.get(question))
        for question, answer in rows_of_report(one.session, report, one.actor, one.ahead)
    ]
    pictures = one.photos.get(report.submission_key, [])
    return Record(
        f"Report {report.reference}",
        (
            *rows,
            *as_facts([("Received", moment(report.received_at)), ("Merged into", spoken_for)]),
            *(Fact("Photo", _photo(photo)) for photo in pictures),
        ),
    )


def _photo(photo: Photo) -> str:
    gone = f", taken out {moment(photo.removed_at)}: {photo.removed_because}" if photo.removed_at else ""
    return f"Photo {photo.id}, {photo.width} by {photo.height}, SHA-256 {photo.digest}{gone}"


def results(one: Gathered) -> Section:
    """Each laboratory result."""
    return Section(
        "Laboratory results",
        tuple(
            Record(
                f"Result {result.reference}",
                tuple(
                    Fact(question, plain(answer), RESTRICTED.get(question))
                    for question, answer in rows_of_result(one.session, result)
                )
                + as_facts([("Received", moment(result.received_at))]),
            )
            for result in one.results
        ),
    )


def exchanges(one: Gathered) -> Section:
    """What reporters were asked, what they answered, and what they added."""
    found = []
    for question in followup.questions_of(one.session, one.everybodys_reports):
        by = Fact("Asked by", one.name(question.asked_by), Because.WORKER)
        asked = as_facts([("When", moment(question.asked_at)), ("Asked", question.words)])
        found.append((question.asked_at, Record(f"Question about {question.report.reference}", (*asked, by))))
    for update in followup.updates_of(one.session, one.everybodys_reports):
        kind = "Answer to a question about" if update.question_id else "Added to"
        said = [("When", moment(update.at)), ("Said", update.words), ("Late", "Yes" if update.late else "")]
        found.append((update.at, Record(f"{kind} {update.report.reference}", as_facts(said))))
    return Section(
        "Questions, answers and updates", tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))
    )
