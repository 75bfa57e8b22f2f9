"""A reason for each warning of the wording check, in place of one for all of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("override_reasons", JSONB(), server_default="{}", nullable=False))
    op.execute(
        "UPDATE alerts SET override_reasons = jsonb_build_object('', override_reason) WHERE override_reason <> ''"
    )
    op.alter_column("alerts", "override_reasons", server_default=None)
    op.drop_column("alerts", "override_reason")


def downgrade() -> None:
    op.add_column("alerts", sa.Column("override_reason", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE alerts SET override_reason = coalesce("
        "(SELECT string_agg(DISTINCT one.value, ' ') FROM jsonb_each_text(override_reasons) AS one), '')"
    )
    op.alter_column("alerts", "override_reason", server_default=None)
    op.drop_column("alerts", "override_reasons")
