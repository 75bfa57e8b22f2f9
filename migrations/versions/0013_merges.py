"""Reports of one event: merged, or told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "report_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(60), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kept_id <> merged_id", name="ck_report_merges_two_reports"),
        sa.ForeignKeyConstraint(["kept_id"], ["incident_reports.id"], name="fk_report_merges_kept_id"),
        sa.ForeignKeyConstraint(["merged_id"], ["incident_reports.id"], name="fk_report_merges_merged_id"),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_report_merges_partnership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_merges"),
    )
    op.create_index("ix_report_merges_kept_id", "report_merges", ["kept_id"])
    op.create_index(
        "uq_report_merges_merged_id",
        "report_merges",
        ["merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "reports_told_apart",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="ck_reports_told_apart_in_order"),
        sa.ForeignKeyConstraint(["first_id"], ["incident_reports.id"], name="fk_reports_told_apart_first_id"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name="fk_reports_told_apart_partnership_id"
        ),
        sa.ForeignKeyConstraint(["second_id"], ["incident_reports.id"], name="fk_reports_told_apart_second_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports_told_apart"),
        sa.UniqueConstraint("first_id", "second_id", name="uq_reports_told_apart_first_id_second_id"),
    )
    op.create_index("ix_reports_told_apart_second_id", "reports_told_apart", ["second_id"])


def downgrade() -> None:
    op.drop_table("reports_told_apart")
    op.drop_table("report_merges")
