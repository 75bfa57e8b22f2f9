"""How the audit record names what a reference names."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ldis.cases.models import Case
from ldis.issuing.models import Alert
from ldis.submissions.models import IncidentReport, LabResult

KINDS: tuple[tuple[str, type[Case] | type[Alert] | type[IncidentReport] | type[LabResult]], ...] = (
    ("case", Case),
    ("alert", Alert),
    ("report", IncidentReport),
    ("result", LabResult),
)


def name_of_reference(session: Session, reference: str, *, partnership_id: int) -> str | None:
    """The name in the record of the case, alert, report or result with this reference; nothing where there is none."""
    for kind, model in KINDS:
        found = session.scalar(
            select(model.id).where(
                model.reference == reference.strip().upper(), model.partnership_id == partnership_id
            )
        )
        if found is not None:
            return f"{kind}/{found}"
    return None
