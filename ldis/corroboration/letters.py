"""The words in which a question goes out, and its reminder."""

from datetime import datetime

from alerts.messages import Medium, Words
from alerts.sms_text import clean_up
from ldis.web.dates import when

MOST_SEGMENTS = 2


def question_words(
    words: str,
    *,
    partnership: str,
    link: str,
    closes_at: datetime,
    now: datetime,
    medium: Medium,
    again: bool = False,
) -> Words:
    """A question to a partner, with the link and the words by which it is answered. `again`: as a reminder."""
    opening = "Reminder: " if again else ""
    if medium is Medium.SMS:
        return Words(
            text=clean_up(f"{opening}{partnership} asks: {words} Reply SEEN, NOT or HEARD. Or answer here: {link}")
        )
    return Words(
        subject=f"{opening}{partnership} asks: {words}",
        text=(
            f"{opening}{words}\n\n"
            f"Please answer by {when(closes_at, now)}. It takes a minute, and you need not sign in:\n\n{link}\n\n"
            "Seen, not seen, or heard of it: all three help. You can change your answer until then. Please name "
            "nobody: no names, dates of birth or full addresses.\n\n"
            f"If someone is in danger now, call 999.\n\n{partnership}\n"
        ),
    )


def longest_text(words: str, *, partnership: str, sample_link: str, now: datetime) -> str:
    """The longest text message that a question comes to: its reminder."""
    return question_words(
        words,
        partnership=partnership,
        link=sample_link,
        closes_at=now,
        now=now,
        medium=Medium.SMS,
        again=True,
    ).text
