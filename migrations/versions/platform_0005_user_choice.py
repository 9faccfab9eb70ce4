"""Let each user arrange lists and the start page for themselves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0005"
down_revision = "platform_0004"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "user_choice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.UniqueConstraint("user_id", "key", name="uq_user_choice"),
    )


def downgrade() -> None:
    op.drop_table("user_choice")
