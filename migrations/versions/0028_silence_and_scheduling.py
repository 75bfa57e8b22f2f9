"""Deputies of organisations, alerts that leave later, approvals that were cancelled, and what fell behind its target."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"

TIME = sa.DateTime(timezone=True)
LEVELS = {"red": "Red alert", "warning": "Warning", "information": "Information"}
LINK = "\ue000"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("stands_in", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("alerts", sa.Column("scheduled_for", TIME, nullable=True))
    op.add_column("approvals", sa.Column("reminders", JSONB(), nullable=True))
    op.add_column("approvals", sa.Column("voided_at", TIME, nullable=True))
    op.add_column("approvals", sa.Column("void_reason", sa.Text(), nullable=False, server_default=""))
    _write_reminders()
    op.alter_column("approvals", "reminders", nullable=False)
    op.drop_constraint("uq_approvals_alert_id", "approvals")
    op.create_index(
        "uq_approvals_one_stands",
        "approvals",
        ["alert_id"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "alert_shortfalls",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("told_at", TIME, nullable=False),
        sa.UniqueConstraint("alert_id", "target"),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_alert_shortfalls_share_is_one")),
    )


def _write_reminders() -> None:
    """What follows alerts that were approved before the words were kept, as it was then."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT p.id, a.level, a.content FROM approvals p JOIN alerts a ON a.id = p.alert_id")
    ).all()
    for number, level, content in rows:
        headline, reference = content["headline"], content["reference"]
        opening = f"{LEVELS[level]}: {headline.rstrip('.')}."
        kept = {
            "reminder": [
                f"Reminder: {headline}",
                f"Reminder. {opening} You have not yet said that you have alert {reference}. "
                f"Open it and press the button: {LINK}",
            ],
            "deputy": [
                f"Nobody where you work has answered: {headline}",
                f"{opening} Nobody where you work has said that they have {reference}. You stand in: "
                f"open it and press the button: {LINK}",
            ],
        }
        connection.execute(
            sa.text("UPDATE approvals SET reminders = CAST(:kept AS jsonb) WHERE id = :number"),
            {"kept": json.dumps(kept), "number": number},
        )


def downgrade() -> None:
    op.drop_table("alert_shortfalls")
    op.drop_index("uq_approvals_one_stands", "approvals")
    op.execute("DELETE FROM approvals WHERE voided_at IS NOT NULL")
    op.create_unique_constraint("uq_approvals_alert_id", "approvals", ["alert_id"])
    for column in ("void_reason", "voided_at", "reminders"):
        op.drop_column("approvals", column)
    op.execute("UPDATE alerts SET state = 'waiting for approval' WHERE state = 'scheduled'")
    op.drop_column("alerts", "scheduled_for")
    op.drop_column("contacts", "stands_in")
