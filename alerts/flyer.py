"""An alert as a flyer: the words of one A4 page, from the same record as the text message and the e-mail. Pure."""

from dataclasses import dataclass
from datetime import date

from alerts.compose import said_to_all
from alerts.messages import AlertContent, Handling, Level

LOOKS_VARY = "Looks vary: what is going round may not look like this sample"
MOST_LINES = 6
"""Of each list: a flyer is read standing up."""


@dataclass(frozen=True)
class Block:
    """A heading and the lines under it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Flyer:
    """What stands on a flyer. `address` is what its QR code opens: whether the alert is genuine and in force."""

    level: Level
    headline: str
    where: str
    act_now: str
    left: tuple[Block, ...]
    right: tuple[Block, ...]
    caveat: str
    how_to_report: str
    about: str
    handling: str
    address: str

    @property
    def short(self) -> str:
        """The address as somebody types it who cannot scan."""
        return self.address.split("://", 1)[-1]


def flyer_of(
    content: AlertContent, *, level: Level, handling: Handling, address: str, is_exercise: bool = False
) -> Flyer:
    """The flyer of an alert whose content lacks nothing. That of an exercise says so first."""
    safer_heading, safer_use, emergency = said_to_all(content)
    assert content.alert_on is not None
    assert content.review_on is not None
    sample = [f"{name}: {value}" for name, value in _facts(content) if value]
    left = (
        Block("In an emergency", emergency),
        Block("Signs that somebody is in danger", content.signs[:MOST_LINES]),
        Block("What it is", tuple(sample)),
    )
    right = (
        Block("What to do", content.what_to_do[:MOST_LINES]),
        Block(safer_heading, safer_use),
        Block("Who is at risk", (content.who_is_at_risk,)),
    )
    return Flyer(
        level=level,
        headline=f"{'EXERCISE. ' if is_exercise else ''}{content.headline}",
        where=", ".join(content.areas),
        act_now=content.act_now,
        left=tuple(block for block in left if block.lines),
        right=tuple(block for block in right if block.lines),
        caveat=(content.caveat or LOOKS_VARY) if content.sold_as or content.found or content.pictures else "",
        how_to_report=content.how_to_report,
        about=(
            f"{content.publisher}, alert {content.reference} of {_day(content.alert_on)}. "
            f"It will be reviewed on {_day(content.review_on)}{_end(content)}."
        ),
        handling=handling.label,
        address=address,
    )


def _facts(content: AlertContent) -> list[tuple[str, str]]:
    return [
        ("Substance", content.substance),
        ("Also called", ", ".join(content.other_names)),
        ("Form", content.form),
        ("Sold as", content.sold_as),
        ("Found", content.found),
    ]


def _end(content: AlertContent) -> str:
    return f" and ends on {_day(content.expires_on)} at the latest" if content.expires_on else ""


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
