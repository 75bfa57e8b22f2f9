"""What reviewers see of a vape."""

from collections.abc import Sequence

from ldis.people.access import Actor
from ldis.people.rules import Role
from ldis.submissions.kept import Kept, marked
from ldis.vapes.models import VapeDetails

Rows = list[tuple[str, str]]


def rows_of(vape: VapeDetails, actor: Actor, kept: Sequence[Kept] = ()) -> Rows:
    """A vape in questions and answers; what was not answered is left out, the school's name is for coordinators."""
    help_had = [
        words
        for words, had in (("Ambulance called", vape.ambulance_called), ("Emergency department", vape.ed_attended))
        if had
    ]
    rows = [
        ("Believed to contain", sentence(vape.believed)),
        ("Bought from", vape.bought_from),
        ("Young people who collapsed", "" if vape.collapsed is None else str(vape.collapsed)),
        ("Ambulance or hospital", ", ".join(help_had)),
        ("The device", sentence(vape.device)),
        ("School informed", sentence(vape.school_informed)),
        ("Safeguarding lead told", sentence(vape.safeguarding_lead_told)),
        ("School (coordinators only)", (vape.school_name or "") if actor.holds(Role.COORDINATOR) else ""),
    ]
    return [(question, marked(answer, kept)) for question, answer in rows if answer]


def sentence(word: str | None) -> str:
    """A word of ours with a capital."""
    return word[0].upper() + word[1:] if word else ""
