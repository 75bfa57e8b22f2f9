"""Reporting where there is no signal: what the browser's side of it asks the service for.

The browser keeps the public forms, what is typed on them, and reports that wait to be sent. See
`frontend/js/service-worker.js` and docs/decisions/0013-reports-wait-on-the-phone.md.
"""

from typing import Any

from flask import Blueprint, Response
from flask_wtf.csrf import generate_csrf

from ldis.people.access import EVERYONE, open_to
from ldis.web import ASSETS, ROOT, render

pages = Blueprint("without_signal", __name__)


@pages.get("/service-worker.js")
@open_to(EVERYONE)
def worker() -> Any:
    """The script that stands between the forms and the network. Its address never changes; browsers ask anew."""
    script = (ROOT / "static" / ASSETS["service-worker.js"]).read_bytes()
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@pages.get("/report/token")
@open_to(EVERYONE)
def token() -> Any:
    """A token for a form that has waited: the session that it was drawn in may be over."""
    return {"csrf_token": generate_csrf()}


@pages.get("/report/saved")
@open_to(EVERYONE)
def saved() -> Any:
    """What waits on this phone. The service knows none of it: the list is the browser's."""
    return render("submissions/saved.html")


@pages.get("/report/no-signal")
@open_to(EVERYONE)
def no_signal() -> Any:
    """The page that the browser shows instead of one that it cannot reach."""
    return render("submissions/no_signal.html")
