"""Files of laboratory results; where a sample was taken; results and reports that were told apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "result_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("uploaded_by", sa.String(60), nullable=False),
        sa.Column("uploaded_by_name", sa.String(120), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("drafts", JSONB(), nullable=False),
        sa.Column("faults", JSONB(), nullable=False),
        sa.Column("passed_over", JSONB(), nullable=False),
        sa.Column("accept_good_rows", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", JSONB(), nullable=False),
        sa.Column("known", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_result_files_partnership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_result_files"),
    )
    op.create_index(
        "ix_result_files_partnership_id_uploaded_at", "result_files", ["partnership_id", "uploaded_at"]
    )
    op.create_table(
        "results_told_apart",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("lab_result_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lab_result_id"], ["lab_results.id"], name="fk_results_told_apart_lab_result_id"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name="fk_results_told_apart_partnership_id"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_results_told_apart_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_results_told_apart"),
        sa.UniqueConstraint("lab_result_id", "report_id", name="uq_results_told_apart_lab_result_id_report_id"),
    )
    op.add_column("lab_results", sa.Column("area_code", sa.String(9), nullable=True))
    op.create_foreign_key("fk_lab_results_area_code", "lab_results", "areas", ["area_code"], ["code"])


def downgrade() -> None:
    op.drop_constraint("fk_lab_results_area_code", "lab_results", type_="foreignkey")
    op.drop_column("lab_results", "area_code")
    op.drop_table("results_told_apart")
    op.drop_table("result_files")
