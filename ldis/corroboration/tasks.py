"""The work that is deferred here."""

from ldis.corroboration import queries, service
from ldis.db import utc_now
from ldis.work import Workplace, task


@task("corroboration.remind")
def remind(place: Workplace) -> None:
    """Remind partners who have not answered a question that closes soon, one question to a transaction."""
    now = utc_now()
    with place.sessions() as session:
        due = queries.to_remind(session, now=now)
    for question_id in due:
        with place.sessions() as session:
            question = queries.held_question(session, question_id)
            if question is not None:
                service.remind(session, question, now=now, public_url=place.public_url)
            session.commit()
