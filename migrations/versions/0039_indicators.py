"""Figures of indicators, what they were before, targets, locked periods, and what is hidden."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"

MOMENT = sa.DateTime(timezone=True)


def of_what() -> list[sa.Column[object]]:
    return [
        sa.Column("indicator", sa.String(40), nullable=False),
        sa.Column("area", sa.String(9), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=False),
    ]


def partnership() -> sa.Column[object]:
    return sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "indicator_figures",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        partnership(),
        *of_what(),
        sa.Column("value", sa.Numeric(14, 4), nullable=False),
        sa.Column("numerator", sa.Numeric(14, 4), nullable=True),
        sa.Column("denominator", sa.Numeric(14, 4), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("release", sa.String(40), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("note", sa.String(300), server_default="", nullable=False),
        sa.Column("method", sa.String(60), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.String(120), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.UniqueConstraint("partnership_id", "indicator", "area", "part", "ends_on", "months"),
    )
    op.create_index("ix_indicator_figures_period", "indicator_figures", ["partnership_id", "ends_on"])
    op.create_table(
        "indicator_revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("figure_id", sa.BigInteger(), sa.ForeignKey("indicator_figures.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
    op.create_index("ix_indicator_revisions_figure_id", "indicator_revisions", ["figure_id"])
    op.create_table(
        "indicator_targets",
        sa.Column("id", sa.Integer(), primary_key=True),
        partnership(),
        sa.Column("indicator", sa.String(40), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("value", sa.Numeric(14, 4), nullable=False),
        sa.Column("by", sa.Date(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by", sa.String(120), nullable=False),
        sa.UniqueConstraint("partnership_id", "indicator", "part", "by"),
    )
    op.create_table(
        "indicator_locks",
        sa.Column("id", sa.Integer(), primary_key=True),
        partnership(),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("locked_at", MOMENT, nullable=False),
        sa.Column("locked_by", sa.String(120), nullable=False),
        sa.Column("locked_by_id", sa.Integer(), nullable=False),
        sa.Column("unlocked_at", MOMENT, nullable=True),
        sa.Column("unlocked_by", sa.String(120), nullable=True),
        sa.Column("why_unlocked", sa.Text(), server_default="", nullable=False),
    )
    op.create_index(
        "uq_indicator_locks_period",
        "indicator_locks",
        ["partnership_id", "ends_on"],
        unique=True,
        postgresql_where=sa.text("unlocked_at IS NULL"),
    )
    op.create_table(
        "indicator_hidden",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        partnership(),
        *of_what(),
        sa.Column("why", sa.String(80), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.UniqueConstraint("partnership_id", "indicator", "area", "part", "ends_on", "months"),
    )
    op.create_table(
        "indicator_files",
        sa.Column("id", sa.Integer(), primary_key=True),
        partnership(),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.String(60), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("files", "hidden", "locks", "targets", "revisions", "figures"):
        op.drop_table(f"indicator_{table}")
