"""That somebody looked at something restricted, in the audit record: once an hour, so that it stays readable."""

from datetime import timedelta

from flask import current_app

from ldis import web
from ldis.audit import queries
from ldis.audit import service as audit
from ldis.db import utc_now
from ldis.people.access import current_person

SEEN = "restricted report seen"
NOTED_EVERY = timedelta(hours=1)


def note_seen(*abouts: str, as_what: str = SEEN) -> None:
    """Record that the person of this request sees these things; the last thing a view does before it answers.

    Aside, as showing a page commits nothing. Nobody may hold one connection and wait for another, so the one that
    drew the page is given back first.
    """
    if not abouts:
        return
    person, now = current_person(), utc_now()
    web.close_session()
    with current_app.extensions["ldis.sessions"].begin() as aside:
        known = queries.done_since(
            aside,
            as_what,
            abouts,
            actor=person.label,
            partnership_id=person.partnership_id,
            since=now - NOTED_EVERY,
        )
        for about in abouts:
            if about not in known:
                audit.record(aside, as_what, about, actor=person.label, partnership_id=person.partnership_id)
