"""What was answered is shown once more before it is taken in: the steps of sending a report.

Every step is the same form sent to the same address, with the same `submission_key`:

    nothing else           the answers are judged, and drawn to be checked
    change=<question>      the form is drawn again with what was typed
    remove_photo=<id>      a photo that was added is taken back, and the answers drawn to be checked
    checked=yes            the report is taken in
"""

from enum import Enum
from functools import partial
from typing import Any

from flask import request, url_for

from ldis.people.models import Partnership
from ldis.photos.sending import asked
from ldis.web import Form, render


class Step(Enum):
    """What the sender asks for, under the name by which it is counted."""

    CHANGE = "change"
    CHECK = "check"
    SEND = "report"


def step() -> Step:
    """Which button was pressed. Who goes back to a question has not sent anything."""
    if changing():
        return Step.CHANGE
    taking_back = "remove_photo" in request.form
    return Step.SEND if request.form.get("checked") == "yes" and not taking_back else Step.CHECK


def changing() -> str:
    """The question that somebody goes back to."""
    return request.form.get("change", "")


def draw(template: str, form: Form, partnership: Partnership, **more: Any) -> str:
    """A page of a report: its form, or the page on which its answers are checked.

    Each sends to the address where it stands, and a form on its first way with a word added: browsers keep a page for
    going back to, with what was typed, only if what follows it has another address.
    """
    link = request.values.get("link")
    address = partial(url_for, request.endpoint or "", **request.view_args or {}, link=link)
    return render(
        template,
        partnership_name=partnership.name,
        partnership=partnership,
        form=form,
        address=address(),
        checking=address(step="check"),
        changing=changing(),
        photos=asked(partnership, form["submission_key"].value),
        **more,
    )
