"""The register of signals, what each rests on, back-tests, and settings that were changed after one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "signals",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("family", sa.String(40), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("areas", postgresql.JSONB(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("detectors", postgresql.JSONB(), nullable=False),
        sa.Column("numbers", postgresql.JSONB(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("disposition", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(120), nullable=True),
        sa.Column("rested_on", sa.Integer(), server_default="0", nullable=False),
        sa.Column("grew_at", MOMENT, nullable=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )
    op.create_index("ix_signals_key", "signals", ["partnership_id", "key"])
    op.create_index("ix_signals_newest", "signals", ["partnership_id", "found_at"])
    op.create_index(
        "ix_signals_open",
        "signals",
        ["partnership_id"],
        postgresql_where=sa.text("disposition IN ('new', 'watched')"),
    )
    op.create_index("ix_signals_case_id", "signals", ["case_id"])
    op.create_table(
        "signal_evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("signal_id", sa.BigInteger(), sa.ForeignKey("signals.id"), nullable=False),
        sa.Column("report_id", sa.BigInteger(), sa.ForeignKey("incident_reports.id"), nullable=True),
        sa.Column("lab_result_id", sa.BigInteger(), sa.ForeignKey("lab_results.id"), nullable=True),
        sa.CheckConstraint("num_nonnulls(report_id, lab_result_id) = 1", name="one_thing"),
        sa.UniqueConstraint("signal_id", "report_id"),
        sa.UniqueConstraint("signal_id", "lab_result_id"),
    )
    op.create_index("ix_signal_evidence_report_id", "signal_evidence", ["report_id"])
    op.create_index("ix_signal_evidence_lab_result_id", "signal_evidence", ["lab_result_id"])
    op.create_table(
        "signal_sweeps",
        sa.Column(
            "partnership_id",
            sa.Integer(),
            sa.ForeignKey("partnerships.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("swept_to", MOMENT, nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
    )
    op.create_table(
        "signal_trials",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("detector", sa.String(40), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("done_percent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("fault", sa.String(200), server_default="", nullable=False),
        sa.Column("outcome", postgresql.JSONB(), nullable=True),
    )
    op.create_index("ix_signal_trials_partnership_id", "signal_trials", ["partnership_id", "id"])
    op.create_table(
        "signal_settings",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("trial_id", sa.BigInteger(), sa.ForeignKey("signal_trials.id"), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(120), nullable=False),
    )
    op.create_index("ix_signal_settings_partnership_id", "signal_settings", ["partnership_id", "id"])


def downgrade() -> None:
    for table in ("signal_settings", "signal_trials", "signal_sweeps", "signal_evidence", "signals"):
        op.drop_table(table)
