"""Links by which somebody decides one thing, once, without logging in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0030"
down_revision = "platform_0029"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "signed_link",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("token_hash", name="uq_signed_link_token_hash"),
    )
    op.create_index("ix_signed_link_record", "signed_link", ["record_type", "record_id", "purpose"])
    op.create_index("ix_signed_link_person_id", "signed_link", ["person_id"])
    op.create_index("ix_signed_link_expires_at", "signed_link", ["expires_at"])


def downgrade() -> None:
    op.drop_table("signed_link")
