"""Mails that tell people of something, and their texts where an administrator has changed them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0035"
down_revision = "platform_0034"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("record_type", sa.String(64)),
        sa.Column("record_id", Id),
        sa.Column("url", sa.String(400)),
        sa.Column("actor_label", sa.String(200), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(500)),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'left_out')", "state"),
    )
    for name in ("created_at", "kind", "person_id", "address", "sent_at"):
        op.create_index(f"ix_mail_{name}", "mail", [name])
    op.create_index("ix_mail_state", "mail", ["state", "created_at"])
    op.create_index("ix_mail_record", "mail", ["record_type", "record_id"])
    op.create_table(
        "mail_template",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.UniqueConstraint("kind", "language", name="uq_mail_template"),
    )


def downgrade() -> None:
    op.drop_table("mail_template")
    op.drop_table("mail")
