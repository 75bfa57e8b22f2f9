"""Cases, what they gather, and what the panel said."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("risk_to_life", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["coordinator_id"], ["people.id"], name="fk_cases_coordinator_id"),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_cases_partnership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("partnership_id", "number", name="uq_cases_partnership_id_number"),
        sa.UniqueConstraint("reference", name="uq_cases_reference"),
    )
    op.create_index("ix_cases_partnership_id_state", "cases", ["partnership_id", "state"])
    op.create_table(
        "case_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("lab_result_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(60), nullable=False),
        sa.CheckConstraint("num_nonnulls(report_id, lab_result_id) = 1", name="ck_case_evidence_one_thing"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_evidence_case_id"),
        sa.ForeignKeyConstraint(["lab_result_id"], ["lab_results.id"], name="fk_case_evidence_lab_result_id"),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_case_evidence_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_evidence"),
        sa.UniqueConstraint("lab_result_id", name="uq_case_evidence_lab_result_id"),
        sa.UniqueConstraint("report_id", name="uq_case_evidence_report_id"),
    )
    op.create_index("ix_case_evidence_case_id", "case_evidence", ["case_id"])


def downgrade() -> None:
    op.drop_table("decisions")
    op.drop_table("votes")
    op.drop_table("recusals")
    op.drop_table("gradings")
    op.drop_table("case_entries")
    op.drop_table("case_evidence")
    op.drop_table("cases")
