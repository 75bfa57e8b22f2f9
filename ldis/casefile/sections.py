"""The parts of a case's papers, each gathered by one function; a further one is one line in `SECTIONS`."""

from collections.abc import Callable, Collection, Iterable, Mapping

from alerts.messages import Handling
from ldis.audit import queries as audit
from ldis.audit import service as record
from ldis.casefile.around import panel_called, partners, stopwatch
from ldis.casefile.gathered import Gathered, as_facts, moment
from ldis.casefile.redaction import Because, Fact, Record, Section
from ldis.casefile.said import exchanges, reports, results, the_case
from ldis.deliveries import queries as deliveries
from ldis.issuing.models import Alert, about
from ldis.procedure import queries as procedure
from ldis.procedure import views as words_of_policy
from ldis.reach.silence import deputy_about, reminders_about


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
        made.append(Record(f"Grading, {grading.discipline}, round {grading.round}", (who, *as_facts(facts))))
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
                *as_facts([("When", moment(vote.cast_at)), ("Vote", vote.outcome.value), ("Reason", vote.reason)]),
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
                    *as_facts(
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
            made.append(Record(f"Policy {version}", as_facts(words_of_policy.written_out(one.policy))))
        made += [
            Record(f"Policy {version}, as it was written, {text.digest[:16]}", as_facts([("Text", text.text)]))
            for text in texts
        ]
        if version != one.policy.version and not texts:
            made.append(Record(f"Policy {version}", as_facts([("Text", "No text of this version was kept.")])))
    return Section("The policy that was in force", tuple(made))


def history(one: Gathered) -> Section:
    """What was done to the case, in order."""
    return Section(
        "History",
        tuple(
            Record(
                entry.action.capitalize(),
                (
                    *as_facts([("When", moment(entry.at)), ("From", entry.before or ""), ("To", entry.after)]),
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
        as_facts(
            [
                ("State", alert.state.value),
                ("Level", alert.level.value),
                ("Handling", alert.handling.value),
                ("Issued", moment(alert.issued_at)),
                ("Messages", _counts(one, [about(alert)])),
                ("Reminders", _counts(one, reminders_about(alert))),
                ("To deputies", _counts(one, [deputy_about(alert)])),
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
                *as_facts(
                    [
                        ("When", moment(alert.approval.approved_at)),
                        ("Version", str(alert.approval.alert_version)),
                        ("Digest of what was signed", alert.approval.content_hash),
                    ]
                ),
            ),
        )


def _counts(one: Gathered, of: Collection[str]) -> str:
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
            as_facts(
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
    partners,
    panel_called,
    gradings,
    votes,
    decisions,
    policies,
    stopwatch,
    history,
    alerts,
    audit_record,
)
"""The papers of a case, in their order."""
