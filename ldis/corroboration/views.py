"""What partners were asked about a case and how many answered what, as pages show it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.corroboration import queries
from ldis.corroboration.models import PartnerQuestion
from ldis.corroboration.rules import Count, count, count_by


@dataclass(frozen=True)
class AskedView:
    """One question with its counts: together, by sector and by area."""

    question: PartnerQuestion
    count: Count
    by_sector: list[tuple[str, Count]]
    by_area: list[tuple[str, Count]]

    @property
    def left_out(self) -> str:
        """Who was picked and not asked, in a sentence."""
        gone, lost = self.question.opted_out, self.question.unreachable
        said = [f"{gone} opted out" if gone else "", f"{lost} could not be reached" if lost else ""]
        listed = " and ".join(part for part in said if part)
        return f"Not asked: {listed}." if listed else ""


def asked_about(session: Session, case: Case) -> list[AskedView]:
    """Every question about a case with its counts, the newest first."""
    questions = queries.questions_about(session, case)
    if not questions:
        return []
    told = queries.told(session, case, questions)
    return [
        AskedView(
            question=question,
            count=count(told[question.id]),
            by_sector=count_by(told[question.id], lambda one: one.sector),
            by_area=count_by(told[question.id], lambda one: one.area),
        )
        for question in questions
    ]
