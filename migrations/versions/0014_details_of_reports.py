"""What may be added to a report; what was kept though it looked like a personal detail, and why."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"

EMPTY = "''"
NO_LIST = "'[]'"

DETAILS = (
    ("people_affected", sa.SmallInteger(), None),
    ("age_bands", JSONB(), NO_LIST),
    ("sex", sa.String(40), None),
    ("naloxone_doses", sa.SmallInteger(), None),
    ("naloxone_response", sa.String(40), None),
    ("ambulance_called", sa.String(40), None),
    ("ed_attended", sa.String(40), None),
    ("recovered", sa.String(40), None),
    ("colour", sa.String(60), EMPTY),
    ("markings", sa.String(80), EMPTY),
    ("packaging", sa.String(120), EMPTY),
    ("brand", sa.String(80), EMPTY),
    ("routes", JSONB(), NO_LIST),
    ("other_substances", sa.String(200), EMPTY),
    ("sample", sa.String(40), None),
    ("safeguarding", sa.String(40), None),
)
KEPT = (("kept_details", sa.LargeBinary(), None), ("kept_details_reason", sa.String(300), EMPTY))

LIKELY_KIND = """
    UPDATE incident_reports SET kind = CASE
        WHEN harm_level = 'fatal' THEN 'suspected drug-related death'
        WHEN form = 'vape liquid or device' THEN 'illicit vape'
        WHEN harm_level = 'life-threatening' OR naloxone = 'given' THEN 'non-fatal overdose'
        WHEN harm_level <> 'none seen' THEN 'adverse reaction'
        WHEN how_known = 'read it' THEN 'drug trend'
        ELSE 'suspicious substance'
    END
"""


def upgrade() -> None:
    for name, kind, default in DETAILS + KEPT:
        _add("incident_reports", name, kind, default)
    for name, kind, default in KEPT:
        _add("lab_results", name, kind, default)
    op.add_column("incident_reports", sa.Column("kind", sa.String(40), nullable=True))
    op.execute(LIKELY_KIND)
    op.alter_column("incident_reports", "kind", nullable=False)
    op.create_check_constraint(
        op.f("ck_incident_reports_people_are_counted"), "incident_reports", "people_affected > 0"
    )
    op.create_check_constraint(
        op.f("ck_incident_reports_doses_are_counted"), "incident_reports", "naloxone_doses > 0"
    )
    op.create_check_constraint(
        op.f("ck_incident_reports_doses_were_given"),
        "incident_reports",
        "naloxone = 'given' OR (naloxone_doses IS NULL AND naloxone_response IS NULL)",
    )


def _add(table: str, name: str, kind: sa.types.TypeEngine[object], default: str | None) -> None:
    """Rows that are there already get the default; from then on it is the application that says."""
    op.add_column(
        table, sa.Column(name, kind, nullable=default is None, server_default=default and sa.text(default))
    )
    if default is not None:
        op.alter_column(table, name, server_default=None)


def downgrade() -> None:
    for name in ("doses_were_given", "doses_are_counted", "people_are_counted"):
        op.drop_constraint(op.f(f"ck_incident_reports_{name}"), "incident_reports", type_="check")
    op.drop_column("incident_reports", "kind")
    for name, *_ in KEPT:
        op.drop_column("lab_results", name)
    for name, *_ in KEPT + DETAILS:
        op.drop_column("incident_reports", name)
