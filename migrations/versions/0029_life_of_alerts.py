"""What an alert replaces, until when it stands, and when that ended."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

INDEX = "uq_alerts_one_draft_per_case"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("replaces_id", sa.Integer(), sa.ForeignKey("alerts.id"), nullable=True))
    op.add_column("alerts", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("stands_until", sa.Date(), nullable=True))
    op.add_column("alerts", sa.Column("review_told_for", sa.Date(), nullable=True))
    op.create_unique_constraint("uq_alerts_replaces_id", "alerts", ["replaces_id"])
    op.drop_index(INDEX, "alerts")
    op.create_index(
        INDEX,
        "alerts",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('draft', 'waiting for approval', 'scheduled') AND replaces_id IS NULL"
        ),
    )


def downgrade() -> None:
    op.drop_index(INDEX, "alerts")
    op.create_index(INDEX, "alerts", ["case_id"], unique=True, postgresql_where=sa.text("state <> 'issued'"))
    op.drop_constraint("uq_alerts_replaces_id", "alerts")
    for column in ("review_told_for", "stands_until", "ended_at", "replaces_id"):
        op.drop_column("alerts", column)
