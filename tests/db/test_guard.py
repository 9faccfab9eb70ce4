"""No UPDATE or DELETE goes round the unit of work: by Core, in bulk, as text, on rows or on rights; no grant does."""

import pytest
from flask_appbuilder.security.sqla.models import Role, assoc_permissionview_role, assoc_user_role
from sqlalchemy import delete, func, insert, select, text, update

from app.db import PastTheUnit, past_audit
from app.organisation.models import Company, GroupMember, GroupRole, MemberRole
from app.records.audit import AuditEntry
from app.records.tags import RecordTag
from app.security.models import AccessRule, FieldRight, RoleProfile
from tests.support.people import make_company

PAST = {
    "core update": lambda unit: unit.connection().execute(update(Company.__table__).values(name="changed")),
    "core delete": lambda unit: unit.connection().execute(delete(Company.__table__)),
    "core update by the session": lambda unit: unit.execute(update(Company.__table__).values(name="changed")),
    "orm bulk update of the system": lambda unit: unit.execute(update(Company).values(name="changed")),
    "orm bulk delete of the system": lambda unit: unit.query(Company).delete(),
    "text": lambda unit: unit.execute(text("UPDATE company SET name = 'changed'")),
    "text with a comment": lambda unit: unit.execute(text("/* x */ update  company set name = 'changed'")),
    "text behind a WITH": lambda unit: unit.execute(text(
        "WITH one AS (SELECT 1) DELETE FROM company WHERE id IN (SELECT id FROM company)")),
    "driver": lambda unit: unit.connection().exec_driver_sql('DELETE FROM "company"'),
    "upsert": lambda unit: unit.execute(text(
        "INSERT INTO company (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'changed'")),
    "what belongs to records": lambda unit: unit.connection().execute(delete(RecordTag.__table__)),
    "a right of a group": lambda unit: unit.connection().execute(delete(GroupRole.__table__)),
    "a role of a user": lambda unit: unit.connection().execute(delete(assoc_user_role)),
    "a replacing insert": lambda unit: unit.execute(text("INSERT OR REPLACE INTO company (id, name) VALUES (1, 'x')")),
    "a table by its schema": lambda unit: unit.execute(text("UPDATE main.company SET name = 'changed'")),
    "a role, inserted as text": lambda unit: unit.execute(text(
        "INSERT INTO ab_user_role (user_id, role_id) SELECT id, 1 FROM ab_user")),
    "rights, replaced": lambda unit: unit.execute(text("REPLACE INTO ab_permission_view_role SELECT 1")),
    "a role behind a WITH": lambda unit: unit.execute(text(
        "WITH one AS (SELECT 1 AS id) INSERT INTO ab_user_role (user_id, role_id) SELECT id, id FROM one")),
    **{f"an insert into {table.name}": lambda unit, table=table: unit.connection().execute(
        insert(table).from_select(["id"], select(Company.id)))
       for table in (Role.__table__, assoc_permissionview_role, assoc_user_role, RoleProfile.__table__,
                     GroupRole.__table__, MemberRole.__table__, GroupMember.__table__, AccessRule.__table__,
                     FieldRight.__table__)},
}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", PAST)
def test_it_is_refused_and_nothing_changed(unit, way):
    make_company(name="there")
    before = unit.execute(select(func.count(AuditEntry.id))).scalar()
    with pytest.raises(PastTheUnit), unit.begin_nested():
        PAST[way](unit)
    assert unit.execute(select(Company.name)).scalars().all() == ["there"]
    assert unit.execute(select(func.count(AuditEntry.id))).scalar() == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_has_to_says_why(unit):
    company = make_company(name="there")
    with past_audit("of the test"):
        unit.connection().execute(update(Company.__table__).values(phone="1"))
    unit.refresh(company)
    assert company.phone == "1"
