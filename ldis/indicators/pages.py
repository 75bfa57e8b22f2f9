"""The pages of indicators: the scorecard, one indicator, the figures of a period, locks, and what is hidden."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.db import utc_now
from ldis.errors import Invalid, NotFound
from ldis.indicators import queries, service, views
from ldis.indicators.access import APPROVERS, KEEPERS, READERS, dictionary, places, the_indicator
from ldis.indicators.dictionary import WHOLE
from ldis.indicators.figures import ENGLAND, HERE, Said, Spot
from ldis.indicators.reading import Unreadable, as_month
from ldis.indicators.schemas import (
    AskedSchema,
    MonthSchema,
    PeriodForm,
    PeriodSchema,
    TargetSchema,
    UnlockSchema,
)
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import commits, form_for, load_address, load_form, notice, redraws, render, session

pages = Blueprint("indicators", __name__, url_prefix="/indicators")


@pages.get("")
@open_to(*READERS)
def index() -> Any:
    """The scorecard: every indicator in a line."""
    asked = load_address(AskedSchema)
    areas = places()
    if asked.area not in areas:
        raise NotFound("There is no such area here.")
    known = views.known_to(session, dictionary(), current_person(), areas=[asked.area, ENGLAND], parts=[WHOLE])
    return render(
        "indicators/index.html",
        lines=views.scorecard(known, area=asked.area),
        unit_of=views.unit_of,
        areas=areas,
        area=asked.area,
        restricted=known.restricted,
        may_enter=current_person().holds(*KEEPERS),
    )


@pages.get("/<code>")
@open_to(*READERS)
def show(code: str) -> Any:
    """One indicator: its chart, its table, what it means, and what its figures were before."""
    indicator, asked, areas = the_indicator(code), load_address(AskedSchema), places()
    if asked.area not in areas or asked.part not in indicator.parts:
        raise NotFound("There is no such area or part of this indicator.")
    person = current_person()
    known = views.known_to(session, dictionary(), person, only=indicator)
    rows = queries.rows_of(session, code, partnership_id=person.partnership_id) if known.restricted else []
    return render(
        "indicators/show.html",
        areas=areas,
        area=asked.area,
        part=asked.part,
        WHOLE=WHOLE,
        revised=[row for row in rows if row.revisions],
        target=form_for(
            TargetSchema,
            ids="target",
            choices={"part": [(part, part) for part in indicator.parts]},
            part=asked.part,
        ),
        may_set=person.holds(*APPROVERS),
        **views.indicator_page(known, indicator, area=asked.area, part=asked.part),
    )


@pages.post("/<code>/target")
@open_to(*APPROVERS)
@redraws(show)
@commits
def set_target(code: str) -> Any:
    """What is to be reached, and by when."""
    indicator, aim = the_indicator(code), load_form(TargetSchema)
    if aim.part not in indicator.parts:
        raise Invalid({"part": ["Choose one of the parts shown."]})
    service.set_target(session, code, actor=current_person(), now=utc_now(), **vars(aim))
    notice("The target is set.")
    return redirect(url_for("indicators.show", code=code, part=aim.part))


@pages.get("/periods")
@open_to(*APPROVERS)
def periods() -> Any:
    """Every period with figures, and which are locked."""
    return render(
        "indicators/periods.html",
        periods=queries.periods_of(session, partnership_id=current_person().partnership_id),
        form=form_for(MonthSchema),
        may_enter=current_person().holds(*KEEPERS),
        unlock_form=lambda day: form_for(UnlockSchema, ids=f"unlock-{day:%Y-%m}"),
    )


@pages.post("/periods")
@open_to(*KEEPERS)
@redraws(periods)
def choose() -> Any:
    """Go to the table of a month."""
    return redirect(url_for("indicators.enter", month=f"{load_form(MonthSchema).month:%Y-%m}"))


@pages.get("/periods/<month>")
@open_to(*KEEPERS)
def enter(month: str) -> Any:
    """The figures of a period as one table."""
    ends_on, person = _month(month), current_person()
    known = queries.figures_of(session, partnership_id=person.partnership_id)
    rows = [
        {
            "indicator": indicator.code,
            "part": part,
            "value": said.value.normalize() if said else None,
            "note": said.note if said else "",
        }
        for indicator in dictionary().entered
        for part in indicator.parts
        for said in [known.get(Spot(indicator.code, HERE, part, ends_on, indicator.months))]
    ]
    return render(
        "indicators/enter.html",
        ends_on=ends_on,
        month=month,
        form=form_for(PeriodSchema, figures=rows, status="provisional"),
        indicators=dictionary().indicators,
        WHOLE=WHOLE,
        lock=queries.lock_on(session, ends_on, partnership_id=person.partnership_id),
    )


@pages.post("/periods/<month>")
@open_to(*KEEPERS)
@redraws(enter)
@commits
def write(month: str) -> Any:
    """Keep the figures of a period: all of them or, with a sentence, none."""
    ends_on = _month(month)
    written = service.write(
        session,
        _said(load_form(PeriodSchema), ends_on),
        dictionary=dictionary(),
        why=load_form(PeriodSchema).why,
        actor=current_person(),
        now=utc_now(),
    )
    notice(f"{written.new} figures are new, {written.changed} changed.")
    return redirect(url_for("indicators.periods"))


@pages.post("/periods/<month>/lock")
@open_to(*APPROVERS)
@redraws(periods)
@commits
def lock(month: str) -> Any:
    """Approve the figures of a period, and lock them."""
    locked = service.lock(session, _month(month), actor=current_person(), now=utc_now())
    notice(f"{locked.ends_on:%B %Y} is approved and locked.")
    return redirect(url_for("indicators.periods"))


@pages.post("/periods/<month>/unlock")
@open_to(*APPROVERS)
@redraws(periods)
@commits
def unlock(month: str) -> Any:
    """Let the figures of a period be changed, with a reason."""
    why = load_form(UnlockSchema).why
    service.unlock(session, _month(month), why=why, actor=current_person(), now=utc_now())
    notice("The figures can be changed now.")
    return redirect(url_for("indicators.periods"))


@pages.get("/hidden")
@open_to(Role.DATA_OFFICER)
def hidden() -> Any:
    """What is hidden in everything that is published, and why."""
    known = views.known_to(session, dictionary(), current_person())
    return render("indicators/hidden.html", rows=views.hidden_rows(known), areas=places(), WHOLE=WHOLE)


def _said(form: PeriodForm, ends_on: date) -> dict[Spot, Said]:
    known = queries.figures_of(session, partnership_id=current_person().partnership_id)
    figures = {}
    for row in form.figures:
        indicator = dictionary().indicators.get(row.indicator)
        if indicator is None or indicator.worked or row.part not in indicator.parts:
            raise Invalid(
                {"figures": ["A figure of this table is not in the dictionary any more. Open it again."]}
            )
        if row.value is None:
            continue
        spot = Spot(row.indicator, HERE, row.part, ends_on, indicator.months)
        before = known.get(spot)
        figures[spot] = Said(
            value=row.value,
            numerator=before.numerator if before else None,
            denominator=before.denominator if before else None,
            status=form.status,
            release=before.release if before else indicator.release,
            source=before.source if before else indicator.source[:200],
            note=row.note,
            method=before.method if before else "",
        )
    return figures


def _month(month: str) -> date:
    try:
        return as_month(month)
    except Unreadable as error:
        raise NotFound("There is no such month.") from error
