"""Numbers of people, deputies, the on-call rota, and the clocks of the review with whom they told."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("people", sa.Column("mobile", sa.LargeBinary(), nullable=True))
    op.create_table(
        "deputies",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("deputy_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_id <> deputy_id", name=op.f("ck_deputies_somebody_else")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_deputies_in_order")),
    )
    op.create_index("ix_deputies_person_id_partnership_id", "deputies", ["person_id", "partnership_id"])
    op.create_table(
        "on_call_turns",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_on_call_turns_in_order")),
    )
    op.create_index("ix_on_call_turns_partnership_id_ends_at", "on_call_turns", ["partnership_id", "ends_at"])
    _clocks()
    op.create_table(
        "clock_tellings",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("clock_id", sa.BigInteger(), sa.ForeignKey("clocks.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("told_as", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("clock_id", "person_id", "event", name="uq_clock_tellings_clock_id_person_id_event"),
    )


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("incident_reports.id"), nullable=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=True),
        sa.Column("runs", sa.String(40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(report_id, case_id) = 1", name=op.f("ck_clocks_one_thing")),
    )
    running = sa.text("stopped_at IS NULL")
    op.create_index("uq_clocks_running", "clocks", ["kind", "about"], unique=True, postgresql_where=running)
    for event, moment in (("warned_at", "warn_at"), ("broken_at", "due_at")):
        waiting = sa.text(f"stopped_at IS NULL AND {event} IS NULL")
        op.create_index(f"ix_clocks_{moment}", "clocks", [moment], postgresql_where=waiting)
    op.create_index("ix_clocks_case_id", "clocks", ["case_id"])
    op.create_index("ix_clocks_about", "clocks", ["about"])


def downgrade() -> None:
    for table in ("clock_tellings", "clocks", "on_call_turns", "deputies"):
        op.drop_table(table)
    op.drop_column("people", "mobile")
