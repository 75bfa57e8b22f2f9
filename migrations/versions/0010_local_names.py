"""Names that an area gives to drugs; a count of their changes, read with the partnership itself."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("partnerships", sa.Column("words_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "local_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("written", sa.String(60), nullable=False),
        sa.Column("folded", sa.String(120), nullable=False),
        sa.Column("code", sa.String(60), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_local_names_partnership_id"),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name="fk_local_names_added_by_id"),
        sa.ForeignKeyConstraint(["removed_by_id"], ["people.id"], name="fk_local_names_removed_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_local_names"),
    )
    op.create_index(
        "uq_local_names_in_use",
        "local_names",
        ["partnership_id", "folded"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("local_names")
    op.drop_column("partnerships", "words_version")
