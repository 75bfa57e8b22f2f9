"""Since when an address is known, whether it was confirmed, and when a list was last checked."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("email", "mobile"):
        op.add_column("contacts", sa.Column(f"{name}_since", MOMENT, nullable=True))
        op.execute(sa.text(f"UPDATE contacts SET {name}_since = added_at"))  # noqa: S608 - our own names only
        op.alter_column("contacts", f"{name}_since", nullable=False)
        op.add_column("contacts", sa.Column(f"{name}_confirmed_at", MOMENT, nullable=True))
    op.add_column("contacts", sa.Column("asked_to_confirm_at", MOMENT, nullable=True))
    op.add_column("contact_lists", sa.Column("reviewed_at", MOMENT, nullable=False, server_default=sa.func.now()))
    op.alter_column("contact_lists", "reviewed_at", server_default=None)
    op.add_column("contact_lists", sa.Column("review_told_at", MOMENT, nullable=True))
    op.create_index(
        "ix_deliveries_of_contacts",
        "deliveries",
        ["contact_id", "medium", "id"],
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_of_contacts", "deliveries")
    for name in ("review_told_at", "reviewed_at"):
        op.drop_column("contact_lists", name)
    op.drop_column("contacts", "asked_to_confirm_at")
    for name in ("email", "mobile"):
        op.drop_column("contacts", f"{name}_confirmed_at")
        op.drop_column("contacts", f"{name}_since")
