"""Who has opened a case since they were called to it."""

from flask import Response, after_this_request, current_app
from sqlalchemy import update

from ldis import web
from ldis.audit import service as audit
from ldis.cases.models import Case
from ldis.convening import queries
from ldis.convening.models import Summons
from ldis.db import utc_now
from ldis.people.access import Actor


def note_opened(case: Case, actor: Actor) -> None:
    """Remember, once for each call, that a member has opened the case.

    A page that is looked at changes nothing of what it shows, so this is kept aside, once the page is drawn. Nobody
    may hold one connection and wait for another: the one that drew the page is given back first.
    """
    unseen = queries.unseen_by(web.session, case, actor.id)
    if not unseen:
        return
    case_id, partnership_id = case.id, case.partnership_id

    @after_this_request
    def keep(response: Response) -> Response:
        if response.status_code >= 400:
            return response
        web.close_session()
        with current_app.extensions["ldis.sessions"].begin() as aside:
            first = update(Summons).where(Summons.id.in_(unseen), Summons.seen_at.is_(None))
            if aside.execute(first.values(seen_at=utc_now())).rowcount:
                audit.record(
                    aside,
                    "case seen by a member",
                    f"case/{case_id}",
                    actor=actor.label,
                    partnership_id=partnership_id,
                )
        return response
