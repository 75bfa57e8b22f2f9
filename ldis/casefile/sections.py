"""The parts of a case's papers, each gathered by one function; a further one is one line in `SECTIONS`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from alerts.messages import Handling
from ldis.audit import queries as audit
from ldis.audit import service as record
from ldis.casefile.redaction import Because, Fact, Record, Section
from ldis.cases.answers import rows_of_report, rows_of_result
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.deliveries import queries as deliveries
from ldis.followup import queries as followup
from ldis.issuing import queries as issuing
from ldis.issuing.models import Alert, about
from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.photos import queries as photos
from ldis.photos.models import Photo
from ldis.procedure import queries as procedure
from ldis.procedure import views as words_of_policy
from ldis.reach.queries import reminder_about
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.worktime import LONDON

RESTRICTED = {
    "Reported by": Because.REPORTER,
    "Reporter (coordinators only)": Because.REPORTER,
    "How to reach them (coordinators only)": Because.REPORTER,
    "School (coordinators only)": Because.SCHOOL,
    "Kept, though it looks like a personal detail": Because.PERSONAL,
}
"""Answers of a report that are not for everybody."""


@dataclass(frozen=True)
class Gathered:
    """A case with all that its papers are written from."""

    session: Session
    case: Case
    names: Mapping[str, str]
    policy: Policy
    actor: Actor
    reports: tuple[IncidentReport, ...]
    results: tuple[LabResult, ...]
    merged: Mapping[int, list[IncidentReport]]
    photos: Mapping[str, list[Photo]]
    alerts: tuple[Alert, ...]

    @property
    def everybodys_reports(self) -> list[IncidentReport]:
        """The reports of the case and those merged into them, each once."""
        also = [one for several in self.merged.values() for one in several]
        return list({one.id: one for one in [*self.reports, *also]}.values())

    def name(self, label: str) -> str:
        """What somebody is called whom the records name by a label."""
        return self.names.get(label, label)


def gather(session: Session, case: Case, *, names: Mapping[str, str], policy: Policy, actor: Actor) -> Gathered:
    """Everything that belongs to a case. What only coordinators may read is gathered too, and withheld later."""
    reports, results = issuing.evidence_of(session, case)
    merged = submissions.merged_into(session, reports)
    keys = {one.submission_key for one in [*reports, *(one for several in merged.values() for one in several)]}
    return Gathered(
        session=session,
        case=case,
        names=names,
        policy=policy,
        actor=replace(actor, roles=actor.roles | {Role.COORDINATOR}),
        reports=tuple(reports),
        results=tuple(results),
        merged=merged,
        photos=photos.photos_of(session, keys, partnership_id=case.partnership_id),
        alerts=tuple(issuing.alerts_from(session, case)),
    )


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
    return Section("The case", (Record(case.title, (*_facts(facts), holder)),))


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
        Fact(question, _plain(answer), RESTRICTED.get(question))
        for question, answer in rows_of_report(one.session, report, one.actor)
    ]
    pictures = one.photos.get(report.submission_key, [])
    return Record(
        f"Report {report.reference}",
        (
            *rows,
            *_facts([("Received", moment(report.received_at)), ("Merged into", spoken_for)]),
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
                    Fact(question, _plain(answer), RESTRICTED.get(question))
                    for question, answer in rows_of_result(one.session, result)
                )
                + _facts([("Received", moment(result.received_at))]),
            )
            for result in one.results
        ),
    )


def exchanges(one: Gathered) -> Section:
    """What reporters were asked, what they answered, and what they added."""
    found = []
    for report in one.everybodys_reports:
        for question in followup.questions_of(one.session, report):
            by = Fact("Asked by", one.name(question.asked_by), Because.WORKER)
            asked = _facts([("When", moment(question.asked_at)), ("Asked", question.words)])
            found.append((question.asked_at, Record(f"Question about {report.reference}", (*asked, by))))
    for update in followup.updates_of(one.session, one.everybodys_reports):
        kind = "Answer to a question about" if update.question_id else "Added to"
        said = [("When", moment(update.at)), ("Said", update.words), ("Late", "Yes" if update.late else "")]
        found.append((update.at, Record(f"{kind} {update.report.reference}", _facts(said))))
    return Section(
        "Questions, answers and updates", tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))
    )


def gradings(one: Gathered) -> Section:
    """What each member of the panel made of it."""
    asked = {question.key: question for question in one.policy.questions}
    made = []
    for grading in one.case.gradings:
        facts = [
            ("When", moment(grading.given_at)),
            *((_question(asked, key), _answer(asked, key, given)) for key, given in grading.answers.items()),
            ("Would an alert help", grading.would_help.value),
            ("Comment", grading.comment),
        ]
        who = Fact("Member", grading.person.name, Because.WORKER)
        made.append(Record(f"Grading, {grading.discipline}, round {grading.round}", (who, *_facts(facts))))
    return Section("Gradings", tuple(made))


def _question(asked: Mapping[str, object], key: str) -> str:
    return str(getattr(asked.get(key), "label", key))


def _answer(asked: Mapping[str, object], key: str, given: object) -> str:
    answers = getattr(asked.get(key), "answers", ())
    return f"{given}: {answers[int(str(given))]}" if answers else str(given)


def votes(one: Gathered) -> Section:
    """Who voted for what, and who stood aside."""
    cast = [
        Record(
            f"Vote, {vote.discipline}, round {vote.round}",
            (
                Fact("Member", vote.person.name, Because.WORKER),
                *_facts([("When", moment(vote.cast_at)), ("Vote", vote.outcome.value), ("Reason", vote.reason)]),
            ),
        )
        for vote in one.case.votes
    ]
    aside = [
        Record(
            "Stood aside",
            (
                Fact("Member", recusal.person.name, Because.WORKER),
                Fact("When", moment(recusal.at)),
                Fact("Reason", recusal.reason, Because.PERSONAL),
            ),
        )
        for recusal in one.case.recusals
    ]
    return Section("Votes, and who stood aside", (*cast, *aside))


def decisions(one: Gathered) -> Section:
    """What was decided, by whom, on which votes, under which policy."""
    return Section(
        "Decisions",
        tuple(
            Record(
                f"Decision of round {decision.round}{', taken at once' if decision.at_once else ''}",
                (
                    *_facts(
                        [
                            ("Outcome", decision.outcome.value),
                            ("When", moment(decision.decided_at)),
                            ("Suggested", decision.suggested.value if decision.suggested else ""),
                            ("Reason", decision.reason),
                            ("Votes", "; ".join(f"person/{who}: {what}" for who, what in decision.votes.items())),
                            ("Policy", decision.policy_version),
                            ("Panel to look back by", moment(decision.review_due_at)),
                            ("To be looked at again on", str(decision.review_on or "")),
                        ]
                    ),
                    Fact("Recorded by", one.name(decision.decided_by), Because.WORKER),
                ),
            )
            for decision in one.case.decisions
        ),
    )


def policies(one: Gathered) -> Section:
    """The words of every policy that a decision of the case was made under."""
    kept = procedure.policies(one.session)
    made = []
    for version in dict.fromkeys(decision.policy_version for decision in one.case.decisions):
        texts = [text for text in kept if text.version == version]
        if version == one.policy.version:
            made.append(Record(f"Policy {version}", _facts(words_of_policy.written_out(one.policy))))
        made += [
            Record(f"Policy {version}, as it was written, {text.digest[:16]}", _facts([("Text", text.text)]))
            for text in texts
        ]
        if version != one.policy.version and not texts:
            made.append(Record(f"Policy {version}", _facts([("Text", "No text of this version was kept.")])))
    return Section("The policy that was in force", tuple(made))


def history(one: Gathered) -> Section:
    """What was done to the case, in order."""
    return Section(
        "History",
        tuple(
            Record(
                entry.action.capitalize(),
                (
                    *_facts([("When", moment(entry.at)), ("From", entry.before or ""), ("To", entry.after)]),
                    Fact("Who", entry.actor_name, Because.WORKER),
                    Fact("Words", entry.words, Because.PERSONAL if entry.action == "recuse" else None),
                ),
            )
            for entry in one.case.entries
        ),
    )


def alerts(one: Gathered) -> Section:
    """The alerts that came of the case: every version, who approved it, and how far the messages got."""
    return Section("Alerts", tuple(item for alert in one.alerts for item in _alert(one, alert)))


def _alert(one: Gathered, alert: Alert) -> Iterable[Record]:
    handled = None if alert.handling is Handling.PUBLIC else Because.HANDLING
    yield Record(
        f"Alert {alert.reference}",
        _facts(
            [
                ("State", alert.state.value),
                ("Level", alert.level.value),
                ("Handling", alert.handling.value),
                ("Issued", moment(alert.issued_at)),
                ("Messages", _counts(one, about(alert))),
                ("Reminders", _counts(one, reminder_about(alert))),
            ]
        ),
    )
    for version in alert.versions:
        words = "; ".join(f"{name}: {value}" for name, value in version.snapshot.items())
        yield Record(
            f"Alert {alert.reference}, version {version.version}",
            (
                Fact("Saved", moment(version.saved_at)),
                Fact("Author", version.author.name, Because.WORKER),
                Fact("Words and audience", words, handled),
            ),
        )
    if alert.approval:
        yield Record(
            f"Approval of {alert.reference}",
            (
                Fact("Approver", alert.approval.approver.name, Because.WORKER),
                *_facts(
                    [
                        ("When", moment(alert.approval.approved_at)),
                        ("Version", str(alert.approval.alert_version)),
                        ("Digest of what was signed", alert.approval.content_hash),
                    ]
                ),
            ),
        )


def _counts(one: Gathered, of: str) -> str:
    counts = deliveries.counts_by_state(one.session, of, partnership_id=one.case.partnership_id)
    return ", ".join(f"{number} {state}" for state, number in counts.items() if number) or "none"


def audit_record(one: Gathered) -> Section:
    """Every entry of the audit record about the case, its reports, results and alerts, and whether it is whole."""
    abouts = [
        f"case/{one.case.id}",
        *(f"report/{report.id}" for report in one.everybodys_reports),
        *(f"result/{result.id}" for result in one.results),
        *(about(alert) for alert in one.alerts),
    ]
    entries = audit.entries_about(one.session, *abouts, partnership_id=one.case.partnership_id)
    wrong = record.verify(one.session)
    made = [
        Record(
            f"Entry {entry.place}",
            _facts(
                [
                    ("When", moment(entry.at)),
                    ("Who", entry.actor),
                    ("What", entry.action),
                    ("About", entry.about),
                    ("Detail", "; ".join(f"{name}: {value}" for name, value in entry.detail.items())),
                    ("Digest", entry.digest),
                ]
            ),
        )
        for entry in entries
    ]
    whole = "The audit record of this installation was verified when these papers were made, and is whole."
    return Section("Audit record", tuple(made), wrong or whole)


SECTIONS: tuple[Callable[[Gathered], Section], ...] = (
    the_case,
    reports,
    results,
    exchanges,
    gradings,
    votes,
    decisions,
    policies,
    history,
    alerts,
    audit_record,
)
"""The papers of a case, in their order."""


def moment(at: datetime | None) -> str:
    """A moment as it stands on paper, with its offset."""
    return at.astimezone(LONDON).isoformat(timespec="seconds") if at else ""


def _facts(pairs: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    return tuple(Fact(question, str(answer)) for question, answer in pairs if answer)


def _plain(words: str) -> str:
    """An answer without the marks that a page puts into it."""
    return words.striptags() if isinstance(words, Markup) else words
