"""What the inbox finds quickly: words, the newest, what is undecided; and where areas stand on the tile map."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0017"
down_revision = "0016"

SQL = Path(__file__).parent.parent / "sql"

SEARCHABLE = {
    "incident_reports": "words_of(ARRAY[sold_as, place, outward_postcode, details]) || codes_of(area_code, read_as)",
    "lab_results": "words_of(ARRAY[sold_as, laboratory, sample_reference])",
    "lab_components": "words_of(ARRAY[substance, read_as])",
}
FILTERED = ["area_code", "outward_postcode", "harm_level", "setting", "substance_class"]
NEWEST: dict[str, list[str]] = {"incident_reports": FILTERED, "lab_results": []}


def upgrade() -> None:
    op.execute((SQL / "words.sql").read_text())
    for table, words in SEARCHABLE.items():
        computed = sa.Column("searchable", TSVECTOR(), sa.Computed(words, persisted=True), nullable=False)
        op.add_column(table, computed)
        op.create_index(f"ix_{table}_searchable", table, ["searchable"], postgresql_using="gin")
    for table, beside in NEWEST.items():
        op.create_index(
            f"ix_{table}_newest", table, ["partnership_id", "received_at", "id"], postgresql_include=beside
        )
        op.drop_index(f"ix_{table}_partnership_id_received_at", table)
    op.create_index(
        "ix_incident_reports_undecided",
        "incident_reports",
        ["partnership_id", "received_at", "id"],
        postgresql_where=sa.text("status <> 'decided'"),
    )
    op.create_index("ix_lab_components_read_as", "lab_components", ["read_as"])
    op.add_column("areas", sa.Column("tile_column", sa.SmallInteger(), nullable=True))
    op.add_column("areas", sa.Column("tile_row", sa.SmallInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("areas", "tile_row")
    op.drop_column("areas", "tile_column")
    op.drop_index("ix_lab_components_read_as", "lab_components")
    op.drop_index("ix_incident_reports_undecided", "incident_reports")
    for table in NEWEST:
        op.create_index(f"ix_{table}_partnership_id_received_at", table, ["partnership_id", "received_at"])
        op.drop_index(f"ix_{table}_newest", table)
    for table in SEARCHABLE:
        op.drop_column(table, "searchable")
    op.execute("DROP FUNCTION words_of(text[])")
    op.execute("DROP FUNCTION codes_of(text, jsonb)")
