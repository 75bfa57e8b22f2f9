"""Public alerts in the forms that other computers read. An exercise is never among them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from alerts import cap, feeds
from ldis.issuing.content import from_kept
from ldis.issuing.models import Alert
from ldis.issuing.rules import State
from ldis.worktime import LONDON

BEFORE_ANY = datetime(2026, 1, 1, tzinfo=UTC)


def feed_of(alerts: Sequence[Alert], *, slug: str, public_url: str, today: date) -> feeds.Feed:
    """The feed of these alerts."""
    asked = f"?partnership={slug}" if slug else ""
    return feeds.Feed(
        address=f"{public_url}/alerts/feed.atom{asked}",
        page=f"{public_url}/alerts{asked}",
        title="Public drug alerts",
        author=alerts[0].partnership.name if slug and alerts else "Local drug information partnerships",
        since=BEFORE_ANY,
        entries=[_entry(alert, public_url=public_url, today=today) for alert in alerts],
    )


def _entry(alert: Alert, *, public_url: str, today: date) -> feeds.Entry:
    content, stands = from_kept(alert.content), alert.stands(today)
    address, issued_at = f"{public_url}/alerts/{alert.reference}", _issued_at(alert)
    said_first = {State.ISSUED: content.opening, State.STOOD_DOWN: content.opening}.get(
        stands, stands.capitalize()
    )
    words = content.change if stands is State.STOOD_DOWN else content.act_now
    return feeds.Entry(
        address=address,
        title=": ".join(filter(None, (said_first, content.headline))),
        summary=words if stands in (State.ISSUED, State.STOOD_DOWN) else "No longer in force.",
        author=content.publisher,
        categories=(alert.level.value, stands.value),
        published_at=issued_at,
        updated_at=alert.ended_at or issued_at,
        cap_address=f"{address}/cap.xml",
    )


def document_of(alert: Alert, chain: Sequence[Alert], *, public_url: str) -> cap.Document:
    """An alert in CAP, referring to all of its chain that went before it and that anybody may read."""
    before = chain[: chain.index(alert)]
    return cap.Document(
        issue=_issue(alert, public_url=public_url),
        content=from_kept(alert.content),
        level=alert.level,
        earlier=tuple(_issue(one, public_url=public_url) for one in before),
        expires_at=datetime.combine(alert.last_day, time(23, 59, 59), LONDON) if alert.last_day else None,
        web=f"{public_url}/alerts/{alert.reference}",
    )


def _issue(alert: Alert, *, public_url: str) -> cap.Issue:
    sender = cap.sender_of(alert.partnership.slug, public_url=public_url)
    return cap.Issue(sender, alert.reference, _issued_at(alert).astimezone(LONDON))


def _issued_at(alert: Alert) -> datetime:
    assert alert.issued_at is not None  # public alerts have gone out
    return alert.issued_at
