"""What happened around a case: the parts of its papers about partners who were asked, the panel's calls, the clocks."""

from ldis.casefile.gathered import Gathered, as_facts, moment
from ldis.casefile.redaction import Because, Fact, Record, Section
from ldis.clocks import queries as clocks
from ldis.convening import queries as convening
from ldis.corroboration import queries as corroboration
from ldis.corroboration.models import AskedPartner
from ldis.corroboration.views import asked_about
from ldis.db import utc_now


def partners(one: Gathered) -> Section:
    """What partners were asked, how many answered what, and each answer."""
    found = []
    for asked in asked_about(one.session, one.case):
        question = asked.question
        facts = [
            ("When", moment(question.asked_at)),
            ("Asked", question.words),
            ("Answered until", moment(question.closes_at)),
            ("Came to", asked.count.in_words),
            ("Left out", asked.left_out),
        ]
        by = Fact("Asked by", one.name(question.asked_by), Because.WORKER)
        found.append(Record(f"Question {question.id} to partners", (*as_facts(facts), by)))
        found += [
            _answers(partner) for partner in corroboration.asked_by(one.session, question) if partner.answers
        ]
    return Section("What partners have seen", tuple(found))


def _answers(partner: AskedPartner) -> Record:
    organisation = partner.organisation.name if partner.organisation else ""
    said = [
        Fact(moment(answer.at), ", ".join(filter(None, [answer.sighting.value, answer.late or "", answer.note])))
        for answer in partner.answers
    ]
    who = [Fact("Organisation", organisation, Because.HANDLING)] if organisation else []
    return Record(f"Answer to question {partner.question_id}", (*who, *said))


def panel_called(one: Gathered) -> Section:
    """Who of the panel was called in the latest round, and how far each has got."""
    made = []
    for member in convening.members(one.session, one.case):
        called = member.called
        facts = [
            ("Called", moment(called.at) if called else ""),
            ("Seen", moment(called.seen_at) if called else ""),
            ("Reminded", f"{called.reminders} times" if called and called.reminders else ""),
            ("Stands", member.stands),
        ]
        name = Fact("Name", member.name, Because.WORKER)
        made.append(Record(member.discipline.value.capitalize(), (name, *as_facts(facts))))
    return Section("The panel's call", tuple(made))


def stopwatch(one: Gathered) -> Section:
    """Every clock that ran for the case: when it began, when it was due, and whether it was kept."""
    made = []
    for clock in clocks.clocks_of(one.session, one.case):
        late = (clock.stopped_at or utc_now()) > clock.due_at
        facts = [
            ("Began", moment(clock.started_at)),
            ("Runs", clock.runs.value),
            ("Due", moment(clock.due_at)),
            ("Stopped", moment(clock.stopped_at)),
            ("Kept", "no" if late else "yes"),
        ]
        made.append(Record(clock.kind.value.capitalize(), as_facts(facts)))
    return Section("Clocks", tuple(made))
