"""A person has a picture: one of their files."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0024"
down_revision = "platform_0023"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("picture_id", Id))
        batch.create_foreign_key("fk_person_picture_id_attachment", "attachment", ["picture_id"], ["id"],
                                 ondelete="SET NULL")
    op.create_index("ix_person_picture_id", "person", ["picture_id"])


def downgrade() -> None:
    op.drop_index("ix_person_picture_id", "person")
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint("fk_person_picture_id_attachment", type_="foreignkey")
        batch.drop_column("picture_id")
