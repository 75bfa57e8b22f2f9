"""Questions about a case to partners, whom they were put to, and the answers."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "partner_questions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("submission_key", sa.String(80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(60), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out", sa.Integer(), nullable=False),
        sa.Column("unreachable", sa.Integer(), nullable=False),
        sa.UniqueConstraint("case_id", "submission_key"),
    )
    op.create_index(
        "ix_partner_questions_to_remind",
        "partner_questions",
        ["remind_at"],
        postgresql_where=sa.text("reminded_at IS NULL"),
    )
    op.create_table(
        "asked_partners",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("partner_questions.id"), nullable=False),
        sa.Column("contact_id", sa.Integer(), sa.ForeignKey("contacts.id"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisations.id"), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False, unique=True),
        sa.UniqueConstraint("question_id", "contact_id", name="uq_asked_partners_once"),
    )
    op.create_index("ix_asked_partners_contact_id", "asked_partners", ["contact_id"])
    op.create_table(
        "partner_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("asked_id", sa.BigInteger(), sa.ForeignKey("asked_partners.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("sighting", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("late", sa.String(40), nullable=True),
    )
    op.create_index("ix_partner_answers_asked_id", "partner_answers", ["asked_id"])


def downgrade() -> None:
    for table in ("partner_answers", "asked_partners", "partner_questions"):
        op.drop_table(table)
