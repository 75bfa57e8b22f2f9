"""What the application is given so that pages can be drawn."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flask import Flask, g, request, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from ldis.errors import NotFound
from ldis.web import dates
from ldis.web.forms import page_problems, redrawn_for, typed_in_vain
from ldis.web.requests import close_session, forget, make_room

ROOT = Path(__file__).parents[2]
ASSETS: Mapping[str, str] = json.loads((ROOT / "static" / "assets.json").read_text())
"""The files that browsers are given, by the names without the digest of what is in them."""


def install(app: Flask) -> None:
    """Teach an application our templates: component macros, filters, versioned static files, the session's end."""
    loaders = [PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
    own = app.jinja_loader
    app.jinja_loader = ChoiceLoader([own, *loaders] if own else loaders)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        ago=dates.ago,
        day=dates.day,
        london=london,
        time_left=dates.time_left,
        when=dates.when,
    )
    app.jinja_env.globals.update(
        asset=lambda name: url_for("static", filename=ASSETS[name]),
        first_summary=_first_summary,
        page_problems=page_problems,
        redrawn_for=redrawn_for,
        typed_in_vain=typed_in_vain,
        here=_here,
    )
    app.url_value_preprocessor(make_room)  # before CSRF protection reads the form
    app.before_request(forget)
    app.before_request(_refuse_what_cannot_be_stored)
    app.teardown_appcontext(close_session)


def _refuse_what_cannot_be_stored() -> None:
    """The database can be asked about no NUL, so no address that holds one leads anywhere."""
    if "\x00" in request.path:
        raise NotFound


def london(value: datetime) -> str:
    """The moment in ISO form with London's offset, for a machine that reads the page."""
    return value.astimezone(dates.LONDON).isoformat(timespec="minutes")


def _first_summary() -> bool:
    """Whether no error summary stands on this page yet: it is drawn once, whoever asks first."""
    first = not g.get("ldis_summarised", False)
    g.ldis_summarised = True
    return first


def _here(path: str) -> bool:
    """Whether the page stands under a path, for the navigation."""
    return request.path == path or request.path.startswith(f"{path}/")
