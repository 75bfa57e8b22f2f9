"""The work that is deferred here."""

from functools import partial

from alerts.cap import sender_of
from alerts.incoming import LARGEST
from ldis import outward
from ldis.db import utc_now
from ldis.neighbours import asking
from ldis.people import queries as people
from ldis.work import Workplace, task

MOST_AT_A_TIME = 100


@task("neighbours.ask")
def ask(place: Workplace) -> None:
    """Ask every feed whose turn it is, each in a transaction of its own."""
    get = partial(outward.get, most=LARGEST, local_allowed=outward.only_here(place.public_url))
    for _ in range(MOST_AT_A_TIME):
        with place.sessions.begin() as session:
            now = utc_now()
            feed = asking.next_feed(session, now=now)
            if feed is None:
                return
            slug = people.partnership_numbered(session, feed.partnership_id).slug
            asking.ask(session, feed, get, own_sender=sender_of(slug, public_url=place.public_url), now=now)
