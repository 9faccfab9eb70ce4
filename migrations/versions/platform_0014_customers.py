"""Companies that are several things at once, with their contacts; people with many ways to reach them."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0014"
down_revision = "platform_0013"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)
KINDS = ("own", "customer", "supplier", "manufacturer")
LEVELS = ("platinum", "gold", "silver", "bronze", "standard")
MARK = "\x1f"

COMPANY = {
    "industry": sa.String(40), "website": sa.String(300), "address": sa.String(400), "mail_domains": sa.String(500),
    "timezone": sa.String(64), "language": sa.String(10), "customer_since": sa.Date(), "notes": sa.Text(),
}
PERSON = {
    "job_title": sa.String(120), "salutation": sa.String(40), "cost_centre": sa.String(60),
    "preferred_channel": sa.String(20), "language": sa.String(10), "timezone": sa.String(64),
    "vip_level": sa.String(40),
}
SITE = {"kind": sa.String(40), "phone": sa.String(60), "opening_notes": sa.Text(), "timezone": sa.String(64)}
# (table, column): a person.
PEOPLE = {"company": "account_manager_id", "department": "head_id", "person": "manager_id"}
INDEXES = {
    "company": ("industry", "support_level", "is_key_customer", *(f"is_{kind}" for kind in KINDS)),
    "person": ("vip_level",), "site": ("kind",),
}


def _record() -> list[sa.Column]:
    return [
        sa.Column("id", Id, sa.Identity(), primary_key=True), sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id), sa.Column("updated_at", Utc, nullable=False), sa.Column("updated_by_id", Id),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("deleted_at", Utc),
    ]


def _key(name: str, target: str) -> sa.Column:
    return sa.Column(name, Id, sa.ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "company_domain", sa.Column("id", Id, sa.Identity(), primary_key=True), _key("company_id", "company"),
        sa.Column("domain", sa.String(200), nullable=False, unique=True),
    )
    op.create_index("ix_company_domain_company_id", "company_domain", ["company_id"])
    op.create_table(
        "company_contact", *_record(), _key("company_id", "company"), _key("person_id", "person"),
        sa.Column("purpose", sa.String(20), nullable=False), sa.Column("role", sa.String(40)),
        sa.Column("sequence", sa.Integer(), nullable=False), sa.Column("note", sa.String(200)),
    )
    is_there = sa.text("deleted_at IS NULL")
    op.create_index("uq_company_contact", "company_contact", ["company_id", "person_id", "purpose"], unique=True,
                    sqlite_where=is_there, postgresql_where=is_there)
    op.create_table(
        "contact_method", *_record(), _key("person_id", "person"), sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.String(200), nullable=False), sa.Column("label", sa.String(60)),
        sa.Column("is_primary", sa.Boolean(), nullable=False), sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
    )
    for table, names in (("company_contact", ("company_id", "person_id", "created_at")),
                         ("contact_method", ("person_id", "value", "created_at"))):
        for name in names:
            op.create_index(f"ix_{table}_{name}", table, [name])
    for table, columns in (("company", COMPANY), ("person", PERSON), ("site", SITE)):
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind))
    for kind in KINDS:
        op.add_column("company", sa.Column(f"is_{kind}", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table, name in PEOPLE.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(name, Id))
            batch.create_foreign_key(f"fk_{table}_{name}_person", "person", [name], ["id"], ondelete="SET NULL")
        op.create_index(f"ix_{table}_{name}", table, [name])
    for table, names in INDEXES.items():
        for name in names:
            op.create_index(f"ix_{table}_{name}", table, [name])
    _tell_kinds()
    _sort_levels()
    _take_ways_over()


def _tell_kinds() -> None:
    company = sa.table("company", sa.column("kind"), *(sa.column(f"is_{kind}", sa.Boolean()) for kind in KINDS))
    for kind in KINDS:
        op.execute(company.update().where(company.c.kind == kind).values({f"is_{kind}": True}))


def _sort_levels() -> None:
    # It was free text: what is no level of the list is kept among the notes.
    company = sa.table("company", sa.column("support_level", sa.String()), sa.column("notes", sa.Text()))
    level = company.c.support_level
    code = sa.func.lower(sa.func.trim(level))
    op.execute(company.update().where(code.in_(LEVELS)).values(support_level=code))
    op.execute(company.update().where(level.not_in(LEVELS)).values(notes=level, support_level=None))


def _take_ways_over() -> None:
    person = sa.table("person", *(sa.column(name, sa.String()) for name in (
        "id", "phone", "email", "employee_number", "search_text", "vip_level", "created_at", "updated_at")),
        sa.column("is_vip", sa.Boolean()), sa.column("deleted_at"))
    method = sa.table("contact_method", *(sa.column(name) for name in (
        "person_id", "kind", "value", "is_primary", "is_private", "sequence", "version", "created_at", "updated_at")))
    for name in ("phone", "email"):
        value = person.c[name]
        rows = sa.select(person.c.id, sa.literal(name), value, sa.true(), sa.false(), sa.literal(10), sa.literal(1),
                         person.c.created_at, person.c.updated_at).where(value.is_not(None), value != "")
        op.execute(method.insert().from_select([column.name for column in method.columns], rows))
    op.execute(person.update().where(person.c.is_vip).values(vip_level="vip"))
    number = sa.func.lower(person.c.employee_number)
    text = sa.func.replace(person.c.search_text, sa.literal(" ") + number, sa.literal(f" {MARK}") + number)
    op.execute(person.update().where(person.c.employee_number.is_not(None)).values(search_text=text))


def downgrade() -> None:
    for table, names in INDEXES.items():
        for name in names:
            op.drop_index(f"ix_{table}_{name}", table)
    for table, name in PEOPLE.items():
        op.drop_index(f"ix_{table}_{name}", table)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_{name}_person", type_="foreignkey")
            batch.drop_column(name)
    for table, columns in (("company", (*COMPANY, *(f"is_{kind}" for kind in KINDS))), ("person", PERSON),
                           ("site", SITE)):
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
    for table in ("contact_method", "company_contact", "company_domain"):
        op.drop_table(table)
