"""The outbox and the receipts for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("reference", sa.Uuid(), nullable=False, unique=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=True),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("recipient", sa.String(40), nullable=False),
        sa.Column("medium", sa.String(40), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        moment("written_at"),
        moment("due_at"),
        moment("give_up_at"),
        moment("claimed_at", nullable=True),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        moment("sent_at", nullable=True),
        moment("settled_at", nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.UniqueConstraint("about", "recipient", "medium", name="uq_deliveries_once"),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["medium", "urgency", "due_at", "id"],
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_deliveries_in_flight", "deliveries", ["claimed_at"], postgresql_where=sa.text("state = 'sending'")
    )
    op.create_index(
        "ix_deliveries_in_doubt",
        "deliveries",
        ["id"],
        postgresql_where=sa.text("state = 'may have been sent'"),
    )
    op.create_index(
        "ix_deliveries_provider_reference",
        "deliveries",
        ["provider_reference"],
        postgresql_where=sa.text("provider_reference IS NOT NULL"),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("delivery_id", sa.BigInteger(), sa.ForeignKey("deliveries.id"), nullable=False),
        moment("received_at"),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("detail", JSONB(), nullable=False),
    )
    op.create_index("ix_receipts_delivery_id", "receipts", ["delivery_id"])


def downgrade() -> None:
    op.drop_table("receipts")
    op.drop_table("deliveries")
