"""What the worker does for this stage."""

from typing import cast

from sqlalchemy import update

from ldis.db import utc_now
from ldis.laboratory import service
from ldis.laboratory.models import ResultFile
from ldis.laboratory.rules import FileState
from ldis.people import queries as people
from ldis.submissions import queries as submissions
from ldis.substances.vocabulary import Vocabulary
from ldis.work import Workplace, task

TOLD_EVERY = 25


@task("laboratory.take_in")
def take_in(place: Workplace, *, file_id: int, by: str) -> None:
    """Take in a long file of results in one transaction, telling meanwhile in others how far it has got.

    A file that is started twice is taken in once: the second waits for the first, and finds nothing left to do.
    """
    with place.sessions() as session:
        file = session.get_one(ResultFile, file_id)
        submissions.hold_results(session, partnership_id=file.partnership_id)
        session.refresh(file)
        if file.state not in (FileState.WAITING, FileState.RUNNING):
            return
        here = people.partnership_numbered(session, file.partnership_id).place
        service.take_in(
            session,
            file,
            place=here,
            names=cast(Vocabulary, place.vocabulary).names_for(session, here),
            by=by,
            now=utc_now(),
            progress=lambda done: _tell(place, file_id, done),
        )
        session.commit()


def _tell(place: Workplace, file_id: int, done: int) -> None:
    """Let the page see how far it is, before anything of it can be seen itself."""
    if done % TOLD_EVERY == 0:
        with place.sessions.begin() as aside:
            aside.execute(
                update(ResultFile)
                .where(ResultFile.id == file_id)
                .values(state=FileState.RUNNING, done=done, moved_at=utc_now())
            )
