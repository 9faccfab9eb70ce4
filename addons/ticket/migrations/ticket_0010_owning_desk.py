"""Each ticket may have a service desk that owns it; where there is exactly one desk, it owns the incidents so far."""

import sqlalchemy as sa
from alembic import op

revision = "ticket_0010"
down_revision = "ticket_0009"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ("desk_group_id", "solved_group_id")
MOMENTS = ("told_at", "answer_by")


def upgrade() -> None:
    with op.batch_alter_table("ticket") as batch:
        for name in COLUMNS:
            batch.add_column(sa.Column(name, Id))
            batch.create_foreign_key(f"fk_ticket_{name}_work_group", "work_group", [name], ["id"], ondelete="SET NULL")
        for name in MOMENTS:
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True)))
    op.create_index("ix_ticket_desk_category", "ticket", ["desk_group_id", "state_category", "opened_at"])
    for name in ("solved_group_id", *MOMENTS):
        op.create_index(f"ix_ticket_{name}", "ticket", [name])
    _fill()


def _fill() -> None:
    group = sa.table("work_group", sa.column("id"), sa.column("is_active"), sa.column("deleted_at"),
                     sa.column("is_service_desk"))
    desks = op.get_bind().execute(sa.select(group.c.id).where(
        group.c.is_service_desk, group.c.is_active, group.c.deleted_at.is_(None))).scalars().all()
    ticket = sa.table("ticket", sa.column("type"), sa.column("desk_group_id"), sa.column("resolved_at"),
                      sa.column("told_at"))
    incidents = ticket.c.type == "incident"
    if len(desks) == 1:
        op.execute(ticket.update().where(incidents).values(desk_group_id=desks[0]))
    # Until now a customer was told at the moment of the solution.
    op.execute(ticket.update().where(incidents, ticket.c.resolved_at.is_not(None)).values(told_at=ticket.c.resolved_at))


def downgrade() -> None:
    for name in ("solved_group_id", *MOMENTS):
        op.drop_index(f"ix_ticket_{name}", "ticket")
    op.drop_index("ix_ticket_desk_category", "ticket")
    with op.batch_alter_table("ticket") as batch:
        for name in COLUMNS:
            batch.drop_constraint(f"fk_ticket_{name}_work_group", type_="foreignkey")
        for name in (*COLUMNS, *MOMENTS):
            batch.drop_column(name)
