"""The pages of signals: the queue, one signal, the season, and what became of them."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.cases import queries as cases
from ldis.cases.access import REVIEWERS, policy
from ldis.db import utc_now
from ldis.people import queries as people
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.signals import counting, learning, live, queries, service, views
from ldis.signals.by_counts import YEARS_OF_WEEKS, ByCounts
from ldis.signals.rules import Disposition
from ldis.signals.schemas import DismissSchema, JoinSchema, OpenSchema, WatchSchema
from ldis.web import commits, form_for, load_form, notice, redraws, render, session
from ldis.worktime import LONDON

pages = Blueprint("signals", __name__, url_prefix="/signals")


@pages.get("")
@open_to(*REVIEWERS)
def index() -> Any:
    """What waits, what is watched, what was settled lately, and what neighbours see."""
    place = people.partnership_numbered(session, current_person().partnership_id)
    return render("signals/index.html", **views.queue(session, place, now=utc_now()))


@pages.get("/<int:signal_id>")
@open_to(*REVIEWERS)
def show(signal_id: int) -> Any:
    """One signal: why, on what, and what is to become of it."""
    partnership_id = current_person().partnership_id
    signal = queries.the_signal(session, signal_id, partnership_id=partnership_id)
    used = live.settings_of(session, policy().signals, partnership_id=partnership_id)
    shown = views.signal_page(session, signal, used, now=utc_now())
    takes = cases.cases_taking_evidence(session, partnership_id=partnership_id)
    seen: dict[str, Any] = {"seen_version": signal.version}
    return render(
        "signals/show.html",
        may_act=current_person().holds(Role.COORDINATOR) and signal.disposition is not Disposition.IN_A_CASE,
        free=len(service.free_things(session, signal)),
        open_form=form_for(OpenSchema, ids="open", title=shown["title"][:160], **seen),
        join_form=form_for(
            JoinSchema,
            ids="join",
            choices={"case": [(one.reference, f"{one.reference} {one.title}") for one in takes]},
            **seen,
        ),
        any_open=bool(takes),
        watch_form=form_for(WatchSchema, ids="watch", **seen),
        dismiss_form=form_for(DismissSchema, ids="dismiss", **seen),
        Disposition=Disposition,
        **shown,
    )


@pages.post("/<int:signal_id>/dismiss")
@open_to(Role.COORDINATOR)
@redraws(show)
@commits
def dismiss(signal_id: int) -> Any:
    """It means nothing."""
    said = load_form(DismissSchema)
    service.dismiss(session, signal_id, actor=current_person(), now=utc_now(), **vars(said))
    notice("Dismissed. It comes back if it grows to twice as much.")
    return redirect(url_for("signals.index"))


@pages.post("/<int:signal_id>/watch")
@open_to(Role.COORDINATOR)
@redraws(show)
@commits
def watch(signal_id: int) -> Any:
    """Wait and see."""
    said = load_form(WatchSchema)
    service.watch(session, signal_id, actor=current_person(), now=utc_now(), **vars(said))
    notice("Watched. It comes back as soon as it grows.")
    return redirect(url_for("signals.index"))


@pages.post("/<int:signal_id>/open-case")
@open_to(Role.COORDINATOR)
@redraws(show)
@commits
def open_case(signal_id: int) -> Any:
    """Open a case about what it rests on."""
    said = load_form(OpenSchema)
    case = service.open_case(session, signal_id, actor=current_person(), now=utc_now(), **vars(said))
    return redirect(url_for("casefile.show", reference=case.reference))


@pages.post("/<int:signal_id>/join-case")
@open_to(Role.COORDINATOR)
@redraws(show)
@commits
def join_case(signal_id: int) -> Any:
    """Let what it rests on join a case."""
    said = load_form(JoinSchema)
    case = service.join_case(
        session,
        signal_id,
        case_reference=said.case,
        reason=said.reason,
        seen_version=said.seen_version,
        actor=current_person(),
        now=utc_now(),
    )
    return redirect(url_for("casefile.show", reference=case.reference))


@pages.get("/season")
@open_to(*REVIEWERS)
def season() -> Any:
    """The last seven days of each kind beside the same time in earlier years, or why that cannot be said."""
    now, partnership_id = utc_now(), current_person().partnership_id
    today = now.astimezone(LONDON).date()
    table = counting.by_day(session, partnership_id=partnership_id, today=today, days=YEARS_OF_WEEKS * 7)
    look = ByCounts(session, policy().signals, partnership_id=partnership_id, began=today, now=now)
    return render("signals/season.html", weeks=views.seasons(look, table))


@pages.get("/learning")
@open_to(*REVIEWERS)
def learn() -> Any:
    """What became of the signals of a year, by what noticed them."""
    since = queries.since_months(utc_now(), 12)
    found = learning.learned(session, partnership_id=current_person().partnership_id, since=since)
    return render("signals/learning.html", learned=found, Disposition=Disposition)
