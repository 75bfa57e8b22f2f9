"""By which of two providers text messages go, and how both have done lately."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "provider_standings",
        sa.Column("medium", sa.String(40), primary_key=True),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "provider_tallies",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("medium", sa.String(40), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
    )
    op.create_index("ix_provider_tallies_at", "provider_tallies", ["medium", "at"])


def downgrade() -> None:
    op.drop_table("provider_tallies")
    op.drop_table("provider_standings")
