"""Found by how it looks and by what was added later; how many letters of a kind an address has had."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0020"
down_revision = "0019"

WORDS = "words_of(ARRAY[sold_as, place, outward_postcode, details]) || codes_of(area_code, read_as)"
MORE_WORDS = (
    "words_of(ARRAY[sold_as, place, outward_postcode, details, colour, markings, packaging, brand, "
    "other_substances]) || added_words || codes_of(area_code, read_as)"
)

ADDED_SO_FAR = """
    UPDATE incident_reports SET added_words = words_of(added.words)
    FROM (SELECT report_id, array_agg(words ORDER BY id) AS words FROM report_updates GROUP BY report_id) AS added
    WHERE added.report_id = incident_reports.id
"""


def upgrade() -> None:
    op.add_column("incident_reports", sa.Column("added_words", TSVECTOR(), nullable=False, server_default=""))
    op.execute(ADDED_SO_FAR)
    _find_by(MORE_WORDS)
    op.add_column("deliveries", sa.Column("counted_as", sa.String(64), nullable=True))
    op.create_index(
        "ix_deliveries_counted_as",
        "deliveries",
        ["counted_as", "written_at"],
        postgresql_where=sa.text("counted_as IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("deliveries", "counted_as")
    _find_by(WORDS)
    op.drop_column("incident_reports", "added_words")


def _find_by(words: str) -> None:
    """Compute anew what reports are found by. The index goes with its column, and comes back with it."""
    op.drop_column("incident_reports", "searchable")
    computed = sa.Column("searchable", TSVECTOR(), sa.Computed(words, persisted=True), nullable=False)
    op.add_column("incident_reports", computed)
    op.create_index("ix_incident_reports_searchable", "incident_reports", ["searchable"], postgresql_using="gin")
