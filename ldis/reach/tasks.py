"""The work that is deferred here."""

from ldis.db import utc_now
from ldis.reach import queries, service
from ldis.work import Workplace, task


@task("reach.chase")
def chase(place: Workplace) -> None:
    """Remind those who are silent about an alert in force, one alert to a transaction."""
    now = utc_now()
    with place.sessions() as session:
        due = queries.alerts_to_chase(session, now=now)
    for alert_id in due:
        with place.sessions() as session:
            alert = queries.held_alert(session, alert_id)
            if alert is not None:
                service.remind_the_silent(session, alert, now=now, public_url=place.public_url)
            session.commit()
