"""Answers that a link has filled in, sealed so that nobody can put words of their own on our form."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from ldis.secrecy import derived_key
from ldis.submissions.rules import Setting

GOOD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class FilledIn:
    """What the reporter need not be asked, and whose link said so. It all can be changed on the form."""

    by: str
    reporter_organisation: str
    area_code: str
    setting: Setting

    def answers(self) -> dict[str, Any]:
        """The answers, by the names of the form's questions."""
        return {name: value for name, value in asdict(self).items() if name != "by"}


def sealed(filled: FilledIn) -> str:
    """The answers as a word for an address. It is good for a day: long enough to send a report, no link to keep."""
    return str(_sealer().dumps(asdict(filled)))


def unsealed(word: str | None) -> FilledIn | None:
    """The answers in such a word; nothing where it was altered or is older than a day."""
    try:
        given = _sealer().loads(word or "", max_age=int(GOOD_FOR.total_seconds()))
        return FilledIn(**given | {"setting": Setting(given["setting"])})
    except (BadData, TypeError, KeyError, ValueError):
        return None


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(derived_key("filled-in"))
