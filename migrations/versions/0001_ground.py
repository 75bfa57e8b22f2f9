"""The ground: the task engine's tables, the audit record that can only grow, signs of life."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

SQL = Path(__file__).parent.parent / "sql"


def run(name: str) -> None:
    """Run a file of statements; the driver reads a lone % as a place for a value."""
    op.get_bind().exec_driver_sql((SQL / name).read_text().replace("%", "%%"))


def upgrade() -> None:
    run("procrastinate_3_10.sql")
    op.create_table(
        "audit_entries",
        sa.Column("lane", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("detail", JSONB(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("lane", "position", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_about", "audit_entries", ["about"])
    op.create_table(
        "audit_heads",
        sa.Column("lane", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("lane", name="pk_audit_heads"),
    )
    op.execute("ALTER TABLE audit_heads SET (fillfactor = 10)")
    op.execute("INSERT INTO audit_heads SELECT lane, 0, repeat('0', 64) FROM generate_series(0, 15) AS lane")
    run("audit_triggers.sql")
    op.create_table(
        "heartbeats",
        sa.Column("process", sa.String(20), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("beaten_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", "place", name="pk_heartbeats"),
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
    op.drop_table("audit_heads")
    op.drop_table("audit_entries")
    op.execute("DROP FUNCTION audit_only_grows()")
    run("procrastinate_down.sql")
