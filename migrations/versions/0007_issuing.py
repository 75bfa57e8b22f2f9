"""Alerts, the versions of their words, their approval, and to whom they went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("code", sa.String(8), nullable=False, unique=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("handling", sa.String(40), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("media", JSONB(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("sent_back_reason", sa.Text(), nullable=False),
        moment("drafted_at"),
        moment("issued_at", nullable=True),
        sa.UniqueConstraint("partnership_id", "number"),
    )
    op.create_index("ix_alerts_case_id", "alerts", ["case_id"])
    op.create_index(
        "uq_alerts_one_draft_per_case",
        "alerts",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'issued'"),
    )
    op.create_table(
        "alert_lists",
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.id"), primary_key=True),
        sa.Column("list_id", sa.Integer(), sa.ForeignKey("contact_lists.id"), primary_key=True),
    )
    op.create_table(
        "alert_versions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        moment("saved_at"),
        sa.Column("snapshot", JSONB(), nullable=False),
        sa.UniqueConstraint("alert_id", "version"),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.id"), nullable=False, unique=True),
        sa.Column("alert_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("approver_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        moment("approved_at"),
    )
    op.create_table(
        "alert_recipients",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("contact_id", sa.Integer(), sa.ForeignKey("contacts.id"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisations.id"), nullable=True),
        sa.Column("token", sa.String(22), nullable=False, unique=True),
        sa.Column("recipient", sa.String(40), nullable=False),
        sa.UniqueConstraint("alert_id", "contact_id"),
    )
    op.create_index("ix_alert_recipients_contact_id", "alert_recipients", ["contact_id"])


def downgrade() -> None:
    op.drop_table("alert_recipients")
    op.drop_table("approvals")
    op.drop_table("alert_versions")
    op.drop_table("alert_lists")
    op.drop_table("alerts")
