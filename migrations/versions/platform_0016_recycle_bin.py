"""A recycle bin for records of every kind, work groups among them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0016"
down_revision = "platform_0015"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Moment = sa.DateTime(timezone=True)
# What was deleted before there was a bin, by what it is called.
OLD = ("company", "department", "site", "person")


def upgrade() -> None:
    op.create_table(
        "deleted_record",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("deleted_at", Moment, nullable=False),
        sa.Column("deleted_by_id", Id, nullable=True),
        sa.Column("deleted_by_label", sa.String(200), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("purged_at", Moment, nullable=True),
        sa.UniqueConstraint("record_type", "record_id", name="uq_deleted_record"),
    )
    op.create_index("ix_deleted_record_bin", "deleted_record", ["purged_at", "deleted_at"])
    op.create_index("ix_deleted_record_deleted_at", "deleted_record", ["deleted_at"])
    _fill_bin()
    with op.batch_alter_table("work_group") as table:
        for name, kind in (("created_at", Moment), ("created_by_id", Id), ("updated_at", Moment),
                           ("updated_by_id", Id), ("version", sa.Integer()), ("deleted_at", Moment)):
            table.add_column(sa.Column(name, kind, nullable=True))
    group = sa.table("work_group", sa.column("created_at", Moment), sa.column("updated_at", Moment),
                     sa.column("version"))
    now = datetime.now(UTC)
    op.execute(group.update().values(created_at=now, updated_at=now, version=1))
    with op.batch_alter_table("work_group") as table:
        table.alter_column("created_at", existing_type=Moment, nullable=False)
        table.alter_column("updated_at", existing_type=Moment, nullable=False)
        table.alter_column("version", existing_type=sa.Integer(), nullable=False)
    op.create_index("ix_work_group_created_at", "work_group", ["created_at"])


def _fill_bin() -> None:
    for name in OLD:
        op.execute(f"""
            INSERT INTO deleted_record (record_type, record_id, name, deleted_at, deleted_by_id, deleted_by_label)
            SELECT '{name}', id, name, deleted_at, updated_by_id, '' FROM {name} WHERE deleted_at IS NOT NULL
        """)  # noqa: S608 - names of tables


def downgrade() -> None:
    op.drop_index("ix_work_group_created_at", table_name="work_group")
    with op.batch_alter_table("work_group") as table:
        for name in ("created_at", "created_by_id", "updated_at", "updated_by_id", "version", "deleted_at"):
            table.drop_column(name)
    op.drop_table("deleted_record")
