"""Exercises on pages: begin one with a decided case, and read at its end how long it took and who was silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.cases.panel import decided_outcome
from ldis.contacts.models import Contact
from ldis.db import utc_now
from ldis.errors import NotFound
from ldis.issuing import queries as issuing
from ldis.issuing import service
from ldis.issuing.models import Alert, AlertRecipient
from ldis.issuing.rules import ALLOWS, AUTHORS, OVERSEERS
from ldis.people.access import current_person, open_to
from ldis.people.models import Organisation
from ldis.reach import queries
from ldis.reach.models import Acknowledgement
from ldis.reach.rules import coverage
from ldis.substances.access import vocabulary
from ldis.web import commits, current_app, notice, render, session

pages = Blueprint("exercises", __name__)

NEWEST = 20


@dataclass(frozen=True)
class Times:
    """How long each part of an exercise took; nothing where it has not come to that."""

    to_approve: timedelta | None
    to_first_word: timedelta | None
    to_half_of_the_words: timedelta | None


@pages.get("/exercises")
@open_to(*OVERSEERS)
def index() -> Any:
    """The exercises so far, and the cases with which one can be held."""
    person = current_person()
    return render(
        "reach/exercises.html",
        exercises=exercises_of(session, partnership_id=person.partnership_id),
        cases=cases_to_play(session, partnership_id=person.partnership_id),
        may_begin=person.holds(*AUTHORS),
    )


@pages.post("/exercises/from/<reference>")
@open_to(*AUTHORS)
@commits
def begin(reference: str) -> Any:
    """Begin an exercise: an alert that can only reach those who take part."""
    alert = service.start(
        session,
        reference,
        actor=current_person(),
        now=utc_now(),
        public_url=current_app.config["PUBLIC_URL"],
        entries=vocabulary().catalogue.entries,
        is_exercise=True,
    )
    notice("The exercise has begun. From here on everything is as it is with a real alert.")
    return redirect(url_for("issuing.edit", reference=alert.reference))


@pages.get("/exercises/<reference>")
@open_to(*OVERSEERS)
def report(reference: str) -> Any:
    """How an exercise went: times, reach, who was silent."""
    alert = issuing.the_alert(session, reference, partnership_id=current_person().partnership_id)
    if not alert.is_exercise:
        raise NotFound("We cannot find this exercise.")
    told = queries.told(session, alert)
    words = sorted(one.acknowledged_at for one in told if one.acknowledged_at is not None)
    return render(
        "reach/exercise.html",
        alert=alert,
        reach=coverage(told),
        times=times_of(alert, words),
        words=len(words),
        lasted=lasted,
        silent=silent_in(session, alert),
    )


def exercises_of(session: Session, *, partnership_id: int) -> Sequence[Alert]:
    """The newest exercises."""
    return session.scalars(
        select(Alert)
        .where(Alert.partnership_id == partnership_id, Alert.is_exercise.is_(True))
        .order_by(Alert.id.desc())
        .limit(NEWEST)
    ).all()


def cases_to_play(session: Session, *, partnership_id: int) -> list[Case]:
    """Decided cases about which an alert may be written, the newest first."""
    cases = session.scalars(
        select(Case)
        .where(Case.partnership_id == partnership_id, Case.state.in_(issuing.DECIDED))
        .order_by(Case.id.desc())
        .limit(NEWEST)
    ).all()
    return [case for case in cases if decided_outcome(case) in ALLOWS]


def silent_in(session: Session, alert: Alert) -> list[tuple[str, str]]:
    """Who was told and has not said so, each with where they work."""
    rows = session.execute(
        select(Contact.name, Organisation.name)
        .join(AlertRecipient, AlertRecipient.contact_id == Contact.id)
        .outerjoin(Organisation, Organisation.id == AlertRecipient.organisation_id)
        .outerjoin(Acknowledgement, Acknowledgement.recipient_id == AlertRecipient.id)
        .where(AlertRecipient.alert_id == alert.id, Acknowledgement.id.is_(None))
        .order_by(Organisation.name.nulls_last(), Contact.name)
    )
    return [(name, place or "") for name, place in rows]


def times_of(alert: Alert, words: Sequence[datetime]) -> Times:
    """How long an exercise took to be approved, and from then on to be answered. `words` are in their order."""
    sent = alert.issued_at
    if sent is None:
        return Times(None, None, None)
    waited = [word - sent for word in words]
    return Times(
        to_approve=sent - alert.drafted_at,
        to_first_word=waited[0] if waited else None,
        to_half_of_the_words=waited[(len(waited) - 1) // 2] if waited else None,
    )


def lasted(time: timedelta | None) -> str:
    """A length of time in words, to the minute."""
    if time is None:
        return "Not yet"
    minutes = max(0, round(time.total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
