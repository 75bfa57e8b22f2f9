"""What is known of an illicit vape, beside its incident report."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "vape_details",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("believed", sa.String(40), nullable=False),
        sa.Column("bought_from", sa.String(200), nullable=False),
        sa.Column("collapsed", sa.SmallInteger(), nullable=True),
        sa.Column("ambulance_called", sa.Boolean(), nullable=False),
        sa.Column("ed_attended", sa.Boolean(), nullable=False),
        sa.Column("school_informed", sa.String(40), nullable=True),
        sa.Column("safeguarding_lead_told", sa.String(40), nullable=True),
        sa.Column("school_name", sa.LargeBinary(), nullable=True),
        sa.Column("device", sa.String(40), nullable=True),
        sa.CheckConstraint("collapsed >= 0", name="collapsed_is_a_count"),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_vape_details_report_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_vape_details"),
    )


def downgrade() -> None:
    op.drop_table("vape_details")
