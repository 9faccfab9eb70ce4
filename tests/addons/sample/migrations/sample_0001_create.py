"""Create the tables of the sample."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sample_0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sample_notebook",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("price", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("read_at", Utc, nullable=True),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_sample_notebook_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_notebook")),
        sa.UniqueConstraint("code", name=op.f("uq_sample_notebook_code")),
    )
    op.create_index(op.f("ix_sample_notebook_created_at"), "sample_notebook", ["created_at"], unique=False)
    op.create_index(op.f("ix_sample_notebook_owner_id"), "sample_notebook", ["owner_id"], unique=False)
    op.create_table(
        "sample_notebook_page",
        sa.Column("notebook_id", Id, nullable=False),
        sa.Column("follows_id", Id, nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["follows_id"],
            ["sample_notebook_page.id"],
            name=op.f("fk_sample_notebook_page_follows_id_sample_notebook_page"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["notebook_id"],
            ["sample_notebook.id"],
            name=op.f("fk_sample_notebook_page_notebook_id_sample_notebook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_notebook_page")),
    )
    op.create_index(op.f("ix_sample_notebook_page_follows_id"), "sample_notebook_page", ["follows_id"], unique=False)
    op.create_index(op.f("ix_sample_notebook_page_notebook_id"), "sample_notebook_page", ["notebook_id"], unique=False)
    op.create_table(
        "sample_errand",
        sa.Column("id", Id, nullable=False),
        sa.Column("thing", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["ticket.id"], name=op.f("fk_sample_errand_id_ticket"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_errand")),
    )


def downgrade() -> None:
    op.drop_table("sample_errand")
    op.drop_table("sample_notebook_page")
    op.drop_table("sample_notebook")
