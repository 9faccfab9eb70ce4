"""Work groups say where they work, who sees them and what they have agreed on; people have skills."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0023"
down_revision = "platform_0022"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("work_group") as batch:
        batch.add_column(sa.Column("site_id", Id))
        batch.add_column(sa.Column("description", sa.Text()))
        batch.add_column(sa.Column("ola_notes", sa.Text()))
        batch.add_column(sa.Column("visibility", sa.String(20), nullable=False, server_default="everybody"))
        batch.create_foreign_key("fk_work_group_site_id_site", "site", ["site_id"], ["id"], ondelete="SET NULL")
        batch.create_index("ix_work_group_site_id", ["site_id"])
        batch.create_index("ix_work_group_visibility", ["visibility"])
    with op.batch_alter_table("group_member") as batch:
        batch.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="10"))
    op.create_table(
        "person_skill",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("skill", sa.String(40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.UniqueConstraint("person_id", "skill", name="uq_person_skill"),
    )
    op.create_index("ix_person_skill_person_id", "person_skill", ["person_id"])
    op.create_index("ix_person_skill_skill", "person_skill", ["skill"])


def downgrade() -> None:
    op.drop_table("person_skill")
    with op.batch_alter_table("group_member") as batch:
        batch.drop_column("sequence")
    with op.batch_alter_table("work_group") as batch:
        batch.drop_index("ix_work_group_visibility")
        batch.drop_index("ix_work_group_site_id")
        batch.drop_constraint("fk_work_group_site_id_site", type_="foreignkey")
        batch.drop_column("visibility")
        batch.drop_column("ola_notes")
        batch.drop_column("description")
        batch.drop_column("site_id")
