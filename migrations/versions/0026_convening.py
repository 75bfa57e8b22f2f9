"""Calls of the panel, who was called and has seen it, reminders, and meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "panel_calls",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("look_back_by", TIME, nullable=True),
    )
    op.create_index("ix_panel_calls_case_id", "panel_calls", ["case_id"])
    op.create_table(
        "panel_summons",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("panel_calls.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("seen_at", TIME, nullable=True),
        sa.UniqueConstraint("call_id", "person_id"),
    )
    op.create_table(
        "panel_chases",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("panel_calls.id"), nullable=False),
        sa.Column("summons_id", sa.Integer(), sa.ForeignKey("panel_summons.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("written_as", sa.String(40), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.UniqueConstraint("call_id", "person_id", "number", "by_hand", name="uq_panel_chases_once"),
        sa.CheckConstraint("number > 0", name=op.f("ck_panel_chases_numbers_count")),
    )
    op.create_index("ix_panel_chases_summons_id", "panel_chases", ["summons_id"])
    op.create_table(
        "panel_meetings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(80), nullable=False, unique=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("organiser_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.UniqueConstraint("case_id", "round"),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_panel_meetings_length_of_a_meeting")),
    )


def downgrade() -> None:
    for table in ("panel_meetings", "panel_chases", "panel_summons", "panel_calls"):
        op.drop_table(table)
