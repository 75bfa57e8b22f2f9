"""Reports that somebody is giving by text message."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "texted_reports",
        sa.Column("address_index", sa.String(64), primary_key=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("texted_reports")
