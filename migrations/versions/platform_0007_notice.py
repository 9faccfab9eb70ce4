"""Tell people what happened to the records that they hold, watch or reported."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0007"
down_revision = "platform_0006"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("record_type", sa.String(64)),
        sa.Column("record_id", Id),
        sa.Column("url", sa.String(400)),
        sa.Column("actor_label", sa.String(200), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_notice_user", "notice", ["user_id", "at"])
    op.create_index("ix_notice_at", "notice", ["at"])
    op.create_index("ix_notice_unread", "notice", ["user_id", "record_type", "record_id"],
                    sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL"))


def downgrade() -> None:
    op.drop_table("notice")
