"""The words of the messages to a reporter: a code, a question, what came of the report."""

from alerts.messages import Medium, Words
from alerts.sms_text import clean_up, segments
from ldis.followup.rules import IN_A_TEXT, CameTo, sentence

SIGNATURE = "Local Drug Information System"
MOST_SEGMENTS = 2


def code_words(code: str, *, reference: str, medium: Medium) -> Words:
    """The code with which a report is followed. No link: a link can be followed by a mail scanner or twice."""
    lasts = "It works once, for 10 minutes."
    if medium is Medium.SMS:
        text = f"{code} is your code to follow report {reference}. {lasts} Nobody from the service will ask you for it."
        return Words(text=text)
    return Words(
        subject=f"{code} is your code to follow report {reference}",
        text=(
            f"Your code to follow report {reference} is\n\n{code}\n\n{lasts} A newer code replaces it.\n\n"
            "Nobody from the service will ever ask you for it. If you did not ask for a code, do nothing: without "
            f"it nobody can see the report.\n\n{SIGNATURE}\n"
        ),
    )


def question_words(words: str, *, reference: str, partnership: str, link: str, medium: Medium) -> Words:
    """A question to a reporter, with the link by which it is answered without signing in.

    A text message that would grow too long leaves the question to the page behind the link.
    """
    if medium is Medium.SMS:
        whole = clean_up(f"About your report {reference}: {words} Answer here: {link} ({partnership})")
        short = f"We have a question about your report {reference}. Read and answer it here: {link}"
        return Words(text=whole if segments(whole) <= MOST_SEGMENTS else short)
    return Words(
        subject=f"A question about your report {reference}",
        text=(
            f"Thank you for your report {reference}. {partnership} has a question about it:\n\n{words}\n\n"
            f"Answer here. You need not sign in:\n\n{link}\n\n"
            "The link works for 14 days, and you may answer more than once. Please name nobody: no names, dates of "
            "birth or full addresses of the person.\n\n"
            f"If someone is in danger now, call 999.\n\n{SIGNATURE}\n"
        ),
    )


def outcome_words(
    came_to: CameTo, *, again: bool, reference: str, partnership: str, link: str, medium: Medium
) -> Words:
    """What came of a report. It says nothing of who judged what, and nothing that would put off the next report."""
    if medium is Medium.SMS:
        said = IN_A_TEXT[came_to].again if again else IN_A_TEXT[came_to].first
        return Words(text=clean_up(f"Thank you for report {reference}. {said} More: {link}"))
    thanks = "Thank you again for" if again else "Thank you for"
    return Words(
        subject=f"{'More on' if again else 'What came of'} your report {reference}",
        text=(
            f"{thanks} your report {reference}.\n\n{sentence(came_to, again=again)}\n\n"
            "If you see or hear more, add it here, with a code that we send you, or send another report. Both "
            f"help:\n\n{link}\n\n"
            f"If someone is in danger now, call 999.\n\n{partnership}\n{SIGNATURE}\n"
        ),
    )
