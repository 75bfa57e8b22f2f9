"""What brings cases back to mind, what an issued alert is doubted for, and the ways by which like cases are found."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    op.execute((SQL / "markings.sql").read_text())
    op.create_index(
        "ix_incident_reports_marked",
        "incident_reports",
        ["partnership_id", sa.text("marking_key(markings)")],
        postgresql_where=sa.text("markings <> ''"),
    )
    op.create_index(
        "ix_lab_results_alike", "lab_results", ["partnership_id", "area_code", "substance_class", "id"]
    )
    op.create_index(
        "ix_lab_results_report_id", "lab_results", ["report_id"], postgresql_where=sa.text("report_id IS NOT NULL")
    )
    op.create_index(
        "ix_decisions_no_action",
        "decisions",
        ["decided_at"],
        postgresql_where=sa.text("outcome = 'no further action'"),
    )
    _recalls()
    op.create_table(
        "memory_sweeps",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("swept_to", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name="fk_memory_sweeps_partnership_id_partnerships"
        ),
        sa.PrimaryKeyConstraint("partnership_id", name="pk_memory_sweeps"),
    )
    _doubts()


def _recalls() -> None:
    op.create_table(
        "case_recalls",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("lab_result_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(report_id, lab_result_id) = 1", name=op.f("ck_case_recalls_one_thing")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_recalls_case_id_cases"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_case_recalls_decision_id_decisions"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["incident_reports.id"], name="fk_case_recalls_report_id_incident_reports"
        ),
        sa.ForeignKeyConstraint(
            ["lab_result_id"], ["lab_results.id"], name="fk_case_recalls_lab_result_id_lab_results"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_recalls"),
        sa.UniqueConstraint("case_id", "report_id", name="uq_case_recalls_case_id_report_id"),
        sa.UniqueConstraint("case_id", "lab_result_id", name="uq_case_recalls_case_id_lab_result_id"),
    )
    for column in ("decision_id", "report_id", "lab_result_id"):
        op.create_index(f"ix_case_recalls_{column}", "case_recalls", [column])
    op.create_table(
        "review_notices",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_review_notices_decision_id_decisions"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_review_notices"),
    )


def _doubts() -> None:
    op.create_table(
        "alert_doubts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("lab_result_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_as", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_as IS NULL) AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_alert_doubts_settled_whole"),
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_doubts_alert_id_alerts"),
        sa.ForeignKeyConstraint(
            ["lab_result_id"], ["lab_results.id"], name="fk_alert_doubts_lab_result_id_lab_results"
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name="fk_alert_doubts_settled_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_doubts"),
        sa.UniqueConstraint("alert_id", "lab_result_id", name="uq_alert_doubts_alert_id_lab_result_id"),
    )


def downgrade() -> None:
    for table in ("alert_doubts", "memory_sweeps", "review_notices", "case_recalls"):
        op.drop_table(table)
    op.drop_index("ix_decisions_no_action", "decisions")
    op.drop_index("ix_lab_results_report_id", "lab_results")
    op.drop_index("ix_lab_results_alike", "lab_results")
    op.drop_index("ix_incident_reports_marked", "incident_reports")
    op.execute("DROP FUNCTION marking_key(text)")
