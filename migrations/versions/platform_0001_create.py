"""Create the tables of the platform, those of Flask-AppBuilder included."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ab_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=150), nullable=True),
        sa.Column("description", sa.String(length=512), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "ab_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "ab_register_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("registration_date", sa.DateTime(), nullable=True),
        sa.Column("registration_hash", sa.String(length=256), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "ab_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "ab_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.String(length=256), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("last_login", sa.DateTime(), nullable=True),
        sa.Column("login_count", sa.Integer(), nullable=True),
        sa.Column("fail_login_count", sa.Integer(), nullable=True),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("changed_on", sa.DateTime(), nullable=True),
        sa.Column("created_by_fk", sa.Integer(), nullable=True),
        sa.Column("changed_by_fk", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_fk"],
            ["ab_user.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_by_fk"],
            ["ab_user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "ab_view_menu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "addon",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("archive", sa.String(length=400), nullable=True),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_addon")),
    )
    op.create_table(
        "addon_journal",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("addon", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("plan", Json, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("started_at", Utc, nullable=False),
        sa.Column("ended_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addon_journal")),
    )
    op.create_index("ix_addon_journal_addon", "addon_journal", ["addon", "id"], unique=False)
    op.create_index(op.f("ix_addon_journal_state"), "addon_journal", ["state"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("record_type", sa.String(length=64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("mime_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_record", "attachment", ["record_type", "record_id"], unique=False)
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("record_type", sa.String(length=64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=True),
        sa.Column("old", Json, nullable=False),
        sa.Column("new", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_record", "audit_entry", ["record_type", "record_id", "id"], unique=False)
    op.create_table(
        "company",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("support_level", sa.String(length=40), nullable=True),
        sa.Column("is_key_customer", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["company.id"], name=op.f("fk_company_parent_id_company"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("code", name=op.f("uq_company_code")),
    )
    op.create_index(op.f("ix_company_created_at"), "company", ["created_at"], unique=False)
    op.create_index(op.f("ix_company_is_active"), "company", ["is_active"], unique=False)
    op.create_index(op.f("ix_company_kind"), "company", ["kind"], unique=False)
    op.create_index(op.f("ix_company_name"), "company", ["name"], unique=False)
    op.create_index(op.f("ix_company_parent_id"), "company", ["parent_id"], unique=False)
    op.create_table(
        "data_record",
        sa.Column("external_id", sa.String(length=160), nullable=False),
        sa.Column("addon", sa.String(length=64), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("is_noupdate", sa.Boolean(), nullable=False),
        sa.Column("shipped", Json, nullable=False),
        sa.PrimaryKeyConstraint("external_id", name=op.f("pk_data_record")),
    )
    op.create_index(op.f("ix_data_record_addon"), "data_record", ["addon"], unique=False)
    op.create_index("ix_data_record_target", "data_record", ["table_name", "record_id"], unique=False)
    op.create_table(
        "desk_process",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("started_at", Utc, nullable=False),
        sa.Column("heartbeat_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_process")),
    )
    op.create_index(op.f("ix_desk_process_generation"), "desk_process", ["generation"], unique=False)
    op.create_index(op.f("ix_desk_process_heartbeat_at"), "desk_process", ["heartbeat_at"], unique=False)
    op.create_table(
        "generation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation")),
    )
    op.create_table(
        "job_schedule",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("cron", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("next_run_at", Utc, nullable=False),
        sa.Column("last_run_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_schedule")),
    )
    op.create_index(op.f("ix_job_schedule_next_run_at"), "job_schedule", ["next_run_at"], unique=False)
    op.create_table(
        "login_attempt",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.String(length=200), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index(op.f("ix_login_attempt_at"), "login_attempt", ["at"], unique=False)
    op.create_index("ix_login_attempt_name", "login_attempt", ["username", "at"], unique=False)
    op.create_table(
        "number_sequence",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("prefix", sa.String(length=40), nullable=False),
        sa.Column("suffix", sa.String(length=40), nullable=False),
        sa.Column("padding", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_value", sa.Integer(), nullable=False),
        sa.Column("reset_period", sa.String(length=10), nullable=False),
        sa.Column("current_period", sa.String(length=10), nullable=False),
        sa.Column("is_gap_free", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_sequence")),
        sa.UniqueConstraint("code", name=op.f("uq_number_sequence_code")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("available_at", Utc, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", Utc, nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("finished_at", Utc, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'handed', 'running', 'done', 'parked', 'dead')", name=op.f("ck_outbox_message_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_message_dedupe_key")),
    )
    op.create_index(op.f("ix_outbox_message_created_at"), "outbox_message", ["created_at"], unique=False)
    op.create_index(
        "ix_outbox_message_due",
        "outbox_message",
        ["available_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_outbox_message_lease",
        "outbox_message",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state IN ('handed', 'running')"),
        postgresql_where=sa.text("state IN ('handed', 'running')"),
    )
    op.create_index(op.f("ix_outbox_message_name"), "outbox_message", ["name"], unique=False)
    op.create_index("ix_outbox_message_state", "outbox_message", ["state", "finished_at"], unique=False)
    op.create_table(
        "picklist",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("addon", sa.String(length=64), nullable=False),
        sa.Column("is_tree", sa.Boolean(), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picklist")),
        sa.UniqueConstraint("code", name=op.f("uq_picklist_code")),
    )
    op.create_table(
        "record_interval",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("record_type", sa.String(length=64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("pending_reason", sa.String(length=40), nullable=True),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("started_at", Utc, nullable=False),
        sa.Column("ended_at", Utc, nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_interval")),
    )
    op.create_index(
        "ix_record_interval_open", "record_interval", ["record_type", "record_id", "ended_at"], unique=False
    )
    op.create_index(
        "ix_record_interval_record", "record_interval", ["record_type", "record_id", "started_at"], unique=False
    )
    op.create_index("ix_record_interval_state", "record_interval", ["record_type", "state", "started_at"], unique=False)
    op.create_table(
        "record_link",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_type", sa.String(length=64), nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("source_label", sa.String(length=200), nullable=False),
        sa.Column("target_type", sa.String(length=64), nullable=False),
        sa.Column("target_id", Id, nullable=False),
        sa.Column("target_label", sa.String(length=200), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_link")),
        sa.UniqueConstraint("kind", "source_type", "source_id", "target_type", "target_id", name="uq_record_link"),
    )
    op.create_index("ix_record_link_source", "record_link", ["source_type", "source_id"], unique=False)
    op.create_index("ix_record_link_target", "record_link", ["target_type", "target_id"], unique=False)
    op.create_table(
        "record_tag",
        sa.Column("record_type", sa.String(length=64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_tag")),
        sa.UniqueConstraint("record_type", "record_id", "name", name="uq_record_tag"),
    )
    op.create_index("ix_record_tag_name", "record_tag", ["name", "record_type"], unique=False)
    op.create_table(
        "record_type",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("addon", sa.String(length=64), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("label", Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_record_type")),
    )
    op.create_index(op.f("ix_record_type_addon"), "record_type", ["addon"], unique=False)
    op.create_table(
        "rights_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_epoch")),
    )
    op.create_table(
        "timeline_entry",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("record_type", sa.String(length=64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("data", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entry")),
    )
    op.create_index("ix_timeline_entry_record", "timeline_entry", ["record_type", "record_id", "at"], unique=False)
    op.create_table(
        "watcher",
        sa.Column("record_type", sa.String(length=64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watcher")),
        sa.UniqueConstraint("record_type", "record_id", "person_id", name="uq_watcher"),
    )
    op.create_index("ix_watcher_person", "watcher", ["person_id"], unique=False)
    op.create_table(
        "workflow_override",
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("label", Json, nullable=True),
        sa.Column("colour", sa.String(length=20), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_override")),
        sa.UniqueConstraint("workflow", "state", name="uq_workflow_override"),
    )
    op.create_table(
        "ab_api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("key_hash", sa.String(length=256), nullable=False),
        sa.Column("lookup_hash", sa.String(length=256), nullable=True),
        sa.Column("key_prefix", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_on", sa.DateTime(), nullable=True),
        sa.Column("expires_on", sa.DateTime(), nullable=True),
        sa.Column("revoked_on", sa.DateTime(), nullable=True),
        sa.Column("last_used_on", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("lookup_hash"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_index("idx_api_key_lookup_hash", "ab_api_key", ["lookup_hash"], unique=True)
    op.create_index("idx_api_key_prefix", "ab_api_key", ["key_prefix"], unique=False)
    op.create_index("idx_api_key_user_id", "ab_api_key", ["user_id"], unique=False)
    op.create_table(
        "ab_group_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["ab_group.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_id", "role_id"),
    )
    op.create_index("idx_group_id", "ab_group_role", ["group_id"], unique=False)
    op.create_index("idx_group_role_id", "ab_group_role", ["role_id"], unique=False)
    op.create_table(
        "ab_permission_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_id", sa.Integer(), nullable=False),
        sa.Column("view_menu_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["permission_id"],
            ["ab_permission.id"],
        ),
        sa.ForeignKeyConstraint(
            ["view_menu_id"],
            ["ab_view_menu.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("permission_id", "view_menu_id"),
    )
    op.create_index("idx_permission_id", "ab_permission_view", ["permission_id"], unique=False)
    op.create_index("idx_view_menu_id", "ab_permission_view", ["view_menu_id"], unique=False)
    op.create_table(
        "ab_user_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["ab_group.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "group_id"),
    )
    op.create_index("idx_user_group_id", "ab_user_group", ["group_id"], unique=False)
    op.create_index("idx_user_id", "ab_user_group", ["user_id"], unique=False)
    op.create_table(
        "ab_user_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "role_id"),
    )
    op.create_table(
        "api_token",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json, nullable=True),
        sa.Column("expires_at", Utc, nullable=True),
        sa.Column("revoked_at", Utc, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_api_token_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"], unique=False)
    op.create_table(
        "department",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company_id", Id, nullable=True),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("cost_centre", sa.String(length=60), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_department_company_id_company"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["department.id"], name=op.f("fk_department_parent_id_department"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
    )
    op.create_index(op.f("ix_department_company_id"), "department", ["company_id"], unique=False)
    op.create_index(op.f("ix_department_created_at"), "department", ["created_at"], unique=False)
    op.create_index(op.f("ix_department_is_active"), "department", ["is_active"], unique=False)
    op.create_index(op.f("ix_department_name"), "department", ["name"], unique=False)
    op.create_index(op.f("ix_department_parent_id"), "department", ["parent_id"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("message_id", Id, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("started_at", Utc, nullable=False),
        sa.Column("ended_at", Utc, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'parked', 'failed', 'lost')", name=op.f("ck_job_run_state")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_job_run_message_id_outbox_message"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_index(op.f("ix_job_run_message_id"), "job_run", ["message_id"], unique=False)
    op.create_index("ix_job_run_name", "job_run", ["name", "started_at"], unique=False)
    op.create_index(op.f("ix_job_run_started_at"), "job_run", ["started_at"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("last_seen_at", Utc, nullable=False),
        sa.Column("ended_at", Utc, nullable=True),
        sa.Column("ended_because", sa.String(length=40), nullable=True),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_login_session_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_last_seen_at"), "login_session", ["last_seen_at"], unique=False)
    op.create_index("ix_login_session_user", "login_session", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "picklist_value",
        sa.Column("picklist_id", Id, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("attributes", Json, nullable=True),
        sa.Column("sort_zh", sa.String(length=200), nullable=False),
        sa.Column("sort_en", sa.String(length=200), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["picklist_value.id"],
            name=op.f("fk_picklist_value_parent_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["picklist_id"], ["picklist.id"], name=op.f("fk_picklist_value_picklist_id_picklist"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picklist_value")),
        sa.UniqueConstraint("picklist_id", "code", name="uq_picklist_value_code"),
    )
    op.create_index(op.f("ix_picklist_value_parent_id"), "picklist_value", ["parent_id"], unique=False)
    op.create_index(op.f("ix_picklist_value_picklist_id"), "picklist_value", ["picklist_id"], unique=False)
    op.create_index(op.f("ix_picklist_value_sort_en"), "picklist_value", ["sort_en"], unique=False)
    op.create_index(op.f("ix_picklist_value_sort_zh"), "picklist_value", ["sort_zh"], unique=False)
    op.create_table(
        "role_profile",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("is_self_service", sa.Boolean(), nullable=False),
        sa.Column("addon", sa.String(length=64), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_role_profile_role_id_ab_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_profile")),
        sa.UniqueConstraint("code", name=op.f("uq_role_profile_code")),
        sa.UniqueConstraint("role_id", name=op.f("uq_role_profile_role_id")),
    )
    op.create_table(
        "site",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company_id", Id, nullable=True),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("address", sa.String(length=400), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_site_company_id_company"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["site.id"], name=op.f("fk_site_parent_id_site"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_index(op.f("ix_site_company_id"), "site", ["company_id"], unique=False)
    op.create_index(op.f("ix_site_created_at"), "site", ["created_at"], unique=False)
    op.create_index(op.f("ix_site_is_active"), "site", ["is_active"], unique=False)
    op.create_index(op.f("ix_site_name"), "site", ["name"], unique=False)
    op.create_index(op.f("ix_site_parent_id"), "site", ["parent_id"], unique=False)
    op.create_table(
        "user_preference",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("timezone", sa.String(length=60), nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_user_preference_user_id_ab_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_preference")),
        sa.UniqueConstraint("user_id", name=op.f("uq_user_preference_user_id")),
    )
    op.create_table(
        "ab_permission_view_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_view_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["permission_view_id"], ["ab_permission_view.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("permission_view_id", "role_id"),
    )
    op.create_index("idx_permission_view_id", "ab_permission_view_role", ["permission_view_id"], unique=False)
    op.create_index("idx_role_id", "ab_permission_view_role", ["role_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("company_id", Id, nullable=True),
        sa.Column("department_id", Id, nullable=True),
        sa.Column("site_id", Id, nullable=True),
        sa.Column("employee_number", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("is_vip", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("search_text", sa.String(length=600), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_person_company_id_company"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_person_department_id_department"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_person_site_id_site"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_person_user_id_ab_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("employee_number", name=op.f("uq_person_employee_number")),
        sa.UniqueConstraint("user_id", name=op.f("uq_person_user_id")),
    )
    op.create_index(op.f("ix_person_company_id"), "person", ["company_id"], unique=False)
    op.create_index(op.f("ix_person_created_at"), "person", ["created_at"], unique=False)
    op.create_index(op.f("ix_person_department_id"), "person", ["department_id"], unique=False)
    op.create_index(op.f("ix_person_email"), "person", ["email"], unique=False)
    op.create_index(op.f("ix_person_is_active"), "person", ["is_active"], unique=False)
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.create_index(op.f("ix_person_phone"), "person", ["phone"], unique=False)
    op.create_index(op.f("ix_person_search_text"), "person", ["search_text"], unique=False)
    op.create_index(op.f("ix_person_site_id"), "person", ["site_id"], unique=False)
    op.create_table(
        "work_group",
        sa.Column("name", Json, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("lead_id", Id, nullable=True),
        sa.Column("support_line", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("assignment_mode", sa.String(length=20), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sort_zh", sa.String(length=200), nullable=False),
        sa.Column("sort_en", sa.String(length=200), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["person.id"], name=op.f("fk_work_group_lead_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["work_group.id"], name=op.f("fk_work_group_parent_id_work_group"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_group")),
        sa.UniqueConstraint("code", name=op.f("uq_work_group_code")),
    )
    op.create_index(op.f("ix_work_group_is_active"), "work_group", ["is_active"], unique=False)
    op.create_index(op.f("ix_work_group_lead_id"), "work_group", ["lead_id"], unique=False)
    op.create_index(op.f("ix_work_group_parent_id"), "work_group", ["parent_id"], unique=False)
    op.create_index(op.f("ix_work_group_sort_en"), "work_group", ["sort_en"], unique=False)
    op.create_index(op.f("ix_work_group_sort_zh"), "work_group", ["sort_zh"], unique=False)
    op.create_table(
        "group_member",
        sa.Column("group_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("role_in_group", sa.String(length=20), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_group.id"], name=op.f("fk_group_member_group_id_work_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_group_member_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
        sa.UniqueConstraint("group_id", "person_id", name="uq_group_member"),
    )
    op.create_index(op.f("ix_group_member_group_id"), "group_member", ["group_id"], unique=False)
    op.create_index(op.f("ix_group_member_person_id"), "group_member", ["person_id"], unique=False)
    op.create_table(
        "group_role",
        sa.Column("group_id", Id, nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_group.id"], name=op.f("fk_group_role_group_id_work_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_group_role_role_id_ab_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_role")),
        sa.UniqueConstraint("group_id", "role_id", name="uq_group_role"),
    )
    op.create_index(op.f("ix_group_role_group_id"), "group_role", ["group_id"], unique=False)
    op.create_index(op.f("ix_group_role_role_id"), "group_role", ["role_id"], unique=False)
    op.create_table(
        "member_role",
        sa.Column("member_id", Id, nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["group_member.id"], name=op.f("fk_member_role_member_id_group_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ab_role.id"], name=op.f("fk_member_role_role_id_ab_role"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_role")),
        sa.UniqueConstraint("member_id", "role_id", name="uq_member_role"),
    )
    op.create_index(op.f("ix_member_role_member_id"), "member_role", ["member_id"], unique=False)
    op.create_index(op.f("ix_member_role_role_id"), "member_role", ["role_id"], unique=False)


def downgrade() -> None:
    op.drop_table("member_role")
    op.drop_table("group_role")
    op.drop_table("group_member")
    op.drop_table("work_group")
    op.drop_table("person")
    op.drop_table("ab_permission_view_role")
    op.drop_table("user_preference")
    op.drop_table("site")
    op.drop_table("role_profile")
    op.drop_table("picklist_value")
    op.drop_table("login_session")
    op.drop_table("job_run")
    op.drop_table("department")
    op.drop_table("api_token")
    op.drop_table("ab_user_role")
    op.drop_table("ab_user_group")
    op.drop_table("ab_permission_view")
    op.drop_table("ab_group_role")
    op.drop_table("ab_api_key")
    op.drop_table("workflow_override")
    op.drop_table("watcher")
    op.drop_table("timeline_entry")
    op.drop_table("rights_epoch")
    op.drop_table("record_type")
    op.drop_table("record_tag")
    op.drop_table("record_link")
    op.drop_table("record_interval")
    op.drop_table("picklist")
    op.drop_table("outbox_message")
    op.drop_table("number_sequence")
    op.drop_table("login_attempt")
    op.drop_table("job_schedule")
    op.drop_table("generation")
    op.drop_table("desk_process")
    op.drop_table("data_record")
    op.drop_table("company")
    op.drop_table("audit_entry")
    op.drop_table("attachment")
    op.drop_table("addon_journal")
    op.drop_table("addon")
    op.drop_table("ab_view_menu")
    op.drop_table("ab_user")
    op.drop_table("ab_role")
    op.drop_table("ab_register_user")
    op.drop_table("ab_permission")
    op.drop_table("ab_group")
