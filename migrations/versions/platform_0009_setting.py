"""Let administrators change settings on screen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0009"
down_revision = "platform_0008"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.UniqueConstraint("key", name="uq_setting_key"),
    )


def downgrade() -> None:
    op.drop_table("setting")
