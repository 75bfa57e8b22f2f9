"""The papers of one case for a review, a coroner or a request for information: everything, less what is withheld."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ldis.audit import service as audit
from ldis.casefile.gathered import Gathered, gather, moment
from ldis.casefile.redaction import WITHHELD, Audience, Because, Left, Section, redact
from ldis.casefile.sections import SECTIONS
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.people.rules import Role

FREE_TEXT = (
    "Names were looked for in free text as they are spelled here. Read the free text before you hand this on."
)


@dataclass(frozen=True)
class Pack:
    """The papers as they are handed over."""

    reference: str
    title: str
    audience: Audience
    made_at: datetime
    sections: tuple[Section, ...]
    withheld: tuple[Left, ...]


def pack_of(
    session: Session, case: Case, *, audience: Audience, policy: Policy, actor: Actor, now: datetime
) -> Pack:
    """Everything there is about a case, for this audience; what is withheld is listed with the reason."""
    workers = people.people_of(session, partnership_id=case.partnership_id)
    names = {one.label: one.name for one in workers}
    gathered = gather(session, case, names=names, policy=policy, actor=actor)
    because = WITHHELD[audience, actor.holds(Role.COORDINATOR)]
    secrets = {words: Because.WORKER for one in workers for words in (one.name, one.email)} | _secrets_of(gathered)
    sections, withheld = redact((section(gathered) for section in SECTIONS), secrets, because)
    return Pack(case.reference, sections[0].records[0].title, audience, now, sections, withheld)


def _secrets_of(gathered: Gathered) -> dict[str, Because]:
    """What the reports of a case say of their reporters, of schools and of people, to be found in free text."""
    found: dict[str, Because] = {}
    for report in gathered.everybodys_reports:
        vape = gathered.ahead.vapes.get(report.id)
        reaching = (
            report.reporter_name,
            report.reporter_email,
            report.reporter_phone,
            report.reporter_organisation,
        )
        found |= {words: Because.REPORTER for words in reaching if words}
        found |= {kept.text: Because.PERSONAL for kept in report.kept_details or ()}
        if vape and vape.school_name:
            found[vape.school_name] = Because.SCHOOL
    for result in gathered.results:
        found |= {kept.text: Because.PERSONAL for kept in result.kept_details or ()}
    return found


def record_pack(session: Session, case: Case, *, audience: Audience, kind: str, actor: Actor) -> None:
    """Write down who takes the papers of a case away, and for whom."""
    audit.record(
        session,
        "case papers made",
        f"case/{case.id}",
        actor=actor.label,
        partnership_id=case.partnership_id,
        detail={"for": audience.value, "as": kind},
    )


def as_json(pack: Pack) -> dict[str, Any]:
    """The papers for a machine, in the same order and with the same words."""
    return {
        "case": pack.reference,
        "title": pack.title,
        "made_for": pack.audience.value,
        "made_at": moment(pack.made_at),
        "withheld": [
            {"section": left.section, "because": left.because.value, "times": left.times} for left in pack.withheld
        ],
        "note": FREE_TEXT if pack.withheld else "",
        "sections": [
            {
                "title": section.title,
                "statement": section.statement,
                "records": [
                    {
                        "title": record.title,
                        "facts": [{"question": one.question, "answer": one.answer} for one in record.facts],
                    }
                    for record in section.records
                ],
            }
            for section in pack.sections
        ],
    }
