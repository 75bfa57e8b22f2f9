"""The pages about other systems that are told of public alerts."""

from typing import Any

from flask import Blueprint, redirect, url_for

from ldis import outward
from ldis.db import utc_now
from ldis.errors import Invalid
from ldis.exchange import service
from ldis.exchange.models import Endpoint
from ldis.exchange.rules import EndpointState
from ldis.exchange.schemas import EndpointSchema
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import commits, current_app, form_for, load_form, notice, redraws, render, session

pages = Blueprint("exchange", __name__, url_prefix="/exchange")

KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@pages.get("")
@open_to(*KEEPERS)
def index() -> Any:
    """Which systems are told, and a form to add one."""
    found = service.endpoints_of(session, partnership_id=current_person().partnership_id)
    return render("exchange/index.html", endpoints=found, form=form_for(EndpointSchema))


@pages.post("")
@open_to(*KEEPERS)
@redraws(index)
@commits
def add() -> Any:
    """Add a system and show its secret, this once."""
    wanted = load_form(EndpointSchema)
    here = outward.only_here(current_app.config["PUBLIC_URL"])
    refused = outward.why_not_ask(wanted.address, local_allowed=here)
    if refused:
        raise Invalid({"address": [refused]})
    endpoint, secret = service.add(
        session, name=wanted.name, address=wanted.address, actor=current_person(), now=utc_now()
    )
    return render("exchange/secret.html", endpoint=endpoint, secret=secret)


@pages.get("/<int:endpoint_id>")
@open_to(*KEEPERS)
def show(endpoint_id: int) -> Any:
    """What one system was told, and what it answered."""
    endpoint = _the_endpoint(endpoint_id)
    messages = service.messages_to(session, endpoint)
    return render(
        "exchange/show.html",
        endpoint=endpoint,
        messages=messages,
        attempts=service.attempts_at(session, messages),
        State=EndpointState,
    )


@pages.post("/<int:endpoint_id>/secret")
@open_to(*KEEPERS)
@commits
def change_secret(endpoint_id: int) -> Any:
    """Make a new secret and show it, this once."""
    endpoint = _the_endpoint(endpoint_id)
    secret = service.change_secret(session, endpoint, actor=current_person(), now=utc_now())
    return render("exchange/secret.html", endpoint=endpoint, secret=secret)


@pages.post("/<int:endpoint_id>/test")
@open_to(*KEEPERS)
@commits
def test(endpoint_id: int) -> Any:
    """Send a test."""
    service.send_test(session, _the_endpoint(endpoint_id), actor=current_person(), now=utc_now())
    notice("A test is on its way. Look again in a moment.")
    return redirect(url_for("exchange.show", endpoint_id=endpoint_id))


@pages.post("/<int:endpoint_id>/again/<int:message_id>")
@open_to(*KEEPERS)
@commits
def again(endpoint_id: int, message_id: int) -> Any:
    """Tell it once more."""
    endpoint = _the_endpoint(endpoint_id)
    service.send_again(session, endpoint, message_id, actor=current_person(), now=utc_now())
    notice("It is told again.")
    return redirect(url_for("exchange.show", endpoint_id=endpoint_id))


@pages.post("/<int:endpoint_id>/<any(on, paused):state>")
@open_to(*KEEPERS)
@commits
def switch(endpoint_id: int, state: str) -> Any:
    """Tell it, or tell it no more."""
    endpoint = _the_endpoint(endpoint_id)
    service.switch(session, endpoint, EndpointState(state), actor=current_person())
    notice(f"{endpoint.name} is {'told of alerts' if state == 'on' else 'paused'}.")
    return redirect(url_for("exchange.show", endpoint_id=endpoint_id))


@pages.post("/<int:endpoint_id>/remove")
@open_to(*KEEPERS)
@commits
def remove(endpoint_id: int) -> Any:
    """Forget a system."""
    endpoint = _the_endpoint(endpoint_id)
    service.remove(session, endpoint, actor=current_person())
    notice(f"{endpoint.name} is removed.")
    return redirect(url_for("exchange.index"))


def _the_endpoint(endpoint_id: int) -> Endpoint:
    return service.the_endpoint(session, endpoint_id, partnership_id=current_person().partnership_id)
