"""Back-tests: a detector replayed on history as it was known on each day, and what it would have said."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from detection import backtest, ears, ewma, simulation
from detection.backtest import Detector, Happening, History, Outcome
from detection.settings import SignalSettings
from ldis import work
from ldis.audit import service as audit
from ldis.cases.models import Case, Evidence
from ldis.cases.rules import Outcome as Decided
from ldis.errors import NotFound
from ldis.people.access import Actor
from ldis.signals import live
from ldis.signals.by_counts import assess, speaks
from ldis.signals.counting import Series
from ldis.signals.models import SignalTrial
from ldis.signals.schemas import Trial, TrialOf
from ldis.submissions.models import IncidentReport, speaks_for_itself
from ldis.worktime import LONDON

GRACE = 7
"""An alarm so many days after the last event of a case still belongs to it."""

SIMULATED_SERIES = 400
SIMULATED_YEARS = 2
SEED = 1
STEP = 5
"""After how many per cent progress is written down."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Past:
    """What is replayed: the events, what was real among them, and from which column the detector is judged."""

    series: Sequence[Series]
    history: History
    happenings: Sequence[Happening]
    first: int


def ask(session: Session, trial: Trial, policy: SignalSettings, *, actor: Actor, now: datetime) -> SignalTrial:
    """Note a back-test, and have a worker run it."""
    row = begin(session, trial, policy, actor=actor, now=now)
    work.defer(session, "signals.try_out", trial_id=row.id)
    return row


def begin(session: Session, trial: Trial, policy: SignalSettings, *, actor: Actor, now: datetime) -> SignalTrial:
    """Note a back-test, for whoever runs it next."""
    used = live.settings_of(session, policy, partnership_id=actor.partnership_id)
    settings = live.values_of(used) | trial.as_settings()
    row = SignalTrial(
        partnership_id=actor.partnership_id,
        asked_at=now,
        asked_by=actor.name,
        detector=trial.of.value,
        settings=settings,
        done_percent=0,
        fault="",
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        "back-test asked for",
        f"trial/{row.id}",
        actor=actor.label,
        partnership_id=actor.partnership_id,
        detail={"detector": row.detector, "settings": settings},
    )
    return row


def trials_of(session: Session, *, partnership_id: int, most: int = 50) -> Sequence[SignalTrial]:
    """The back-tests of a partnership, the newest first."""
    question = select(SignalTrial).where(SignalTrial.partnership_id == partnership_id)
    return session.scalars(question.order_by(SignalTrial.id.desc()).limit(most)).all()


def the_trial(session: Session, trial_id: int, *, partnership_id: int) -> SignalTrial:
    """A back-test of a partnership; NotFound elsewhere."""
    trial = session.get(SignalTrial, trial_id)
    if trial is None or trial.partnership_id != partnership_id:
        raise NotFound("We cannot find this back-test.")
    return trial


def run(sessions: Callable[[], Session], trial_id: int, policy: SignalSettings, *, now: datetime) -> None:
    """Run a back-test that was asked for; once, and with its progress written down. What fails says so."""
    with sessions() as session:
        trial = session.get_one(SignalTrial, trial_id)
        if trial.finished_at is not None:
            return
        settings, detector, partnership_id = dict(trial.settings), TrialOf(trial.detector), trial.partnership_id
        past = past_of(session, settings, partnership_id=partnership_id, now=now)
    values: dict[str, Any]
    try:
        outcome = judge(
            past,
            detector,
            live.with_values(policy, settings),
            progress=lambda done: _note(sessions, trial_id, done),
        )
        values = {"outcome": as_kept(outcome, past), "done_percent": 100}
    except Exception:
        logger.exception("back-test %s broke off", trial_id)
        values = {"fault": "It broke off. Tell whoever runs the service."}
    with sessions() as session, session.begin():
        session.execute(update(SignalTrial).where(SignalTrial.id == trial_id).values(finished_at=now, **values))


def past_of(session: Session, settings: Mapping[str, Any], *, partnership_id: int, now: datetime) -> Past:
    """The history that a back-test asks for: what is stored, or invented with a cluster in every series."""
    if settings["history"] == "simulated":
        return _simulated(float(settings["weekly"]), settings["of"])
    return stored(session, partnership_id=partnership_id, days=int(settings["days"]), now=now)


def stored(session: Session, *, partnership_id: int, days: int, now: datetime) -> Past:
    """Every report of the partnership with the day it came in, and the cases that came of them."""
    today = now.astimezone(LONDON).date()
    begin = today - timedelta(days=days + 365)
    rows = session.execute(
        select(
            IncidentReport.id,
            IncidentReport.area_code,
            IncidentReport.substance_class,
            IncidentReport.happened_on,
            IncidentReport.received_at,
            IncidentReport.harm_level,
        ).where(
            IncidentReport.partnership_id == partnership_id,
            IncidentReport.happened_on >= begin,
            IncidentReport.happened_on <= today,
            speaks_for_itself(),
        )
    ).all()
    series = sorted({Series(row.area_code, row.substance_class) for row in rows})
    place = {one: number for number, one in enumerate(series)}
    happened = np.array([(row.happened_on - begin).days for row in rows], dtype=np.int64)
    known = np.array([(row.received_at.astimezone(LONDON).date() - begin).days for row in rows], dtype=np.int64)
    of = np.array([place[Series(row.area_code, row.substance_class)] for row in rows], dtype=np.int64)
    history = History(len(series), (today - begin).days + 1, of, happened, np.maximum(known, happened))
    at = {row.id: (int(o), int(h)) for row, o, h in zip(rows, of, happened, strict=True)}
    first = max(int(known.min()) if rows else 365, 365)
    return Past(series, history, _cases(session, partnership_id, at, begin), min(first, history.days - 1))


