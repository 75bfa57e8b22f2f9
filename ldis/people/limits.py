"""How often something may be tried: people counted in PostgreSQL for all processes, API calls in each process.

A sign-in is rare and guessed at from many sides, so its counts must be shared, and so must those of the forms that
anybody may send. An API call is frequent, so its
count may not cost a statement: each web process allows a key its whole rate.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock

from sqlalchemy import Engine, text

from ldis.secrecy import blind_index


@dataclass(frozen=True)
class Rate:
    """So many tries within so long."""

    tries: int
    within: timedelta


BY_ADDRESS = Rate(10, timedelta(minutes=15))
BY_NETWORK = Rate(100, timedelta(hours=1))
OPEN_FORM = Rate(60, timedelta(minutes=15))  # a hostel, or a whole council, may stand behind one address

COUNT = text("""
    INSERT INTO rate_counts AS kept (key, hits, expires_at) VALUES (:key, 1, now() + :within)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN kept.expires_at <= now() THEN 1 ELSE kept.hits + 1 END,
        expires_at = CASE WHEN kept.expires_at <= now() THEN excluded.expires_at ELSE kept.expires_at END
    RETURNING hits, ceil(extract(epoch FROM expires_at - now()))
""")

SWEEP = text("""
    DELETE FROM rate_counts WHERE key IN (
        SELECT key FROM rate_counts WHERE expires_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED
    )
""")


class SharedLimits:
    """Tries at each step of signing in, and sendings of the open forms, shared by all processes.

    Counts are kept on a connection of their own: a try that is refused has still been made. Addresses are kept as
    keyed digests only.
    """

    def __init__(self, engine: Engine, *, generosity: int = 1) -> None:
        self._engine = engine
        self._generosity = generosity

    def wait(self, step: str, *, address: str, network: str | None) -> int:
        """Count one try; 0 when it may go ahead, else the seconds after which another is worth making."""
        return max(
            self._wait(f"{step} by network {_neighbourhood(network)}", BY_NETWORK),
            self._wait(f"{step} by address {address}", BY_ADDRESS),
        )

    def wait_at_form(self, form: str, *, network: str | None) -> int:
        """Count one sending of a form that is open to everybody; 0 or the seconds to wait, as `wait` does."""
        return self._wait(f"{form} by network {_neighbourhood(network)}", OPEN_FORM)

    def _wait(self, what: str, rate: Rate) -> int:
        with self._engine.begin() as connection:
            connection.execute(SWEEP)
            values = {"key": blind_index(what), "within": rate.within}
            hits, seconds = connection.execute(COUNT, values).one()
        return 0 if hits <= rate.tries * self._generosity else max(1, int(seconds))


class KeyLimits:
    """Calls per API key in this process: a moving minute, so that a burst at its turn cannot double the rate."""

    def __init__(self) -> None:
        self._calls: defaultdict[int, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def wait(self, key_id: int, *, per_minute: int, now: float) -> int:
        """Count a call; 0 when it may go ahead, else the seconds to wait. `now` is in seconds, from any clock."""
        with self._lock:
            calls = self._calls[key_id]
            while calls and calls[0] <= now - 60:
                calls.popleft()
            if len(calls) >= per_minute:
                return max(1, math.ceil(calls[0] + 60 - now))
            calls.append(now)
            return 0


def _neighbourhood(address: str | None) -> str:
    """The address, or for IPv6 the /64 it stands in: one household has as many addresses as it likes."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(IPv6Address(int(known) >> 64 << 64)) if isinstance(known, IPv6Address) else str(known)
