"""API keys of persons; what the API answered, so that a call that comes again gets the same."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("person_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_api_keys_person_id_people", "api_keys", "people", ["person_id"], ["id"])
    op.create_table(
        "api_answers",
        sa.Column("key_id", sa.Integer(), sa.ForeignKey("api_keys.id"), primary_key=True),
        sa.Column("name_digest", sa.String(64), primary_key=True),
        sa.Column("call_digest", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_api_answers_at", "api_answers", ["at"])


def downgrade() -> None:
    op.drop_table("api_answers")
    op.execute("DELETE FROM api_keys WHERE person_id IS NOT NULL")
    op.drop_constraint("fk_api_keys_person_id_people", "api_keys")
    op.drop_column("api_keys", "person_id")
