"""Cases merged into others, decisions taken at once and looked back at, and when no action is looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("cases", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_cases_merged_into_id_cases", "cases", "cases", ["merged_into_id"], ["id"])
    op.add_column("decisions", sa.Column("at_once", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("decisions", "at_once", server_default=None)
    op.add_column("decisions", sa.Column("review_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("decisions", sa.Column("review_on", sa.Date(), nullable=True))
    op.alter_column("decisions", "suggested", nullable=True)
    op.drop_constraint("uq_decisions_case_id_round", "decisions")
    op.create_unique_constraint("uq_decisions_case_id_round_at_once", "decisions", ["case_id", "round", "at_once"])
    op.create_check_constraint(
        op.f("ck_decisions_at_once_is_reviewed"), "decisions", "at_once = (review_due_at IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_decisions_no_action_is_looked_at_again"),
        "decisions",
        "review_on IS NULL OR outcome = 'no further action'",
    )
    for column in ("review_on", "review_due_at"):
        op.create_index(
            f"ix_decisions_{column}", "decisions", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def downgrade() -> None:
    for column in ("review_due_at", "review_on"):
        op.drop_index(f"ix_decisions_{column}", "decisions")
    op.drop_constraint(op.f("ck_decisions_no_action_is_looked_at_again"), "decisions")
    op.drop_constraint(op.f("ck_decisions_at_once_is_reviewed"), "decisions")
    op.drop_constraint("uq_decisions_case_id_round_at_once", "decisions")
    op.execute("DELETE FROM decisions WHERE at_once")
    op.create_unique_constraint("uq_decisions_case_id_round", "decisions", ["case_id", "round"])
    op.alter_column("decisions", "suggested", nullable=False)
    for column in ("review_on", "review_due_at", "at_once"):
        op.drop_column("decisions", column)
    op.drop_constraint("fk_cases_merged_into_id_cases", "cases")
    op.drop_column("cases", "merged_into_id")
