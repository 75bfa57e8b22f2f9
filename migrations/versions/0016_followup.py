"""What becomes of a report: steps, updates, questions, and codes to follow it by."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("incident_reports", sa.Column("reporter_email_index", sa.String(64), nullable=True))
    op.create_index(
        "ix_incident_reports_reporter_email_index",
        "incident_reports",
        ["reporter_email_index"],
        postgresql_where=sa.text("reporter_email_index IS NOT NULL"),
    )
    op.create_index(
        "ix_incident_reports_received_by",
        "incident_reports",
        ["received_by"],
        postgresql_where=sa.text("received_by LIKE 'person/%'"),
    )
    op.create_table(
        "report_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("came_to", sa.String(40), nullable=True),
        sa.Column("decision", sa.String(40), nullable=True),
        sa.Column("to_be_told", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.String(40), nullable=True),
        sa.CheckConstraint(
            "(came_to IS NOT NULL) = (status = 'decided')", name="ck_report_steps_decided_came_to_something"
        ),
        sa.CheckConstraint("(came_to IS NULL) = (decision IS NULL)", name="ck_report_steps_came_to_by_a_decision"),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_report_steps_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_steps"),
        sa.UniqueConstraint("report_id", "decision", name="uq_report_steps_report_id_decision"),
    )
    op.create_index(
        "ix_report_steps_to_tell",
        "report_steps",
        ["id"],
        postgresql_where=sa.text("to_be_told AND told_at IS NULL"),
    )
    op.create_table(
        "report_questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("submission_key", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_report_questions_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_questions"),
        sa.UniqueConstraint("report_id", "submission_key", name="uq_report_questions_report_id_submission_key"),
        sa.UniqueConstraint("token_digest", name="uq_report_questions_token_digest"),
    )
    op.create_table(
        "report_updates",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("submission_key", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_report_updates_report_id"),
        sa.ForeignKeyConstraint(["question_id"], ["report_questions.id"], name="fk_report_updates_question_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_updates"),
        sa.UniqueConstraint("report_id", "submission_key", name="uq_report_updates_report_id_submission_key"),
    )
    op.create_index("ix_report_updates_question_id", "report_updates", ["question_id"])
    op.create_index(
        "ix_report_updates_unseen", "report_updates", ["report_id"], postgresql_where=sa.text("seen_at IS NULL")
    )
    op.create_table(
        "tracking_codes",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_tracking_codes_report_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_tracking_codes"),
    )


def downgrade() -> None:
    op.drop_table("tracking_codes")
    op.drop_table("report_updates")
    op.drop_table("report_questions")
    op.drop_table("report_steps")
    op.drop_index("ix_incident_reports_received_by", "incident_reports")
    op.drop_index("ix_incident_reports_reporter_email_index", "incident_reports")
    op.drop_column("incident_reports", "reporter_email_index")
