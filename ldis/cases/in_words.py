"""The table of rules as rows of words, for docs/ and for the policy page. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from ldis.cases.rules import RULES, Rule, State

HEADINGS = ("State", "Action", "Then", "Who", "Reason", "A second person", "Only when")

INTRODUCTION = """# How a case goes

Written by `ldis docs workflow` from the one table in `ldis/cases/rules.py`; a test says when it is out of date.
What is not in the table is refused and changes nothing.

![The states of a case and the moves between them](case-workflow.svg)
"""


@dataclass(frozen=True)
class Row:
    """One rule, as a person reads it."""

    state: str
    action: str
    then: str
    who: str
    reason: str
    second_person: str
    only_when: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands under each heading."""
        return (
            self.state,
            self.action,
            self.then,
            self.who,
            self.reason,
            self.second_person,
            self.only_when,
        )


def who_in_words(rule: Rule) -> str:
    """Who may make a move."""
    return " or ".join(sorted(role.value for role in rule.by)) or "the service itself"


def rows() -> Iterator[Row]:
    """Every rule, state by state, in the order of the table."""
    for state in State:
        for (where, action), rule in RULES.items():
            if where is state:
                yield Row(
                    state=state.value,
                    action=action.value,
                    then="stays" if rule.then is state else rule.then.value,
                    who=who_in_words(rule),
                    reason="needed" if rule.needs_reason else "",
                    second_person="not whoever took the decision" if rule.second_person else "",
                    only_when=rule.when.value if rule.when else "",
                )


def as_markdown() -> str:
    """The page of docs/ that holds the table."""
    lines = [HEADINGS, tuple("---" for _ in HEADINGS), *(row.cells for row in rows())]
    return f"{INTRODUCTION}\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
