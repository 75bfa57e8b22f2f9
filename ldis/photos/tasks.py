"""What the worker does for this stage."""

from ldis.db import utc_now
from ldis.photos import service
from ldis.work import Workplace, task


@task("photos.forget")
def forget(place: Workplace) -> None:
    """Delete photos that came with a form which never became a report."""
    with place.sessions() as session:
        service.forget(session, now=utc_now())
        session.commit()
