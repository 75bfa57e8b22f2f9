"""A case with all that its papers are written from, and how a moment and an answer stand on paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from ldis.casefile.redaction import Fact
from ldis.cases.answers import Ahead, read_ahead
from ldis.cases.models import Case
from ldis.cases.policy import Policy
from ldis.issuing import queries as issuing
from ldis.issuing.models import Alert
from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.photos import queries as photos
from ldis.photos.models import Photo
from ldis.submissions import queries as submissions
from ldis.submissions.models import IncidentReport, LabResult
from ldis.worktime import LONDON


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
    ahead: Ahead

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
    everything = [*reports, *(one for several in merged.values() for one in several)]
    keys = {one.submission_key for one in everything}
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
        ahead=read_ahead(session, everything, results),
    )


def moment(at: datetime | None) -> str:
    """A moment as it stands on paper, with its offset."""
    return at.astimezone(LONDON).isoformat(timespec="seconds") if at else ""


def as_facts(pairs: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """Questions with their answers, without those that were not answered."""
    return tuple(Fact(question, str(answer)) for question, answer in pairs if answer)


def plain(words: str) -> str:
    """An answer without the marks that a page puts into it."""
    return words.striptags() if isinstance(words, Markup) else words
