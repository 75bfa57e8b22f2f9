"""What follows an alert to those who do not answer: the reminder, and the word to an organisation's deputy. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts import sms_text
from alerts.compose import LINK
from alerts.messages import AlertContent, Level, Medium, Words


@dataclass(frozen=True)
class Reminders:
    """The words that follow an alert, still without the recipient's link; whoever approves the alert signs them."""

    reminder: Words
    deputy: Words

    def as_kept(self) -> dict[str, list[str]]:
        """The words as plain values."""
        return {name: [words.subject or "", words.text] for name, words in vars(self).items()}

    @classmethod
    def from_kept(cls, kept: Mapping[str, list[str]]) -> "Reminders":
        """The words that were kept."""
        return cls(**{name: Words(subject=subject, text=text) for name, (subject, text) in kept.items()})


def following(content: AlertContent, level: Level) -> Reminders:
    """The words that follow an alert."""
    alert = f"{level.label}: {content.headline.rstrip('.')}."
    return Reminders(
        reminder=_words(
            f"Reminder: {content.headline}",
            f"Reminder. {alert} You have not yet said that you have alert {content.reference}. "
            f"Open it and press the button: {LINK}",
        ),
        deputy=_words(
            f"Nobody where you work has answered: {content.headline}",
            f"{alert} Nobody where you work has said that they have {content.reference}. You stand in: "
            f"open it and press the button: {LINK}",
        ),
    )


def with_link(words: Words, medium: Medium, link: str) -> Words:
    """The exact words for one recipient."""
    text = words.text.replace(LINK, link)
    return Words(text=text) if medium is Medium.SMS else Words(subject=words.subject, text=text)


def _words(subject: str, text: str) -> Words:
    return Words(subject=subject, text=sms_text.clean_up(text))
