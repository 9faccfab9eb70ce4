"""Let a company have a number sequence of its own."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0003"
down_revision = "platform_0002"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GENERAL = sa.text("company_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("number_sequence") as table:
        table.add_column(sa.Column("company_id", Id, nullable=True))
        table.drop_constraint(op.f("uq_number_sequence_code"), type_="unique")
        table.create_unique_constraint("uq_number_sequence_code_company", ["code", "company_id"])
        table.create_foreign_key(
            op.f("fk_number_sequence_company_id_company"), "company", ["company_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix_number_sequence_code"), "number_sequence", ["code"], unique=False)
    op.create_index(op.f("ix_number_sequence_company_id"), "number_sequence", ["company_id"], unique=False)
    op.create_index(
        "uq_number_sequence_code_general", "number_sequence", ["code"], unique=True, sqlite_where=GENERAL,
        postgresql_where=GENERAL,
    )


def downgrade() -> None:
    op.execute("DELETE FROM number_sequence WHERE company_id IS NOT NULL")
    for name in ("uq_number_sequence_code_general", "ix_number_sequence_company_id", "ix_number_sequence_code"):
        op.drop_index(name, table_name="number_sequence")
    with op.batch_alter_table("number_sequence") as table:
        table.drop_constraint(op.f("fk_number_sequence_company_id_company"), type_="foreignkey")
        table.drop_constraint("uq_number_sequence_code_company", type_="unique")
        table.drop_column("company_id")
        table.create_unique_constraint(op.f("uq_number_sequence_code"), ["code"])
