"""How an audit entry is bound to the one before it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

BEGINNING = "0" * 64
LANES = 16


def digest(
    before: str,
    *,
    lane: int,
    position: int,
    at: datetime,
    actor: str,
    action: str,
    about: str,
    partnership_id: int | None,
    detail: Mapping[str, Any],
    key: bytes,
) -> str:
    """The keyed digest of one entry and of all before it (HMAC-SHA-256 over canonical JSON).

    Keyed, so that someone with the database but not the application's key cannot write a chain that verifies.
    """
    text = json.dumps(
        [before, lane, position, at.astimezone(UTC).isoformat(), actor, action, about, partnership_id, detail],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
