"""The pages on which a coordinator sees to those who are silent: remind them now, or telephone."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.cases.access import policy
from ldis.contacts.rules import said
from ldis.db import utc_now
from ldis.issuing import queries as issuing
from ldis.issuing.models import Alert, about
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.people.watching import note_seen
from ldis.reach import chasing, service, silence
from ldis.reach.rules import How, by_need
from ldis.reach.schemas import Word
from ldis.web import commits, current_app, notice, redraws, render, session

pages = Blueprint("calling", __name__)


@pages.get("/issuing/<reference>/telephone")
@open_to(Role.COORDINATOR)
def telephone(reference: str) -> Any:
    """Who is silent, with their numbers: to print, and to tick off with a pen or here."""
    alert = _the_alert(reference)
    people = silence.to_telephone(session, alert)
    page = render(
        "reach/telephone.html", alert=alert, groups=by_need(people), now=utc_now(), said=said, count=len(people)
    )
    note_seen(about(alert), as_what="telephone list seen")
    return page


@pages.post("/issuing/<reference>/telephone/<int:recipient_id>")
@open_to(Role.COORDINATOR)
@redraws(telephone)
@commits
def spoken_to(reference: str, recipient_id: int) -> Any:
    """Somebody said on the telephone that they have it."""
    alert = _the_alert(reference)
    recipient = silence.the_recipient(session, alert, recipient_id)
    service.acknowledge(session, recipient, Word(), how=How.TELEPHONE, now=utc_now(), by=current_person().label)
    notice(f"{recipient.contact.name} has it.")
    return redirect(url_for("reach.calling.telephone", reference=reference))


@pages.post("/issuing/<reference>/remind")
@open_to(Role.COORDINATOR)
@commits
def remind(reference: str) -> Any:
    """Remind everybody who got it and is silent, now."""
    written = chasing.remind_now(
        session,
        reference,
        policy=policy().reaching,
        actor=current_person(),
        public_url=current_app.config["PUBLIC_URL"],
        now=utc_now(),
    )
    notice(f"{written} {'person was' if written == 1 else 'people were'} reminded.")
    return redirect(url_for("reach.live", reference=reference))


def _the_alert(reference: str) -> Alert:
    return issuing.the_issued_alert(session, reference, partnership_id=current_person().partnership_id)