def judge(
    past: Past, of: TrialOf, settings: SignalSettings, *, progress: Callable[[int], None] = lambda _: None
) -> Outcome:
    """Replay, join into episodes, and hold them against what was real."""
    detector = _reporting(_detector(of, settings), past.history.days - past.first, progress)
    spoke = backtest.replay(past.history, detector, first=past.first)
    return backtest.judge(spoke, past.happenings, first=past.first, gap=settings.method.gap, grace=GRACE)


def as_kept(outcome: Outcome, past: Past) -> dict[str, Any]:
    """The result as plain values, to be shown and compared."""
    delays = [delay for delay in outcome.delays if delay is not None]
    return {
        "series": len(past.series),
        "days": past.history.days - past.first,
        "events": int(past.history.of.size),
        "episodes": len(outcome.episodes),
        "false_a_year": round(outcome.false_a_year, 3),
        "review_load": round(outcome.review_load, 2),
        "happenings": len(outcome.delays),
        "seen": len(delays),
        "median_delay": float(np.median(delays)) if delays else None,
        "gained": sorted(outcome.gained),
        "median_gained": float(np.median(outcome.gained)) if outcome.gained else None,
    }


def _detector(of: TrialOf, settings: SignalSettings) -> Detector:
    daily: dict[TrialOf, Callable[[Any], NDArray[np.bool_]]] = {
        TrialOf.EARS: ears.alarms,
        TrialOf.EWMA: ewma.alarms,
        TrialOf.TWO_DEVIATIONS: ears.weekly_alarms,
    }
    if of in daily:
        return lambda counts, ends: daily[of](counts)[:, ends]
    if of is TrialOf.TOGETHER:
        spells = [(spell.events, -(-spell.hours // 24)) for spell in settings.rules.spells]
        return lambda counts, ends: _together(counts, spells)[:, ends]
    return lambda counts, ends: speaks(assess(counts, ends, settings), settings)


def _together(counts: NDArray[np.integer], spells: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """So many events within so many days: the rule for severe events, on counts a day."""
    total = np.concatenate([np.zeros((counts.shape[0], 1), dtype=np.int64), counts.cumsum(axis=1)], axis=1)
    day = np.arange(counts.shape[1])
    said = np.zeros(counts.shape, dtype=np.bool_)
    for events, days in spells:
        said |= total[:, day + 1] - total[:, np.maximum(day + 1 - days, 0)] >= events
    return said & (counts > 0)


def _reporting(detector: Detector, calls: int, progress: Callable[[int], None]) -> Detector:
    done = {"calls": 0, "said": 0}

    def asked(counts: Any, ends: Any) -> NDArray[np.bool_]:
        done["calls"] += 1
        percent = min(100 * done["calls"] // max(calls, 1), 99)
        if percent >= done["said"] + STEP:
            done["said"] = percent
            progress(percent)
        return detector(counts, ends)

    return asked


def _note(sessions: Callable[[], Session], trial_id: int, percent: int) -> None:
    with sessions() as session, session.begin():
        session.execute(update(SignalTrial).where(SignalTrial.id == trial_id).values(done_percent=percent))


def _cases(
    session: Session, partnership_id: int, at: Mapping[int, tuple[int, int]], begin: date
) -> list[Happening]:
    """Each case that did not end in no further action, in each series that its reports are of."""
    found: dict[tuple[int, int], list[int]] = {}
    opened: dict[int, int] = {}
    rows = session.execute(
        select(Case, Evidence.report_id)
        .join(Evidence, Evidence.case_id == Case.id)
        .where(Case.partnership_id == partnership_id, Evidence.report_id.is_not(None))
    )
    for case, report_id in rows:
        if report_id is not None and report_id in at and not _came_to_nothing(case):
            series, day = at[report_id]
            found.setdefault((case.id, series), []).append(day)
            opened[case.id] = (case.opened_at.astimezone(LONDON).date() - begin).days
    return [
        Happening(series, min(days), max(days), case_on=opened[case_id])
        for (case_id, series), days in sorted(found.items())
    ]


def _came_to_nothing(case: Case) -> bool:
    return bool(case.decisions) and case.decisions[-1].outcome is Decided.NO_ACTION


def _simulated(weekly: float, of: str) -> Past:
    """Quiet years at a rate, and four cases within two days put into every other series two months before the end."""
    rng = np.random.default_rng(SEED)
    days, first = SIMULATED_YEARS * 365 + 20, 385
    counts = simulation.quiet_years(rng, series=SIMULATED_SERIES, days=days, weekly=weekly)
    struck = days - 60
    counts[1::2] = simulation.with_cases(rng, counts[1::2], at=struck, cases=4, within=2)
    happenings = [Happening(row, struck, struck + 1) for row in range(1, SIMULATED_SERIES, 2)]
    series = [Series(f"invented {row}", of) for row in range(SIMULATED_SERIES)]
    return Past(series, History.at_once(counts), happenings, first)
