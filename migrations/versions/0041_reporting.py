"""Reports with sections, what those said before, comments, and editions that never change once they are signed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "partnership_reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("sort", sa.String(40), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("edition", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("begun_by", sa.String(120), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
    )
    op.create_index("ix_partnership_reports_period", "partnership_reports", ["partnership_id", "ends_on"])
    op.create_table(
        "report_sections",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("report_id", sa.Integer(), sa.ForeignKey("partnership_reports.id"), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("heading", sa.String(160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
    )
    op.create_index("ix_report_sections_report_id", "report_sections", ["report_id"])
    op.create_table(
        "report_earlier",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("section_id", sa.Integer(), sa.ForeignKey("report_sections.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.UniqueConstraint("section_id", "version"),
    )
    op.create_table(
        "report_comments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("section_id", sa.Integer(), sa.ForeignKey("report_sections.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(120), nullable=True),
    )
    op.create_index("ix_report_comments_section_id", "report_comments", ["section_id"])
    op.create_table(
        "report_editions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("report_id", sa.Integer(), sa.ForeignKey("partnership_reports.id"), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("paper", postgresql.JSONB(), nullable=False),
        sa.Column("signed_by", sa.String(120), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.UniqueConstraint("report_id", "number"),
    )
    op.execute(
        "CREATE TRIGGER report_editions_only_grow BEFORE UPDATE OR DELETE ON report_editions"
        " FOR EACH ROW EXECUTE FUNCTION audit_only_grows()"
    )


def downgrade() -> None:
    for table in (
        "report_editions",
        "report_comments",
        "report_earlier",
        "report_sections",
        "partnership_reports",
    ):
        op.drop_table(table)
