"""The panel of a case: called, met, reminded; and the calendar file of its meeting."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for

from ldis.cases.access import REVIEWERS, policy, the_case
from ldis.cases.models import Case
from ldis.convening import chasing, meetings, queries, service
from ldis.convening.calendars import Method
from ldis.convening.rules import Member
from ldis.convening.schemas import CallSchema, Meets, RemindSchema
from ldis.convening.views import convening
from ldis.db import utc_now
from ldis.errors import NotFound
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import LONDON, commits, current_app, form_for, load_form, notice, redraws, render, session

pages = Blueprint("convening", __name__)


@pages.get("/cases/<reference>/panel")
@open_to(*REVIEWERS)
def panel(reference: str) -> Any:
    """Who sits on the panel, how far each has got, and what is still to be asked of whom."""
    case, actor = the_case(reference), current_person()
    context = convening(session, case, actor, policy=policy(), now=utc_now())
    callable_now = [place.member for place in context["places"] if _can_be_called(place.member)]
    asks = context["may_call"] or context["may_ask"]
    return render(
        "convening/panel.html",
        case=case,
        now=utc_now(),
        callable=callable_now,
        form=_form(case, callable_now, first=context["may_call"]) if asks else None,
        brief=queries.brief_of(session, case),
        **context,
    )


def _can_be_called(member: Member) -> bool:
    return member.called is None and not member.done


def _form(case: Case, members: list[Member], *, first: bool) -> Any:
    """The form, with everybody ticked for the first call, and the meeting as it stands."""
    meeting = queries.meeting_of(session, case)
    stands = meeting is not None and meeting.cancelled_at is None
    starts_at = meeting.starts_at.astimezone(LONDON) if meeting is not None else None
    return form_for(
        CallSchema,
        seen_version=case.version,
        seen_sequence=meeting.sequence if meeting is not None else -1,
        members=[member.person_id for member in members] if first else [],
        meets=Meets.YES if stands else Meets.NO,
        meeting_on=starts_at.date() if starts_at else None,
        meeting_at=f"{starts_at:%H:%M}" if starts_at else "",
        minutes=meeting.minutes if meeting is not None else 30,
        place=meeting.place if meeting is not None else "",
        choices={
            "members": [(one.person_id, f"{one.discipline.value.capitalize()}: {one.name}") for one in members]
        },
    )


@pages.post("/cases/<reference>/panel")
@open_to(Role.COORDINATOR)
@redraws(panel)
@commits
def call(reference: str) -> Any:
    """Call members of the panel, and set, move or cancel their meeting."""
    form = load_form(CallSchema)
    service.call_panel(
        session,
        reference,
        form,
        policy=policy(),
        actor=current_person(),
        public_url=current_app.config["PUBLIC_URL"],
        now=utc_now(),
    )
    notice("It is on its way to the members. You see here who has seen it.")
    return redirect(url_for("convening.panel", reference=reference))


@pages.post("/cases/<reference>/panel/remind")
@open_to(Role.COORDINATOR)
@redraws(panel)
@commits
def remind(reference: str) -> Any:
    """Remind one member."""
    form = load_form(RemindSchema)
    reminded = chasing.chase_by_hand(
        session,
        reference,
        form.member,
        policy=policy(),
        actor=current_person(),
        public_url=current_app.config["PUBLIC_URL"],
        now=utc_now(),
    )
    notice(f"{reminded.name} is reminded.")
    return redirect(url_for("convening.panel", reference=reference))


@pages.get("/cases/<reference>/meeting.ics")
@open_to(*REVIEWERS)
def meeting_file(reference: str) -> Any:
    """The meeting for one's own calendar."""
    case = the_case(reference)
    meeting = queries.meeting_of(session, case)
    if meeting is None:
        raise NotFound("The panel does not meet about this case.")
    method = Method.CANCEL if meeting.cancelled_at else Method.PUBLISH
    text = meetings.file_of(case, meeting, method, public_url=current_app.config["PUBLIC_URL"])
    response = Response(text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{case.reference}.ics"'
    return response
