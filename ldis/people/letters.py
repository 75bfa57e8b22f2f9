"""The words of the messages about accounts: a code to sign in with, an invitation."""

from alerts.messages import Words
from ldis.people.rules import Role

SIGNATURE = "Local Drug Information System"


def code_words(code: str) -> Words:
    """The e-mail with a sign-in code. It carries no link: a link can be followed by a mail scanner or twice."""
    return Words(
        subject=f"{code} is your sign-in code",
        text=(
            f"Your code to sign in is\n\n{code}\n\n"
            "It works once, for 10 minutes. A newer code replaces it.\n\n"
            "Nobody from the service will ever ask you for it. If you did not ask for a code, do nothing: "
            "without it nobody can sign in as you.\n\n"
            f"{SIGNATURE}\n"
        ),
    )


def invitation_words(*, name: str, partnership: str, role: Role, inviter: str, link: str) -> Words:
    """The e-mail that invites somebody to a role."""
    return Words(
        subject=f"Invitation to the {partnership} drug information system",
        text=(
            f"Dear {name},\n\n"
            f"{inviter} has invited you to the drug information system of {partnership}, as {role.value}.\n\n"
            f"Open this link and confirm:\n\n{link}\n\n"
            "The link works once, for 7 days. You then sign in with a code that we email to you; "
            "there is no password.\n\n"
            "If you did not expect this, do nothing.\n\n"
            f"{SIGNATURE}\n"
        ),
    )
