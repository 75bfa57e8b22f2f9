"""What a wording rule is, what it looks at, and what it finds."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from alerts.compose import Renditions
from alerts.messages import AlertContent, Level, Medium


class Severity(StrEnum):
    """Whether a finding blocks or may be overridden with a reason."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Checked:
    """What the rules look at. `renditions` is None while fields are missing, so that nothing can be composed."""

    content: AlertContent
    level: Level
    renditions: Renditions | None

    @property
    def sms(self) -> str:
        """The text message as it will be received; empty while it cannot be composed."""
        return self.renditions.preview(Medium.SMS).text if self.renditions else ""

    @property
    def email(self) -> str:
        """The e-mail's text; empty while it cannot be composed."""
        return self.renditions.email.text if self.renditions else ""


@dataclass(frozen=True)
class Example:
    """Words that show a rule: as people read them, and as changes to the content of a good alert."""

    words: str
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One thing to look for. `finds` gives the words it objects to, or "" where words are lacking.

    `found` is an example that it finds, `passes` one that it lets pass: the page shows both, the tests run both.
    """

    name: str
    severity: Severity
    sentence: str
    finds: Callable[[Checked], Iterable[str]]
    found: Example
    passes: Example


@dataclass(frozen=True)
class Finding:
    """What a rule found. `words` quotes the text it objects to, where there is any."""

    rule: str
    severity: Severity
    sentence: str
    words: str = ""

    @property
    def key(self) -> str:
        """How a reason is kept for this finding and no other: other words are another finding."""
        return hashlib.sha256(f"{self.rule}\n{self.words}".encode()).hexdigest()[:12]
