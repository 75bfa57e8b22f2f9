"""What GOV.UK Notify tells us of its own accord: how far a message has got.

Anybody can post to a public address, so nothing is believed without the token that only Notify was given.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from alerts.channels.notify_codes import REASONS, STATES
from alerts.messages import Receipt

NOTIFY_PATH = "/hooks/notify"


def is_notify(token: str, authorization: str | None) -> bool:
    """Whether a request carries the bearer token agreed with Notify."""
    scheme, _, given = (authorization or "").partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), token.encode())


def read_notify_receipt(news: Mapping[str, Any]) -> Receipt | None:
    """What a callback says about a message; None for a status nobody has heard of."""
    status = news.get("status")
    if not isinstance(status, str) or status not in STATES:
        return None
    reason = REASONS.get(status)
    return Receipt(
        reference=_text(news.get("reference")),
        provider_reference=_text(news.get("id")),
        state=STATES[status],
        code=status if reason else None,
        reason=reason,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
