"""Canned replies, who is at a record, and who attached a file when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0008"
down_revision = "platform_0007"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "canned_reply",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("name", Json, nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("group_id", Id, sa.ForeignKey("work_group.id", ondelete="CASCADE"), nullable=True),
        sa.Column("use", sa.String(10), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sort_zh", sa.String(200), nullable=False),
        sa.Column("sort_en", sa.String(200), nullable=False),
    )
    for name in ("group_id", "sort_zh", "sort_en"):
        op.create_index(f"ix_canned_reply_{name}", "canned_reply", [name])
    op.create_table(
        "record_presence",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_typing", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("record_type", "record_id", "user_id", name="uq_record_presence"),
    )
    for name in ("user_id", "seen_at"):
        op.create_index(f"ix_record_presence_{name}", "record_presence", [name])
    op.add_column("attachment", sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attachment", sa.Column("created_by_id", Id, nullable=True))
    op.add_column("attachment", sa.Column("created_by_label", sa.String(200), nullable=True))
    _tell_of_old_files()


def _tell_of_old_files() -> None:
    # The timeline has always told of each file, with its id.
    entry = sa.table("timeline_entry", sa.column("kind", sa.String()), sa.column("at", sa.DateTime(timezone=True)),
                     sa.column("actor_id", Id), sa.column("actor_label", sa.String()), sa.column("data", Json))
    file = sa.table("attachment", sa.column("id", Id), sa.column("created_at", sa.DateTime(timezone=True)),
                    sa.column("created_by_id", Id), sa.column("created_by_label", sa.String()))
    connection = op.get_bind()
    rows = connection.execute(sa.select(entry.c.at, entry.c.actor_id, entry.c.actor_label, entry.c.data)
                              .where(entry.c.kind == "file")).all()
    told = [{"key": row.data["file"], "at": row.at, "by": row.actor_id, "label": row.actor_label}
            for row in rows if isinstance(row.data, dict) and isinstance(row.data.get("file"), int)]
    if told:
        connection.execute(sa.update(file).where(file.c.id == sa.bindparam("key")).values(
            created_at=sa.bindparam("at"), created_by_id=sa.bindparam("by"), created_by_label=sa.bindparam("label")),
            told)


def downgrade() -> None:
    for name in ("created_by_label", "created_by_id", "created_at"):
        op.drop_column("attachment", name)
    op.drop_table("record_presence")
    op.drop_table("canned_reply")
