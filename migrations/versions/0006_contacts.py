"""Partner contacts and their lists."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisations.id"), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("job_role", sa.String(120), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.String(64), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.Column("mobile_index", sa.String(64), nullable=True),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.String(80), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("partnership_id", "email_index"),
        sa.UniqueConstraint("partnership_id", "mobile_index"),
        sa.UniqueConstraint("partnership_id", "external_id"),
        sa.CheckConstraint("num_nonnulls(email_index, mobile_index) > 0", name="can_be_reached"),
    )
    op.create_index("ix_contacts_organisation_id", "contacts", ["organisation_id"])
    op.create_index("ix_contacts_mobile_index", "contacts", ["mobile_index"])
    op.create_table(
        "contact_lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.UniqueConstraint("partnership_id", "name"),
    )
    op.create_table(
        "contact_list_members",
        sa.Column("list_id", sa.Integer(), sa.ForeignKey("contact_lists.id"), primary_key=True),
        sa.Column("contact_id", sa.Integer(), sa.ForeignKey("contacts.id"), primary_key=True),
    )
    op.create_index("ix_contact_list_members_contact_id", "contact_list_members", ["contact_id"])


def downgrade() -> None:
    op.drop_table("contact_list_members")
    op.drop_table("contact_lists")
    op.drop_table("contacts")
