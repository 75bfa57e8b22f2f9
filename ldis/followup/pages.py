"""The reporter's pages: follow a report with a code, add to it, answer a question; and one's own reports."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, current_app, redirect, request, url_for
from flask import session as cookie

from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.followup import queries, service, tracking
from ldis.followup.rules import REPORTER, WAY_IN_LASTS, photos_in_words, read_address
from ldis.followup.schemas import AnswerSchema, Follow, FollowSchema, UpdateSchema
from ldis.followup.views import story_of
from ldis.people.access import EVERYONE, SIGNED_IN, current_person, digest_of, open_to, person_or_none
from ldis.people.rules import CODE_LASTS
from ldis.people.schemas import CodeSchema
from ldis.people.security import count_sending, count_try, steady
from ldis.photos.sending import asked as photos_asked
from ldis.photos.sending import load_photos, takes_photos
from ldis.submissions.models import IncidentReport
from ldis.submissions.rules import tidy_reference
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("followup", __name__)

View = TypeVar("View", bound=Callable[..., Any])

ASKED_FOR, WAY_IN = "following", "follows"
WRONG_CODE = "That code is not right, or no longer works. Check the newest message, or ask for a new code."


def of_a_followed_report(view: View) -> View:
    """Hand the report of the address to the view; whoever may not see it is led to its page, and so to the code."""

    @wraps(view)
    def followed_by_them(reference: str, **others: Any) -> Any:
        report = followed(reference)
        if report is None:
            return redirect(url_for("followup.show", reference=reference))
        return view(report, **others)

    return cast(View, followed_by_them)


@pages.get("/report/track")
@open_to(EVERYONE)
def track() -> Any:
    """The first step: which report, and where should the code go?"""
    return render(
        "followup/track.html", form=form_for(FollowSchema, reference=request.args.get("reference", "")[:40])
    )


@pages.post("/report/track")
@open_to(EVERYONE)
@redraws(track)
@steady
@commits
def ask_code() -> Any:
    """Send a code; the answer is the same whether or not the report was left with this address."""
    claim = load_form(FollowSchema)
    count_try("follow", claim.address.address)
    tracking.send_code(session, claim, now=utc_now())
    cookie[ASKED_FOR] = [claim.reference, claim.address.address]
    return redirect(url_for("followup.code"))


@pages.get("/report/track/code")
@open_to(EVERYONE)
def code() -> Any:
    """The second step: what does the message say?"""
    claim = claimed()
    if claim is None:
        return redirect(url_for("followup.track"))
    return render(
        "followup/code.html",
        form=form_for(CodeSchema),
        claim=claim,
        minutes=CODE_LASTS // timedelta(minutes=1),
    )


@pages.post("/report/track/code")
@open_to(EVERYONE)
@redraws(code)
@steady
def enter_code() -> Any:
    """Open the report with the code. A wrong one is refused, and remembered as tried."""
    claim = claimed()
    if claim is None:
        return redirect(url_for("followup.track"))
    entered = load_form(CodeSchema)
    count_try("follow with code", claim.address.address)
    report = _checked(claim, entered.code)
    if report is None:
        raise Invalid({"code": [WRONG_CODE]})
    cookie.pop(ASKED_FOR, None)
    cookie[WAY_IN] = [report.reference, int(time.time() + WAY_IN_LASTS.total_seconds())]
    return redirect(url_for("followup.show", reference=report.reference))


@commits
def _checked(claim: Follow, typed: str) -> IncidentReport | None:
    """Kept before the page refuses: a wrong try wears the code out."""
    return tracking.check_code(session, claim, typed, now=utc_now())


@pages.get("/report/track/<reference>")
@open_to(EVERYONE)
def show(reference: str) -> Any:
    """Where a report stands, what was asked and added; whoever may not see it is led to the code."""
    report = followed(reference)
    if report is None:
        return redirect(url_for("followup.track", reference=tidy_reference(reference) or ""))
    return render(
        "followup/show.html",
        story=story_of(session, report, clocks=current_app.extensions["ldis.policy"].clocks, now=utc_now()),
        adding=form_for(UpdateSchema, ids="add", submission_key=uuid.uuid4().hex),
        answering=form_for(AnswerSchema, ids="answer", submission_key=uuid.uuid4().hex),
        photos=photos_asked(),
        by_code=person_or_none() is None or not sent_by_person(report),
    )


@pages.post("/report/track/<reference>")
@open_to(EVERYONE)
@redraws(show)
@of_a_followed_report
@commits
def add(report: IncidentReport) -> Any:
    """Add to a report."""
    form = load_form(UpdateSchema)
    count_sending("update")
    service.add_update(session, report, form, by=sender(), now=utc_now())
    notice("Added to your report. Thank you.")
    return redirect(url_for("followup.show", reference=report.reference))


@pages.post("/report/track/<reference>/photos")
@takes_photos
@open_to(EVERYONE)
@redraws(show)
@of_a_followed_report
@commits
def add_photos(report: IncidentReport) -> Any:
    """Add photos to a report. The same file again is the same photo."""
    count_sending("update")
    added = service.add_photos(session, report, load_photos(), by=sender(), now=utc_now())
    notice(f"{photos_in_words(added)} Thank you.")
    return redirect(url_for("followup.show", reference=report.reference))


@pages.post("/report/track/<reference>/answer/<int:question_id>")
@open_to(EVERYONE)
@redraws(show)
@of_a_followed_report
@commits
def answer_here(report: IncidentReport, question_id: int) -> Any:
    """Answer a question on the page of the report."""
    question = queries.question_numbered(session, question_id, report)
    form = load_form(AnswerSchema)
    count_sending("update")
    service.answer(session, question, form, by=sender(), now=utc_now())
    notice("Your answer has arrived. Thank you.")
    return redirect(url_for("followup.show", reference=report.reference))


@pages.post("/report/track/finish")
@open_to(EVERYONE)
def finish() -> Any:
    """Close the way in on this device: phones and desks are shared."""
    cookie.pop(WAY_IN, None)
    notice("The report is closed on this device.")
    return redirect(url_for("followup.track"))


@pages.get("/report/mine")
@open_to(SIGNED_IN)
def mine() -> Any:
    """The reports that the person sent."""
    return render("followup/mine.html", reports=queries.reports_by(session, current_person()))


@pages.get("/report/answer/<token>")
@open_to(EVERYONE)
def question(token: str) -> Any:
    """A question, and a box for the answer. Looking changes nothing: mail scanners follow links too."""
    asked = queries.question_with(session, digest_of(token))
    return render(
        "followup/question.html",
        question=asked,
        open=utc_now() <= asked.expires_at,
        form=form_for(AnswerSchema, submission_key=uuid.uuid4().hex),
    )


@pages.post("/report/answer/<token>")
@open_to(EVERYONE)
@redraws(question)
@commits
def answer(token: str) -> Any:
    """Answer a question through its link."""
    form = load_form(AnswerSchema)
    count_sending("answer")
    service.answer_by_link(session, token, form, now=utc_now())
    notice("Your answer has arrived. Thank you.")
    return redirect(url_for("followup.question", token=token))


def claimed() -> Follow | None:
    """Which report a code was asked for on this device, and where it went."""
    reference, written = cookie.get(ASKED_FOR) or ("", "")
    address = read_address(written)
    return Follow(reference, address) if address else None


def followed(reference: str) -> IncidentReport | None:
    """The report of an address, if it was opened with a code in the last half hour or is the person's own."""
    tidied = tidy_reference(reference)
    report = queries.report_to_follow(session, tidied) if tidied else None
    if report is None:
        return None
    opened, until = cookie.get(WAY_IN) or ("", 0)
    with_code = opened == report.reference and time.time() < until
    return report if with_code or sent_by_person(report) else None


def sent_by_person(report: IncidentReport) -> bool:
    """Whether somebody is signed in whose report it is."""
    person = person_or_none()
    return person is not None and queries.is_by(report, person)


def sender() -> str:
    """How whoever adds something is named in records."""
    person = person_or_none()
    return person.label if person else REPORTER
