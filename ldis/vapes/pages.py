"""The page on which a school's office reports a vape."""

import uuid
from typing import Any, cast

from flask import Blueprint, redirect, request

from ldis.db import utc_now
from ldis.people import queries as people
from ldis.people.access import EVERYONE, open_to
from ldis.people.models import Partnership
from ldis.people.security import count_sending
from ldis.photos.sending import keep_photos, load_with_photos, takes_photos
from ldis.submissions.checking import Step, draw, step
from ldis.submissions.pages import areas_of, filled_in, link, page_after, sender
from ldis.submissions.reports import check_area, take_in_photos
from ldis.submissions.rules import Setting
from ldis.substances.access import known_names
from ldis.vapes import service
from ldis.vapes.crossing import as_of_a_vape
from ldis.vapes.schemas import VapeForm, VapeSchema
from ldis.web import Form, commits, form_for, keep_typed, kept_for_going_back, redraws, session

pages = Blueprint("vapes", __name__)


@pages.get("/report/<slug>/vape")
@open_to(EVERYONE)
@kept_for_going_back
def report(slug: str) -> Any:
    """Tell us about a vape."""
    partnership = people.partnership_called(session, slug)
    return draw("vapes/report.html", vape_form(partnership), partnership, link=link())


@pages.post("/report/<slug>/vape")
@takes_photos
@open_to(EVERYONE)
@kept_for_going_back
@redraws(report)
@commits
def send(slug: str) -> Any:
    """Show the answers to be checked, then take them in as a vape report; the same form twice is one report."""
    keep_typed(VapeSchema, as_of_a_vape(request.form))
    asked_for = step()
    count_sending(asked_for.value)
    if asked_for is Step.CHANGE:
        keep_photos(slug, by=sender())
        return report(slug)
    form = cast(VapeForm, load_with_photos(VapeSchema, slug, by=sender()))
    partnership = people.partnership_called(session, slug)
    if asked_for is Step.CHECK:
        check_area(form.incident, partnership.place)
        return draw("submissions/check.html", vape_form(partnership), partnership)
    taken = service.submit_vape(
        session,
        form,
        place=partnership.place,
        names=known_names(partnership.place),
        key=form.incident.submission_key or uuid.uuid4().hex,
        by=sender(),
        now=utc_now(),
    )
    take_in_photos(session, taken, by=sender(), now=utc_now())
    return redirect(page_after(taken, slug))


def vape_form(partnership: Partnership) -> Form:
    """The questions of a vape report."""
    return form_for(VapeSchema, choices=areas_of(partnership), **known_of(partnership))


def known_of(partnership: Partnership) -> dict[str, Any]:
    """What need not be asked. An organisation that a link fills in is the school."""
    followed = link()
    school = followed.reporter_organisation if followed else None
    return {"setting": Setting.SCHOOL} | filled_in(partnership) | {"school_name": school}
