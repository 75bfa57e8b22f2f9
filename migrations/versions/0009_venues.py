"""Links that open the report form for one place."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "venue_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String(9), nullable=False),
        sa.Column("setting", sa.String(40), nullable=False),
        sa.Column("token", sa.String(20), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_venue_links_partnership_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_venue_links_organisation_id"),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name="fk_venue_links_area_code"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_venue_links_made_by_id"),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["people.id"], name="fk_venue_links_revoked_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_venue_links"),
        sa.UniqueConstraint("token", name="uq_venue_links_token"),
    )
    op.create_index("ix_venue_links_partnership_id", "venue_links", ["partnership_id"])


def downgrade() -> None:
    op.drop_table("venue_links")
