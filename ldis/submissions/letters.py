"""The letter with a reference, for a reporter who asked for it."""

from alerts.messages import Medium, Words
from ldis.deliveries.rules import Urgency
from ldis.deliveries.service import Letter
from ldis.people.numbers import normal_mobile
from ldis.people.rules import Place
from ldis.submissions.reaching import Reporter, SendBy
from ldis.submissions.rules import spoken

MOST_A_DAY = {Medium.SMS: 3, Medium.EMAIL: 10}
"""How many references one address is sent within a day: anybody may type anybody’s number into an open form."""

SIGNATURE = "Local Drug Information System"


def reference_letter(reporter: Reporter, reference: str, report_id: int, *, place: Place) -> Letter | None:
    """The letter, unless nobody asked for one. It says nothing of the report: others may read over a shoulder."""
    medium, address = _where(reporter)
    if not address:
        return None
    return Letter(
        medium=medium,
        address=address,
        words=reference_words(reference, medium, partnership=place.name),
        about=f"report-reference/{report_id}",
        recipient=f"reporter/{report_id}",
        urgency=Urgency.ROUTINE,
        partnership_id=place.id,
        most_a_day=MOST_A_DAY[medium],
    )


def _where(reporter: Reporter) -> tuple[Medium, str]:
    if reporter.reference_by is SendBy.TEXT:
        return Medium.SMS, normal_mobile(reporter.reporter_phone) or ""
    return Medium.EMAIL, reporter.reporter_email if reporter.reference_by is SendBy.EMAIL else ""


def reference_words(reference: str, medium: Medium, *, partnership: str) -> Words:
    """The reference, to read and to say. A text message of it is one segment."""
    said = f"Say it as: {spoken(reference)}."
    if medium is Medium.SMS:
        return Words(
            text=f"Thank you. Your report has the reference {reference}. {said} Quote it if you hear more."
        )
    return Words(
        subject=f"Your reference is {reference}",
        text=(
            f"Thank you for your report to {partnership}. Its reference is\n\n{reference}\n\n{said}\n\n"
            "Quote it if you hear more. If you did not send a report, do nothing: somebody mistyped an address.\n\n"
            f"If someone is in danger now, call 999.\n\n{SIGNATURE}\n"
        ),
    )
