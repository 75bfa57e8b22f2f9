"""Partnerships, areas, organisations, people and their ways in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "areas",
        sa.Column("code", sa.String(9), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("slug", sa.String(40), nullable=False, unique=True),
        sa.Column("prefix", sa.String(4), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
    )
    op.create_table(
        "partnership_areas",
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), primary_key=True),
        sa.Column("area_code", sa.String(9), sa.ForeignKey("areas.code"), primary_key=True),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("area_code", sa.String(9), sa.ForeignKey("areas.code"), nullable=True),
        sa.UniqueConstraint("partnership_id", "name"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(64), nullable=False, unique=True),
        sa.Column("us_totp_secrets", sa.String(), nullable=True),
        sa.Column("us_phone_number", sa.String(128), nullable=True),
        sa.Column("mf_recovery_codes", sa.UnicodeText(), nullable=True),
        moment("code_sent_at", nullable=True),
        sa.Column("code_tries", sa.SmallInteger(), nullable=False),
        moment("last_signed_in_at", nullable=True),
    )
    op.create_table(
        "security_roles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("description", sa.String(255), nullable=True),
    )
    op.create_table(
        "security_user_roles",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("role_id", sa.Integer(), sa.ForeignKey("security_roles.id"), primary_key=True),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("discipline", sa.String(40), nullable=True),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisations.id"), nullable=True),
        moment("ended_at", nullable=True),
        sa.UniqueConstraint("person_id", "partnership_id", "role"),
        sa.CheckConstraint("role <> 'panel member' OR discipline IS NOT NULL", name="panel_members_speak_for"),
    )
    op.create_index("ix_memberships_partnership_id", "memberships", ["partnership_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("discipline", sa.String(40), nullable=True),
        sa.Column("token_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("invited_by", sa.String(60), nullable=False),
        moment("invited_at"),
        moment("expires_at"),
        moment("accepted_at", nullable=True),
        moment("withdrawn_at", nullable=True),
    )
    op.create_index("ix_invitations_partnership_id", "invitations", ["partnership_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", JSONB(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        moment("created_at"),
        moment("expires_at"),
        moment("revoked_at", nullable=True),
    )
    op.create_index("ix_api_keys_partnership_id", "api_keys", ["partnership_id"])
    op.create_table(
        "rate_counts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("hits", sa.Integer(), nullable=False),
        moment("expires_at"),
    )
    op.create_index("ix_rate_counts_expires_at", "rate_counts", ["expires_at"])


def downgrade() -> None:
    for table in (
        "rate_counts",
        "api_keys",
        "invitations",
        "memberships",
        "security_user_roles",
        "security_roles",
        "people",
        "organisations",
        "partnership_areas",
        "partnerships",
        "areas",
    ):
        op.drop_table(table)
