"""Incident reports and laboratory results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("CREATE SEQUENCE submission_numbers INCREMENT BY 20")
    op.create_table(
        "incident_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("submission_key", sa.String(80), nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(60), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("rough_time", sa.String(80), nullable=False),
        sa.Column("area_code", sa.String(9), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("outward_postcode", sa.String(4), nullable=False),
        sa.Column("setting", sa.String(40), nullable=True),
        sa.Column("sold_as", sa.String(200), nullable=False),
        sa.Column("form", sa.String(40), nullable=True),
        sa.Column("harm_level", sa.String(40), nullable=False),
        sa.Column("naloxone", sa.String(40), nullable=False),
        sa.Column("how_known", sa.String(40), nullable=False),
        sa.Column("symptoms", JSONB(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("reporter_name", sa.LargeBinary(), nullable=True),
        sa.Column("reporter_organisation", sa.String(120), nullable=False),
        sa.Column("reporter_email", sa.LargeBinary(), nullable=True),
        sa.Column("reporter_phone", sa.LargeBinary(), nullable=True),
        sa.Column("may_contact", sa.Boolean(), nullable=False),
        sa.Column("read_as", JSONB(), nullable=False),
        sa.Column("substance_class", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name="fk_incident_reports_area_code"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name="fk_incident_reports_partnership_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident_reports"),
        sa.UniqueConstraint(
            "partnership_id", "submission_key", name="uq_incident_reports_partnership_id_submission_key"
        ),
        sa.UniqueConstraint("reference", name="uq_incident_reports_reference"),
    )
    op.create_index(
        "ix_incident_reports_alike",
        "incident_reports",
        ["partnership_id", "area_code", "substance_class", "happened_on", "id"],
    )
    op.create_index(
        "ix_incident_reports_partnership_id_received_at", "incident_reports", ["partnership_id", "received_at"]
    )
    op.create_table(
        "lab_results",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("submission_key", sa.String(80), nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(60), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("sample_reference", sa.String(60), nullable=False),
        sa.Column("laboratory", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("technique", sa.String(40), nullable=False),
        sa.Column("sold_as", sa.String(200), nullable=False),
        sa.Column("form", sa.String(40), nullable=True),
        sa.Column("sampled_on", sa.Date(), nullable=True),
        sa.Column("sample_received_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.String(40), nullable=False),
        sa.Column("comparison", JSONB(), nullable=False),
        sa.Column("substance_class", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_lab_results_partnership_id"),
        sa.ForeignKeyConstraint(["report_id"], ["incident_reports.id"], name="fk_lab_results_report_id"),
        sa.ForeignKeyConstraint(["supersedes_id"], ["lab_results.id"], name="fk_lab_results_supersedes_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lab_results"),
        sa.UniqueConstraint(
            "partnership_id", "submission_key", name="uq_lab_results_partnership_id_submission_key"
        ),
        sa.UniqueConstraint("reference", name="uq_lab_results_reference"),
        sa.UniqueConstraint("supersedes_id", name="uq_lab_results_supersedes_id"),
    )
    op.create_index("ix_lab_results_partnership_id_received_at", "lab_results", ["partnership_id", "received_at"])
    op.create_index("ix_lab_results_sample", "lab_results", ["partnership_id", "laboratory", "sample_reference"])
    op.create_table(
        "lab_components",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("lab_result_id", sa.BigInteger(), nullable=False),
        sa.Column("substance", sa.String(120), nullable=False),
        sa.Column("read_as", sa.String(120), nullable=True),
        sa.Column("substance_class", sa.String(40), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("plus_minus", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.ForeignKeyConstraint(["lab_result_id"], ["lab_results.id"], name="fk_lab_components_lab_result_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lab_components"),
    )
    op.create_index("ix_lab_components_lab_result_id", "lab_components", ["lab_result_id"])


def downgrade() -> None:
    op.drop_table("lab_components")
    op.drop_table("lab_results")
    op.drop_table("incident_reports")
    op.execute("DROP SEQUENCE submission_numbers")
