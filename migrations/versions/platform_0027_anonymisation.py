"""Anonymise people who left, and keep a certificate of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0027"
down_revision = "platform_0026"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("person", sa.Column("anonymised_at", Moment, nullable=True))
    op.create_table(
        "anonymisation",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="SET NULL"), nullable=True),
        sa.Column("done_at", Moment, nullable=False),
        sa.Column("done_by_id", Id, nullable=True),
        sa.Column("done_by_label", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("removed", Json, nullable=False),
        sa.Column("kept", Json, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Moment, nullable=True),
        sa.UniqueConstraint("number", name="uq_anonymisation_number"),
    )
    for name in ("person_id", "done_at", "done_by_label", "created_at"):
        op.create_index(f"ix_anonymisation_{name}", "anonymisation", [name])


def downgrade() -> None:
    op.drop_table("anonymisation")
    op.drop_column("person", "anonymised_at")
