"""Requests of programs that carry a key of their own, so that one that is sent twice is done once."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0031"
down_revision = "platform_0030"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answered_request",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_answered_request_user_id_ab_user",
                                ondelete="CASCADE"),
        sa.UniqueConstraint("user_id", "key", name="uq_answered_request"),
    )
    op.create_index("ix_answered_request_expires_at", "answered_request", ["expires_at"])


def downgrade() -> None:
    op.drop_table("answered_request")
