"""Who vouches for a result; what a repeat is told; who made an API key and when it was last used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("lab_results", sa.Column("vouched_for", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("lab_results", sa.Column("says_it_follows_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_lab_results_says_it_follows_id", "lab_results", "lab_results", ["says_it_follows_id"], ["id"]
    )
    op.execute("UPDATE lab_results SET vouched_for = false WHERE received_by = 'open form'")
    op.add_column(
        "incident_reports",
        sa.Column("looked_alike", JSONB(), nullable=False, server_default="[]"),
    )
    op.add_column("api_keys", sa.Column("made_by", sa.String(60), nullable=False, server_default=""))
    op.add_column("api_keys", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("api_keys", "last_used_at")
    op.drop_column("api_keys", "made_by")
    op.drop_column("incident_reports", "looked_alike")
    op.drop_constraint("fk_lab_results_says_it_follows_id", "lab_results", type_="foreignkey")
    op.drop_column("lab_results", "says_it_follows_id")
    op.drop_column("lab_results", "vouched_for")
