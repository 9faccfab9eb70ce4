"""Say which work groups are service desks; the one that set-up made, else the only first line, is one."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0034"
down_revision = "platform_0033"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    with op.batch_alter_table("work_group") as batch:
        batch.add_column(sa.Column("is_service_desk", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_work_group_is_service_desk", "work_group", ["is_service_desk"])
    group = sa.table("work_group", sa.column("id"), sa.column("code"), sa.column("support_line"),
                     sa.column("is_active"), sa.column("deleted_at"), sa.column("is_service_desk"))
    in_use = sa.and_(group.c.is_active, group.c.deleted_at.is_(None), group.c.support_line == 1)
    rows = op.get_bind().execute(sa.select(group.c.id, group.c.code).where(in_use)).all()
    found = [row.id for row in rows if row.code == "service_desk" or len(rows) == 1]
    if found:
        op.execute(group.update().where(group.c.id.in_(found)).values(is_service_desk=sa.true()))


def downgrade() -> None:
    op.drop_index("ix_work_group_is_service_desk", "work_group")
    with op.batch_alter_table("work_group") as batch:
        batch.drop_column("is_service_desk")
