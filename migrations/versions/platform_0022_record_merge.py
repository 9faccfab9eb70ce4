"""A journal of merges, so that they can be taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0022"
down_revision = "platform_0021"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "record_merge",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("winner_id", Id, nullable=False),
        sa.Column("winner_name", sa.String(300), nullable=False),
        sa.Column("loser_id", Id, nullable=False),
        sa.Column("loser_name", sa.String(300), nullable=False),
        sa.Column("merged_at", Moment, nullable=False),
        sa.Column("merged_by_id", Id, nullable=True),
        sa.Column("merged_by_label", sa.String(200), nullable=False),
        sa.Column("journal", Json, nullable=True),
        sa.Column("undone_at", Moment, nullable=True),
        sa.Column("undone_by_label", sa.String(200), nullable=True),
    )
    op.create_index("ix_record_merge_winner", "record_merge", ["record_type", "winner_id"])
    op.create_index("ix_record_merge_loser", "record_merge", ["record_type", "loser_id"])
    op.create_index("ix_record_merge_merged_at", "record_merge", ["merged_at"])


def downgrade() -> None:
    op.drop_table("record_merge")
