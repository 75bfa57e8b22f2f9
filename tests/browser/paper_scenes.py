"""The part of the stage on which there are reviews, and reports before and after they are signed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import indicators
from ldis.indicators.dictionary import read_dictionary
from ldis.indicators.figures import months_earlier
from ldis.indicators.models import FigureFile, Reading
from ldis.people import queries as people
from ldis.people.access import Actor
from ldis.reporting import service as reports
from ldis.reporting import views
from ldis.reporting.models import Report, Section, Sort
from ldis.reviews.models import Recommendation, Review

TEXT = "Kits given out: {figure: naloxone_supplied}.\n\n{chart: naloxone_supplied}\n\n- one\n    - deeper\n- two"


@dataclass(frozen=True)
class PaperScenes:
    """What stands in addresses."""

    review: int
    recommendation: int
    report: int
    section: int
    signed: int
    long_file: int


def papers(session: Session, lead: Actor, *, now: datetime) -> PaperScenes:
    """What the demonstration begins with, and an annual report that its owner has signed."""

    def first(kind: type[Review | Recommendation | Report | Section]) -> int:
        found = session.scalars(select(kind.id).order_by(kind.id)).first()
        assert found is not None
        return found

    return PaperScenes(
        review=first(Review),
        recommendation=first(Recommendation),
        report=first(Report),
        section=first(Section),
        signed=_signed(session, lead, now=now),
        long_file=_long_file(session, lead, now=now),
    )


def _signed(session: Session, lead: Actor, *, now: datetime) -> int:
    outline = {"title": "Annual report", "sections": [["Progress", TEXT], ["Authors", "*All of us*."]]}
    ends_on = months_earlier(now.date(), 1)
    report = reports.begin(session, Sort.ANNUAL, ends_on=ends_on, outline=outline, actor=lead, now=now)
    owner = people.person_of(session, lead.id, partnership_id=lead.partnership_id)
    reports.send(session, report, owner, problems=[], seen_version=1, link="", actor=lead, now=now)
    dictionary = read_dictionary(indicators.read())
    here = {"partnership_id": lead.partnership_id}
    sources = views.sources_of(session, dictionary, until=ends_on, today=now.date(), **here)
    whole = views.whole(report, sources)
    assert whole.problems == []
    paper = views.paper_of(report, whole, place=lead.partnership_name, status="signed")
    said = {"problems": [], "statement": "I have read it.", "seen_version": 2}
    reports.sign(session, report, paper, actor=lead, now=now, **said)
    return report.id


def _long_file(session: Session, lead: Actor, *, now: datetime) -> int:
    """A long file of figures that the worker has read, with something wrong in its last line."""
    file = FigureFile(
        partnership_id=lead.partnership_id,
        file_name="all-the-years.csv",
        content=b"Indicator",
        uploaded_by=lead.label,
        uploaded_at=now,
        reading=Reading.READ,
        rows_read=48_211,
        new=47_900,
        changed=300,
        faults=[[48_212, "Value", "Enter a number, like 842 or 31.1."]],
    )
    session.add(file)
    session.flush()
    return file.id
