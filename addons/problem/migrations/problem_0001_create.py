"""Create the tables of the problems."""

import sqlalchemy as sa
from alembic import op

revision = "problem_0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "problem",
        sa.Column("id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("root_cause_code_id", Id, nullable=True),
        sa.Column("symptoms", sa.Text(), nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=True),
        sa.Column("workaround", sa.Text(), nullable=True),
        sa.Column("published_workaround", sa.Text(), nullable=True),
        sa.Column("permanent_fix", sa.Text(), nullable=True),
        sa.Column("edition", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_at", Utc, nullable=True),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reviewed_at", Utc, nullable=True),
        sa.Column("retired_at", Utc, nullable=True),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["ticket.id"], name=op.f("fk_problem_id_ticket"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["root_cause_code_id"],
            ["picklist_value.id"],
            name=op.f("fk_problem_root_cause_code_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["picklist_value.id"], name=op.f("fk_problem_source_id_picklist_value"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    op.create_index(op.f("ix_problem_published_at"), "problem", ["published_at"], unique=False)
    op.create_index(op.f("ix_problem_retired_at"), "problem", ["retired_at"], unique=False)
    op.create_index(op.f("ix_problem_review_on"), "problem", ["review_on"], unique=False)
    op.create_index(op.f("ix_problem_root_cause_code_id"), "problem", ["root_cause_code_id"], unique=False)
    op.create_index(op.f("ix_problem_source_id"), "problem", ["source_id"], unique=False)
    op.create_table(
        "problem_cause",
        sa.Column("problem_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("category_id", Id, nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("is_root", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="10", nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["picklist_value.id"],
            name=op.f("fk_problem_cause_category_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["problem_cause.id"],
            name=op.f("fk_problem_cause_parent_id_problem_cause"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_cause_problem_id_problem"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_cause")),
    )
    op.create_index(op.f("ix_problem_cause_category_id"), "problem_cause", ["category_id"], unique=False)
    op.create_index(op.f("ix_problem_cause_created_at"), "problem_cause", ["created_at"], unique=False)
    op.create_index(op.f("ix_problem_cause_parent_id"), "problem_cause", ["parent_id"], unique=False)
    op.create_index(op.f("ix_problem_cause_problem_id"), "problem_cause", ["problem_id"], unique=False)
    op.create_table(
        "problem_review",
        sa.Column("problem_id", Id, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("chair_id", Id, nullable=True),
        sa.Column("guests", sa.String(length=500), nullable=True),
        sa.Column("went_well", sa.Text(), nullable=True),
        sa.Column("to_improve", sa.Text(), nullable=True),
        sa.Column("conclusions", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["chair_id"], ["person.id"], name=op.f("fk_problem_review_chair_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_review_problem_id_problem"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_review")),
    )
    op.create_index(op.f("ix_problem_review_chair_id"), "problem_review", ["chair_id"], unique=False)
    op.create_index(op.f("ix_problem_review_created_at"), "problem_review", ["created_at"], unique=False)
    op.create_index(op.f("ix_problem_review_held_on"), "problem_review", ["held_on"], unique=False)
    op.create_index(op.f("ix_problem_review_problem_id"), "problem_review", ["problem_id"], unique=False)
    op.create_table(
        "problem_review_participant",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("review_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_problem_review_participant_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["problem_review.id"],
            name=op.f("fk_problem_review_participant_review_id_problem_review"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_review_participant")),
        sa.UniqueConstraint("review_id", "person_id", name=op.f("uq_problem_review_participant_review_id_person_id")),
    )
    op.create_index(
        op.f("ix_problem_review_participant_person_id"), "problem_review_participant", ["person_id"], unique=False
    )
    op.create_table(
        "problem_task",
        sa.Column("problem_id", Id, nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="open", nullable=False),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("review_id", Id, nullable=True),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["person.id"], name=op.f("fk_problem_task_assignee_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_group.id"], name=op.f("fk_problem_task_group_id_work_group"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_task_problem_id_problem"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["problem_review.id"],
            name=op.f("fk_problem_task_review_id_problem_review"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_task")),
    )
    op.create_index(op.f("ix_problem_task_assignee_id"), "problem_task", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_problem_task_created_at"), "problem_task", ["created_at"], unique=False)
    op.create_index(op.f("ix_problem_task_due_on"), "problem_task", ["due_on"], unique=False)
    op.create_index(op.f("ix_problem_task_group_id"), "problem_task", ["group_id"], unique=False)
    op.create_index(op.f("ix_problem_task_problem_id"), "problem_task", ["problem_id"], unique=False)
    op.create_index(op.f("ix_problem_task_review_id"), "problem_task", ["review_id"], unique=False)
    op.create_index(op.f("ix_problem_task_state"), "problem_task", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("problem_task")
    op.drop_table("problem_review_participant")
    op.drop_table("problem_review")
    op.drop_table("problem_cause")
    op.drop_table("problem")
