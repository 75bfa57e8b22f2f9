"""What stands beside a report or a result on its page: what is like it, and what was merged into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ldis.cases.answers import Rows, rows_of_report
from ldis.people.access import Actor
from ldis.submissions import comparing
from ldis.submissions import queries as submissions
from ldis.submissions.comparing import Suggestion
from ldis.submissions.models import IncidentReport, LabResult
from ldis.substances.names import Names


@dataclass(frozen=True)
class Difference:
    """One question with both answers."""

    question: str
    here: str
    there: str

    @property
    def differ(self) -> bool:
        """Whether the answers are not the same."""
        return self.here != self.there


@dataclass(frozen=True)
class Beside:
    """A suggestion with both reports in questions and answers."""

    suggestion: Suggestion
    differences: Sequence[Difference]


def beside(session: Session, thing: IncidentReport | LabResult, actor: Actor, *, names: Names) -> dict[str, Any]:
    """What the page of one report or result shows besides itself."""
    if isinstance(thing, LabResult):
        return {
            "may_be_from": comparing.reports_for(session, thing, names=names),
            "follows": submissions.said_to_be_followed_by(session, thing),
        }
    speaker = submissions.speaking_for(session, thing)
    mine = rows_of_report(session, thing, actor)

    def with_mine(other: IncidentReport) -> list[Difference]:
        return side_by_side(mine, rows_of_report(session, other, actor))

    merged = submissions.merged_into(session, [thing]).get(thing.id, [])
    alike = [] if speaker else comparing.reports_like(session, thing)
    return {
        "speaker": speaker,
        "merged": [(one, with_mine(one)) for one in merged],
        "alike": [Beside(one, with_mine(one.report)) for one in alike],
    }


def side_by_side(here: Rows, there: Rows) -> list[Difference]:
    """Both accounts by question, in the order in which they are asked."""
    asked = list(dict.fromkeys(question for question, _ in (*here, *there)))
    mine, theirs = dict(here), dict(there)
    return [Difference(question, mine.get(question, ""), theirs.get(question, "")) for question in asked]
