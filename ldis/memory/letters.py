"""The words of the e-mails by which a coordinator hears that a case is back, or due for another look."""

from alerts.messages import Words
from ldis.cases.models import Case, Decision
from ldis.cases.telling import SIGNATURE
from ldis.web.dates import day


def recalled_words(case: Case, decision: Decision, *, why: str, link: str) -> Words:
    """A case that ended in no further action is back. The title of a case names nobody."""
    return Words(
        subject=f"Case {case.reference} is back: something like it has come in",
        text=(
            f"Case {case.reference}, {case.title}, ended in no further action on {day(decision.decided_at)}.\n\n"
            f"{why}\n\nThe case is in triage again. The earlier decision and its reasons are kept:\n\n{link}\n\n"
            f"{SIGNATURE}\n"
        ),
    )


def look_again_words(case: Case, decision: Decision, *, link: str) -> Words:
    """The day has come on which a decision of no further action was to be looked at again."""
    return Words(
        subject=f"Case {case.reference}: look again at no further action",
        text=(
            f"Case {case.reference}, {case.title}, ended in no further action on {day(decision.decided_at)}, to be "
            f"looked at again by now.\n\nReopen it if something has changed. Otherwise nothing needs to be done: it "
            f"stays searchable, and a report like it brings it back.\n\n{link}\n\n{SIGNATURE}\n"
        ),
    )
