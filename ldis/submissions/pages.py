"""The front door: choose a partnership, send a report or a result, get a reference."""

import uuid
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for

from ldis.db import utc_now
from ldis.deadlines import answer_by, assess_by
from ldis.people import queries as people
from ldis.people.access import EVERYONE, Actor, open_to, person_or_none
from ldis.people.models import Partnership
from ldis.people.rules import Place
from ldis.people.security import count_sending
from ldis.photos.sending import keep_photos, load_with_photos, takes_photos
from ldis.submissions import reports, results
from ldis.submissions.checking import Step, draw, step
from ldis.submissions.just_sent import meant_by, word_for
from ldis.submissions.prefill import FilledIn, unsealed
from ldis.submissions.rules import spoken, tidy_reference
from ldis.submissions.schemas import IncidentSchema, LabResultSchema
from ldis.substances.access import known_names
from ldis.web import Form, commits, form_for, keep_typed, kept_for_going_back, load_form, redraws, render, session
from ldis.web.dates import day_by_name

pages = Blueprint("submissions", __name__)

FORMS = {"incident": "submissions.incident", "vape": "vapes.report", "lab-result": "submissions.lab_result"}
"""The form that each kind of report is sent on."""


@pages.get("/")
@open_to(EVERYONE)
def front() -> Any:
    """The first page: report, check an alert, see the current ones, sign in."""
    return render("submissions/front.html")


@pages.get("/report")
@open_to(EVERYONE)
def choose() -> Any:
    """Whose report is it?"""
    return choose_for("incident")


@pages.get("/report/incident", defaults={"kind": "incident"})
@pages.get("/report/vape", defaults={"kind": "vape"})
@pages.get("/report/lab-result", defaults={"kind": "lab-result"})
@open_to(EVERYONE)
def choose_for(kind: str) -> Any:
    """Choose a partnership, then go on to its form of this kind; with one partnership there is nothing to choose."""
    known = people.partnerships(session)
    if len(known) == 1:
        return redirect(url_for(FORMS[kind], slug=known[0].slug))
    return render("submissions/choose.html", partnerships=known, form_page=FORMS[kind])


@pages.get("/report/<slug>")
@open_to(EVERYONE)
@kept_for_going_back
def incident(slug: str) -> Any:
    """Tell us what happened: six questions."""
    partnership = people.partnership_called(session, slug)
    return draw("submissions/incident.html", incident_form(partnership), partnership, link=link())


@pages.post("/report/<slug>")
@takes_photos
@open_to(EVERYONE)
@kept_for_going_back
@redraws(incident)
@commits
def send_incident(slug: str) -> Any:
    """Show the answers to be checked, then take them in as a report; the same form twice is one report."""
    keep_typed(IncidentSchema)
    asked_for = step()
    count_sending(asked_for.value)
    if asked_for is Step.CHANGE:
        keep_photos(slug, by=sender())
        return incident(slug)
    form = load_with_photos(IncidentSchema, slug, by=sender())
    partnership = people.partnership_called(session, slug)
    if asked_for is Step.CHECK:
        reports.check_area(form, partnership.place)
        return draw("submissions/check.html", incident_form(partnership), partnership)
    taken = reports.submit_report(
        session,
        form,
        place=partnership.place,
        names=known_names(partnership.place),
        key=form.submission_key or uuid.uuid4().hex,
        by=sender(),
        now=utc_now(),
    )
    reports.take_in_photos(session, taken, by=sender(), now=utc_now())
    return redirect(page_after(taken, slug))


@pages.get("/report/<slug>/lab-result")
@open_to(EVERYONE)
@kept_for_going_back
def lab_result(slug: str) -> Any:
    """Send a laboratory result."""
    partnership = people.partnership_called(session, slug)
    return render(
        "submissions/lab_result.html",
        partnership_name=partnership.name,
        partnership=partnership,
        form=form_for(
            LabResultSchema,
            choices=areas_of(partnership),
            submission_key=uuid.uuid4().hex,
            incident_reference=request.args.get("report", ""),
        ),
    )


@pages.post("/report/<slug>/lab-result")
@open_to(EVERYONE)
@redraws(lab_result)
@commits
def send_lab_result(slug: str) -> Any:
    """Take in a laboratory result."""
    keep_typed(LabResultSchema)
    count_sending("result")
    form = load_form(LabResultSchema)
    place = people.partnership_called(session, slug).place
    result = results.submit_result(
        session,
        form,
        place=place,
        names=known_names(place),
        key=form.submission_key or uuid.uuid4().hex,
        by=sender(),
        vouched_for=is_of(place),
        now=utc_now(),
    )
    return redirect(url_for("submissions.received", slug=slug, reference=result.reference, of="result"))


@pages.get("/report/<slug>/received/<reference>")
@open_to(EVERYONE)
def received(slug: str, reference: str) -> Any:
    """The reference, to read and to say, and what happens next. Whoever else opens it learns nothing of the report."""
    partnership = people.partnership_called(session, slug)
    known = tidy_reference(reference)
    return render(
        "submissions/received.html",
        partnership_name=partnership.name,
        partnership=partnership,
        reference=known,
        spoken=spoken(known) if known else "",
        is_result=request.args.get("of") == "result",
        **what_happens_next(known, request.args.get("sent", "")),
    )


def what_happens_next(reference: str | None, word: str) -> dict[str, Any]:
    """How soon what was sent is looked at and answered: by which day for its sender, in general for others."""
    clocks = current_app.extensions["ldis.policy"].clocks
    sent = meant_by(word, reference, now=utc_now()) if reference else None
    if sent is None:
        return {"sent": None, "clocks": clocks}
    return {
        "sent": sent,
        "clocks": clocks,
        "looked_at_by": day_by_name(assess_by(sent.at, risk_to_life=sent.risk_to_life, clocks=clocks)),
        "answer_by": day_by_name(answer_by(sent.at, clocks=clocks)),
    }


def page_after(report: reports.Taken, slug: str) -> str:
    """Where the sender of a report is led: to its reference, with a word by which the page knows them."""
    return url_for("submissions.received", slug=slug, reference=report.reference, sent=word_for(report))


def incident_form(partnership: Partnership) -> Form:
    """The questions of an incident report."""
    return form_for(IncidentSchema, choices=areas_of(partnership), **filled_in(partnership))


def areas_of(partnership: Partnership) -> dict[str, list[tuple[str, str]]]:
    """The areas to choose from."""
    return {"area_code": [(area.code, area.name) for area in partnership.areas]}


def filled_in(partnership: Partnership) -> dict[str, Any]:
    """What need not be asked: the only area, who is signed in, and what a link has filled in."""
    known = {"submission_key": uuid.uuid4().hex}
    if len(partnership.areas) == 1:
        known["area_code"] = partnership.areas[0].code
    person: Actor | None = person_or_none()
    if person:
        known |= {"reporter_name": person.name, "reporter_email": person.email}
        known |= people.reached_at(session, person_id=person.id, partnership_id=partnership.id)
    followed = link()
    return known | followed.answers() if followed else known


def link() -> FilledIn | None:
    """What the link has filled in by which somebody came here, if they did."""
    return unsealed(request.values.get("link"))


def is_of(place: Place) -> bool:
    """Whether somebody of this partnership is signed in. A link on a wall, or a role elsewhere, says nothing here."""
    person = person_or_none()
    return person is not None and person.partnership_id == place.id


def sender() -> str:
    """How the sender is named in the audit record."""
    person, followed = person_or_none(), link()
    if person:
        return person.label
    return followed.by if followed else "open form"
