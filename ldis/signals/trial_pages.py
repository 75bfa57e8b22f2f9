"""The pages on which detectors are replayed on history, and on which what was tried is made to count."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis.cases.access import REVIEWERS, policy
from ldis.db import utc_now
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.signals import live, trials
from ldis.signals.schemas import CAN_BE_LIVE, GoLiveSchema, TrialOf, TrialSchema
from ldis.web import commits, form_for, load_form, notice, redraws, render, session

pages = Blueprint("signal_trials", __name__, url_prefix="/signals/back-tests")


@pages.get("")
@open_to(*REVIEWERS)
def index() -> Any:
    """Every back-test beside the others, and a form for another."""
    here = {"partnership_id": current_person().partnership_id}
    used = live.settings_of(session, policy().signals, **here)
    return render(
        "signals/trials.html",
        trials=trials.trials_of(session, **here),
        used=used,
        changed=live.newest_change(session, **here),
        may_ask=current_person().holds(Role.COORDINATOR),
        form=form_for(TrialSchema, history="own", of=TrialOf.PREDICTIVE.value, budget=used.budget),
    )


@pages.post("")
@open_to(Role.COORDINATOR)
@redraws(index)
@commits
def ask() -> Any:
    """Have a worker replay history."""
    trial = trials.ask(session, load_form(TrialSchema), policy().signals, actor=current_person(), now=utc_now())
    return redirect(url_for("signal_trials.show", trial_id=trial.id))


@pages.get("/<int:trial_id>")
@open_to(*REVIEWERS)
def show(trial_id: int) -> Any:
    """One back-test: how far it is, what it came to, and whether it is to count."""
    here = {"partnership_id": current_person().partnership_id}
    trial = trials.the_trial(session, trial_id, **here)
    changes = CAN_BE_LIVE.get(TrialOf(trial.detector))
    may = current_person().holds(Role.COORDINATOR) and trial.outcome is not None and trial.settings["can_be_live"]
    return render(
        "signals/trial.html",
        trial=trial,
        others=[one for one in trials.trials_of(session, **here) if one.id != trial.id and one.outcome],
        form=form_for(GoLiveSchema) if may and changes else None,
        used=live.settings_of(session, policy().signals, **here),
    )


@pages.post("/<int:trial_id>/make-live")
@open_to(Role.COORDINATOR)
@redraws(show)
@commits
def make_live(trial_id: int) -> Any:
    """Let what was tried count from now on."""
    trial = trials.the_trial(session, trial_id, partnership_id=current_person().partnership_id)
    live.make_live(
        session,
        trial,
        policy().signals,
        reason=load_form(GoLiveSchema).reason,
        actor=current_person(),
        now=utc_now(),
    )
    notice("It counts from now on.")
    return redirect(url_for("signal_trials.index"))
