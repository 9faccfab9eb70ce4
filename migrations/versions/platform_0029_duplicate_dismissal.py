"""Pairs of records that are not the same, whatever looks alike."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0029"
down_revision = "platform_0028"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "duplicate_dismissal",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("first_id", Id, nullable=False),
        sa.Column("second_id", Id, nullable=False),
        sa.Column("compared", sa.String(64), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_by_label", sa.String(200), nullable=False),
        sa.UniqueConstraint("record_type", "first_id", "second_id", name="uq_duplicate_dismissal"),
    )


def downgrade() -> None:
    op.drop_table("duplicate_dismissal")
