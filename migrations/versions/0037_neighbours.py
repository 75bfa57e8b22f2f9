"""Feeds of neighbouring services, and the alerts that came by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "neighbour_feeds",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("fault", sa.String(200), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(200), nullable=False),
        sa.Column("last_modified", sa.String(80), nullable=False),
    )
    op.create_index(
        "uq_neighbour_feeds_address",
        "neighbour_feeds",
        ["partnership_id", "address"],
        unique=True,
        postgresql_where=sa.text("state <> 'removed'"),
    )
    op.create_table(
        "neighbour_alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("feed_id", sa.Integer(), sa.ForeignKey("neighbour_feeds.id"), nullable=False),
        sa.Column("sender", sa.String(300), nullable=False),
        sa.Column("identifier", sa.String(300), nullable=False),
        sa.Column("sent", MOMENT, nullable=False),
        sa.Column("entry", sa.String(400), nullable=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("is_real", sa.Boolean(), nullable=False),
        sa.Column("follows", postgresql.JSONB(), nullable=False),
        sa.Column("headline", sa.String(300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("areas", postgresql.JSONB(), nullable=False),
        sa.Column("web", sa.String(500), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("standing", sa.String(40), nullable=False),
        sa.Column("disposition", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(120), nullable=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=True),
        sa.UniqueConstraint("partnership_id", "sender", "identifier", "sent"),
    )
    op.create_index(
        "ix_neighbour_alerts_waiting",
        "neighbour_alerts",
        ["partnership_id"],
        postgresql_where=sa.text("disposition = 'waiting'"),
    )
    op.create_index("ix_neighbour_alerts_case_id", "neighbour_alerts", ["case_id"])
    op.create_index("ix_neighbour_alerts_feed_id", "neighbour_alerts", ["feed_id"])


def downgrade() -> None:
    op.drop_table("neighbour_alerts")
    op.drop_table("neighbour_feeds")
