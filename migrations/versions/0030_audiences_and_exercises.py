"""Who may be sent what, whom an alert is meant for besides its lists, and exercises kept apart by the database.

Every foreign key below is shared by two rows that must be both for exercises or both not, so that no statement can
bring them together, whoever sends it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"

DRAFTS = "state IN ('draft', 'waiting for approval', 'scheduled') AND replaces_id IS NULL"
ALERT = "substring(about from '^alert/([0-9]+)')::integer"
CONTACT = "CASE WHEN about LIKE 'alert/%' THEN substring(recipient from '^contact/([0-9]+)')::integer END"


def added(name: str, kind: sa.types.TypeEngine, first: str) -> sa.Column:
    """A column that must hold something, with what the rows hold that are there already."""
    return sa.Column(name, kind, nullable=False, server_default=sa.text(first))


def add(table: str, *columns: sa.Column) -> None:
    for column in columns:
        op.add_column(table, column)
        if isinstance(column.server_default, sa.DefaultClause):
            op.alter_column(table, column.name, server_default=None)


def upgrade() -> None:
    add(
        "contacts",
        added("clearance", sa.String(40), "'professional'"),
        added("area_codes", JSONB(), "'[]'"),
        added("topics", JSONB(), "'[]'"),
        added("red_only", sa.Boolean(), "false"),
        added("is_exercise", sa.Boolean(), "false"),
    )
    for name in ("email", "mobile"):
        op.drop_constraint(f"uq_contacts_partnership_id_{name}_index", "contacts")
        op.create_unique_constraint(
            f"uq_contacts_{name}", "contacts", ["partnership_id", "is_exercise", f"{name}_index"]
        )
    op.create_unique_constraint("uq_contacts_id_is_exercise", "contacts", ["id", "is_exercise"])
    add(
        "alerts",
        added("is_exercise", sa.Boolean(), "false"),
        added("sectors", JSONB(), "'[]'"),
        added("area_codes", JSONB(), "'[]'"),
        added("topics", JSONB(), "'[]'"),
    )
    op.create_unique_constraint("uq_alerts_id_is_exercise", "alerts", ["id", "is_exercise"])
    op.create_check_constraint(
        op.f("ck_alerts_exercises_are_not_public"), "alerts", "NOT (is_exercise AND handling = 'public')"
    )
    op.drop_index("uq_alerts_one_draft_per_case", "alerts")
    op.create_index(
        "uq_alerts_one_draft_per_case",
        "alerts",
        ["case_id", "is_exercise"],
        unique=True,
        postgresql_where=sa.text(DRAFTS),
    )
    keep_apart()
    op.create_table(
        "stopped_addresses",
        sa.Column("medium", sa.String(40), primary_key=True),
        sa.Column("address_index", sa.String(64), primary_key=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "texts_in",
        sa.Column("provider_reference", sa.String(64), primary_key=True),
        sa.Column("address_index", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_texts_in_address_index", "texts_in", ["address_index", "received_at"])


def keep_apart() -> None:
    """Let recipients and messages say whether they belong to an exercise, and hold them to it."""
    for name in ("alert", "contact"):
        op.drop_constraint(f"fk_alert_recipients_{name}_id", "alert_recipients")
    add("alert_recipients", added("is_exercise", sa.Boolean(), "false"))
    add(
        "deliveries",
        added("is_exercise", sa.Boolean(), "false"),
        sa.Column("alert_id", sa.Integer(), sa.Computed(ALERT, persisted=True), nullable=True),
        sa.Column("contact_id", sa.Integer(), sa.Computed(CONTACT, persisted=True), nullable=True),
    )
    for table in ("alert_recipients", "deliveries"):
        for name in ("alert", "contact"):
            op.create_foreign_key(
                f"fk_{table}_{name}_id_is_exercise",
                table,
                f"{name}s",
                [f"{name}_id", "is_exercise"],
                ["id", "is_exercise"],
            )


def downgrade() -> None:
    op.drop_table("texts_in")
    op.drop_table("stopped_addresses")
    for table in ("deliveries", "alert_recipients"):
        for name in ("contact", "alert"):
            op.drop_constraint(f"fk_{table}_{name}_id_is_exercise", table)
    for name in ("alert_id", "contact_id", "is_exercise"):
        op.drop_column("deliveries", name)
    op.drop_column("alert_recipients", "is_exercise")
    for name in ("alert", "contact"):
        op.create_foreign_key(
            f"fk_alert_recipients_{name}_id", "alert_recipients", f"{name}s", [f"{name}_id"], ["id"]
        )
    op.drop_index("uq_alerts_one_draft_per_case", "alerts")
    op.create_index(
        "uq_alerts_one_draft_per_case",
        "alerts",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text(DRAFTS),
    )
    op.drop_constraint(op.f("ck_alerts_exercises_are_not_public"), "alerts")
    op.drop_constraint("uq_alerts_id_is_exercise", "alerts")
    for name in ("is_exercise", "sectors", "area_codes", "topics"):
        op.drop_column("alerts", name)
    op.drop_constraint("uq_contacts_id_is_exercise", "contacts")
    for name in ("email", "mobile"):
        op.drop_constraint(f"uq_contacts_{name}", "contacts")
        op.create_unique_constraint(
            f"uq_contacts_partnership_id_{name}_index", "contacts", ["partnership_id", f"{name}_index"]
        )
    for name in ("clearance", "area_codes", "topics", "red_only", "is_exercise"):
        op.drop_column("contacts", name)
