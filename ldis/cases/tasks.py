"""The work that is deferred here."""

from ldis.cases import service
from ldis.cases.policy import Policy
from ldis.work import Workplace, task


@task("cases.hear")
def hear(place: Workplace, *, report_id: int) -> None:
    """Let the case of a report know that its reporter added to it: whoever looks at an older page is told so."""
    with place.sessions() as session:
        service.hear(session, report_id)
        session.commit()


def policy_of(place: Workplace) -> Policy:
    """The procedure in force where work is done. The ground hands it on without knowing it."""
    assert isinstance(place.policy, Policy)
    return place.policy
