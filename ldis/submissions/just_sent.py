"""What the page after sending may say to the sender alone: how soon this report is looked at, and what advice fits.

The page itself is open to everybody who knows a reference, and must tell nothing of the report behind it. So nothing
is looked up: the sender is led there with a word that only the answers it stands for make, and that says nothing to
anybody else. It is no cookie, because browsers do not go back to the form once a cookie has changed.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from ldis.secrecy import derived_key
from ldis.submissions.advice import ADVICE, Group, group_of
from ldis.submissions.reports import Taken
from ldis.submissions.rules import RISK_TO_LIFE

AN_HOUR = timedelta(hours=1).total_seconds()
SIGNS = 24


@dataclass(frozen=True)
class JustSent:
    """What the sender may be told of the report they have just sent."""

    risk_to_life: bool
    group: Group
    hour: int

    @property
    def at(self) -> datetime:
        """When it was sent, as far as a word can tell: the hour's end. Working days begin and end with an hour."""
        return datetime.fromtimestamp((self.hour + 1) * AN_HOUR, UTC)

    @property
    def advice(self) -> tuple[str, ...]:
        """What to pass on."""
        return ADVICE[self.group]


def word_for(report: Taken) -> str:
    """The word with which the sender is led to the page. The same report, sent again, makes the same word."""
    hour = _hour(report.received_at)
    return _word(
        report.reference, JustSent(report.harm_level in RISK_TO_LIFE, group_of(report.substance_class), hour)
    )


def meant_by(word: str, reference: str, *, now: datetime) -> JustSent | None:
    """What a word stands for beside this reference; nothing where it is another's, or older than an hour or two."""
    for sent in _everything(_hour(now)):
        if hmac.compare_digest(_word(reference, sent).encode(), word.encode()):
            return sent
    return None


def _everything(this: int) -> Iterator[JustSent]:
    return (JustSent(*one) for one in product((True, False), Group, (this, this - 1)))


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // AN_HOUR)


def _word(reference: str, sent: JustSent) -> str:
    said = f"{reference} {sent.risk_to_life} {sent.group.value} {sent.hour}"
    return hmac.new(derived_key("just-sent"), said.encode(), "sha256").hexdigest()[:SIGNS]
