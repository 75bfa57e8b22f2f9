"""The texts of the policies that were in force. Like the audit record, they can only be added to."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "policy_texts",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_texts")),
    )
    op.create_index(op.f("ix_policy_texts_version"), "policy_texts", ["version"])
    op.create_index("ix_audit_entries_newest", "audit_entries", ["at", "lane", "position"])
    op.execute(
        "CREATE TRIGGER policy_texts_only_grow BEFORE UPDATE OR DELETE ON policy_texts"
        " FOR EACH ROW EXECUTE FUNCTION audit_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER policy_texts_never_emptied BEFORE TRUNCATE ON policy_texts"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entries_newest", "audit_entries")
    op.drop_table("policy_texts")
