"""Photos, encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by", sa.String(60), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("full_picture", sa.LargeBinary(), nullable=True),
        sa.Column("small_picture", sa.LargeBinary(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(60), nullable=True),
        sa.Column("removed_because", sa.Text(), nullable=False),
        sa.CheckConstraint("(removed_at IS NULL) = (full_picture IS NOT NULL)", name="ck_photos_removed_is_gone"),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (small_picture IS NOT NULL)", name="ck_photos_removed_is_gone_small"
        ),
        sa.CheckConstraint(
            "removed_at IS NULL OR joined_at IS NOT NULL", name="ck_photos_only_what_joined_is_removed"
        ),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"], name="fk_photos_partnership_id"),
        sa.PrimaryKeyConstraint("id", name="pk_photos"),
        sa.UniqueConstraint(
            "partnership_id", "submission_key", "digest", name="uq_photos_partnership_id_submission_key_digest"
        ),
    )
    op.create_index("ix_photos_waiting", "photos", ["kept_at"], postgresql_where=sa.text("joined_at IS NULL"))


def downgrade() -> None:
    op.drop_table("photos")
