"""The papers of a case, on a page to print and as JSON. That they were made is recorded before they are shown."""

from typing import Any

from flask import Blueprint, current_app, jsonify
from marshmallow import fields

from ldis import web
from ldis.casefile.pack import FREE_TEXT, Pack, as_json, pack_of, record_pack
from ldis.casefile.redaction import Audience
from ldis.casefile.views import sees_gradings
from ldis.cases.access import policy, the_case
from ldis.db import utc_now
from ldis.errors import NotAllowed
from ldis.people.access import current_person, open_to
from ldis.people.rules import Role
from ldis.web import FormSchema, load_address, render, session

pages = Blueprint("papers", __name__)


class PackSchema(FormSchema[Audience]):
    """Whom the papers are for; with nothing said, for those who may read the least."""

    makes = Audience
    value = fields.Enum(
        Audience,
        by_value=True,
        data_key="for",
        load_default=Audience.PUBLIC,
        error_messages={"unknown": "Choose whom the papers are for."},
        metadata={"label": "For", "widget": "select", "choices": []},
    )


@pages.get("/cases/<reference>/pack")
@open_to(Role.COORDINATOR, Role.LEAD)
def pack(reference: str) -> Any:
    """The papers of a case, to read, print or save."""
    return render("casefile/pack.html", pack=made(reference, "page"), Audience=Audience, free_text=FREE_TEXT)


@pages.get("/cases/<reference>/pack.json")
@open_to(Role.COORDINATOR, Role.LEAD)
def pack_json(reference: str) -> Any:
    """The papers of a case for a machine."""
    answer = jsonify(as_json(made(reference, "json")))
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}.json"'
    return answer


def made(reference: str, kind: str) -> Pack:
    """The papers, once it is in the audit record that they are made; they hold that entry too."""
    person, audience = current_person(), load_address(PackSchema)
    case = the_case(reference)
    if not sees_gradings(case, person):
        raise NotAllowed("You sit on the panel of this case. Grade it before you read what the others said.")
    web.close_session()
    with current_app.extensions["ldis.sessions"].begin() as aside:
        record_pack(aside, case, audience=audience, kind=kind, actor=person)
    return pack_of(session, the_case(reference), audience=audience, policy=policy(), actor=person, now=utc_now())
