"""Long files of figures: how far each is read, and the figures that wait until all of them are taken in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "indicator_incoming",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column(
            "file_id", sa.Integer(), sa.ForeignKey("indicator_files.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(40), nullable=False),
        sa.Column("area", sa.String(9), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Numeric(14, 4), nullable=False),
        sa.Column("numerator", sa.Numeric(14, 4), nullable=True),
        sa.Column("denominator", sa.Numeric(14, 4), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("release", sa.String(40), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("method", sa.String(60), nullable=False),
    )
    op.create_index("ix_indicator_incoming_file_id", "indicator_incoming", ["file_id"])
    op.add_column("indicator_files", sa.Column("reading", sa.String(40), server_default="short", nullable=False))
    for name in ("rows_read", "new", "changed"):
        op.add_column("indicator_files", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("indicator_files", sa.Column("faults", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("indicator_files", sa.Column("refused", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for name in ("refused", "faults", "changed", "new", "rows_read", "reading"):
        op.drop_column("indicator_files", name)
    op.drop_table("indicator_incoming")
