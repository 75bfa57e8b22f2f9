"""The register of deaths and near-fatal overdoses that were reviewed, with what was recommended."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

MOMENT = sa.DateTime(timezone=True)


def partnership() -> sa.Column[object]:
    return sa.Column("partnership_id", sa.Integer(), sa.ForeignKey("partnerships.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "review_tallies",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        partnership(),
        sa.Column("month", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(40), nullable=False) for name in ("kind", "sex", "age", "cause", "known")),
        sa.Column("area", sa.String(9), nullable=False),
        sa.Column("count", sa.SmallInteger(), nullable=False),
        sa.UniqueConstraint("partnership_id", "month", "kind", "area", "sex", "age", "cause", "known"),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), primary_key=True),
        partnership(),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("about", sa.String(160), nullable=False),
        sa.Column("learning", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
    )
    op.create_index("ix_reviews_partnership_id", "reviews", ["partnership_id", "held_on"])
    op.create_table(
        "review_recommendations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("review_id", sa.Integer(), sa.ForeignKey("reviews.id"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("standing", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )
    op.create_index("ix_review_recommendations_review_id", "review_recommendations", ["review_id"])
    op.create_table(
        "review_steps",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("recommendation_id", sa.Integer(), sa.ForeignKey("review_recommendations.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(40), nullable=False),
    )
    op.create_index("ix_review_steps_recommendation_id", "review_steps", ["recommendation_id"])


def downgrade() -> None:
    for table in ("review_steps", "review_recommendations", "reviews", "review_tallies"):
        op.drop_table(table)
