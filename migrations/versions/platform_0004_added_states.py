"""Let an administrator add states to a life cycle, and hide or add them for one type of record."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0004"
down_revision = "platform_0003"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    with op.batch_alter_table("workflow_override") as table:
        table.add_column(sa.Column("kind", sa.String(40), nullable=True))
        table.add_column(sa.Column("base", sa.String(40), nullable=True))
    op.execute("UPDATE workflow_override SET kind = ''")
    with op.batch_alter_table("workflow_override") as table:
        table.alter_column("kind", existing_type=sa.String(40), nullable=False)
        table.drop_constraint("uq_workflow_override", type_="unique")
        table.create_unique_constraint("uq_workflow_override", ["workflow", "state", "kind"])


def downgrade() -> None:
    op.execute("DELETE FROM workflow_override WHERE base IS NOT NULL OR kind <> ''")
    with op.batch_alter_table("workflow_override") as table:
        table.drop_constraint("uq_workflow_override", type_="unique")
        table.create_unique_constraint("uq_workflow_override", ["workflow", "state"])
        table.drop_column("base")
        table.drop_column("kind")
