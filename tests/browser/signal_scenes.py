"""Signals for the stage: one that waits, one that a case was opened from, and a back-test that came to its end."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ldis.cases.models import Evidence
from ldis.cases.policy import Policy
from ldis.people.access import Actor
from ldis.people.models import Partnership
from ldis.signals import service, trials
from ldis.signals.register import register
from ldis.signals.rules import ALL_KINDS, Detector, Family, Found, Piece
from ldis.signals.schemas import Trial, TrialOf
from ldis.submissions import results
from ldis.submissions.models import IncidentReport, LabResult
from ldis.submissions.rules import Finding, Part, Purpose, Stage, Technique
from ldis.submissions.schemas import ComponentForm, LabResultForm
from ldis.substances.names import Names
from ldis.worktime import LONDON


def signals(
    session: Session, place: Partnership, names: Names, *, actor: Actor, now: datetime
) -> tuple[int, int, int]:
    """More of something than usual and a cluster, which wait; and a first sighting, of which a case was opened."""
    today = now.astimezone(LONDON).date()
    free = select(IncidentReport).where(~exists().where(Evidence.report_id == IncidentReport.id))
    reports = session.scalars(free.order_by(IncidentReport.received_at.desc()).limit(4)).all()
    result = _result(session, place, names, area=reports[0].area_code, now=now)
    more = Found(
        family=Family.MORE,
        about=reports[0].substance_class,
        areas=(reports[0].area_code,),
        first_day=today - timedelta(days=2),
        last_day=today,
        detectors=frozenset({Detector.PREDICTIVE}),
        evidence=frozenset(Piece("report", one.id) for one in reports),
        numbers={
            "observed": len(reports),
            "expected": 0.3,
            "low": 0,
            "high": 1,
            "days": 3,
            "history": 365,
            "chance": 0.0004,
            "limit": 0.002,
            "dispersion": 1.0,
            "q": 0.01,
        },
    )
    first = Found(
        family=Family.SIGHTING,
        about="nitazene",
        areas=(reports[0].area_code,),
        first_day=today,
        last_day=today,
        detectors=frozenset({Detector.FIRST_SIGHTING, Detector.ANYWHERE, Detector.NOT_AS_SOLD}),
        evidence=frozenset({Piece("result", result.id)}),
        kinds=("Metonitazene",),
        urgent=True,
    )
    cluster = Found(
        family=Family.CLUSTER,
        about=ALL_KINDS,
        areas=(reports[0].area_code,),
        first_day=today - timedelta(days=1),
        last_day=today,
        detectors=frozenset({Detector.SCAN}),
        evidence=more.evidence,
        numbers={"observed": len(reports), "expected": 1.2, "days": 2, "chance": 0.005, "recurrence": 200},
    )
    waiting, other, opened = register(
        session, [more, cluster, first], partnership_id=actor.partnership_id, gap=7, now=now
    )
    service.open_case(
        session,
        opened.id,
        title="Metonitazene in a tablet sold as diazepam",
        reason="It was never seen here.",
        seen_version=opened.version,
        actor=actor,
        now=now,
    )
    return waiting.id, other.id, opened.id


def _result(session: Session, place: Partnership, names: Names, *, area: str, now: datetime) -> LabResult:
    form = LabResultForm(
        sample_reference="EX-SIGNAL",
        laboratory="Example University",
        purpose=Purpose.INTELLIGENCE,
        stage=Stage.PRELIMINARY,
        technique=Technique.LC_MS,
        sold_as="diazepam",
        area_code=area,
        reported_on=now.astimezone(LONDON).date(),
        finding=Finding.FOUND,
        components=(ComponentForm(substance="metonitazene", part=Part.MAIN),),
    )
    return results.submit_result(
        session, form, place=place.place, names=names, vouched_for=True, key="signal", by="scenes", now=now
    )


def trial(session: Session, policy: Policy, *, actor: Actor, now: datetime) -> int:
    """A back-test with an outcome."""
    wanted = Trial(of=TrialOf.PREDICTIVE, history="own", days=365, budget=2.0)
    row = trials.begin(session, wanted, policy.signals, actor=actor, now=now - timedelta(hours=1))
    row.finished_at, row.done_percent = now, 100
    row.outcome = {
        "series": 42,
        "days": 365,
        "events": 310,
        "episodes": 31,
        "false_a_year": 0.61,
        "review_load": 2.58,
        "happenings": 7,
        "seen": 6,
        "median_delay": 1.0,
        "gained": [1, 2, 5],
        "median_gained": 2.0,
    }
    return row.id
