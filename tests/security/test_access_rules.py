"""Data rules as an administrator writes them, and what they let people change."""

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.organisation.services import company_service, person_service
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden, InvalidField, MissingFields, NotFound
from app.security.models import AccessRule
from app.security.services import access_rule_service, role_service
from tests.fab.conftest import make_incident
from tests.support.people import AGENT, SECOND_LINE, actor_of, make_company, make_group, make_login, make_person

NAME = {"en": "Rule", "zh": "规则"}


def rule(**values):
    return access_rule_service.create(SYSTEM, {"name": NAME, "record_type": "incident", "is_limit": True,
                                               "may_read": True, "scope": "own_companies", **values})


@pytest.mark.parametrize(("values", "wrong", "field"), [
    ({"name": {}}, MissingFields, "name"), ({"record_type": "nothing"}, InvalidField, "record_type"),
    ({"scope": "nowhere"}, InvalidField, "scope"),
    ({"record_type": "company", "scope": "own_groups"}, InvalidField, "scope"),
    ({"may_read": False}, InvalidField, "may_read"), ({"is_limit": False}, InvalidField, "role"),
    ({"scope": "conditions"}, InvalidField, "conditions"),
    ({"scope": "conditions", "conditions": [["state", "eq"]]}, InvalidField, "conditions"),
    ({"scope": "conditions", "conditions": [["nothing", "eq", 1]]}, InvalidField, "conditions"),
    ({"scope": "conditions", "conditions": [["state", "like", "x"]]}, InvalidField, "conditions"),
])
def test_what_makes_no_sense_is_refused_beside_its_field(unit, values, wrong, field):
    with acting_as(SYSTEM), pytest.raises(wrong) as refused:
        rule(**values)
    assert set(refused.value.fields) == {field}
    assert unit.execute(select(AccessRule).where(AccessRule.role_id.is_(None))).all() == []


def test_a_rule_is_for_a_role_or_a_group(unit):
    group = make_group()
    with acting_as(SYSTEM), pytest.raises(InvalidField):
        rule(role=1, group=group.id)


def test_whoever_may_not_change_roles_writes_no_rule(unit):
    agent = make_login(AGENT, groups=[make_group()]).actor
    with acting_as(agent), pytest.raises(Forbidden):
        access_rule_service.create(agent, {"name": NAME, "record_type": "incident", "scope": "everything"})
    assert unit.execute(select(AccessRule).where(AccessRule.role_id.is_(None))).all() == []


def test_a_grant_to_read_shows_rows_that_cannot_be_changed(unit):
    group = make_group(support_line=2)
    login = make_login(SECOND_LINE, groups=[group])
    row = make_incident(title="Of others")
    with acting_as(login.actor), pytest.raises(NotFound):
        incident_service.get_for_update(row.id)
    rule(is_limit=False, scope="everything", group=group.id)
    reader = actor_of(login.user_id)
    with acting_as(reader):
        assert unit.execute(select(Incident.title).where(Incident.id == row.id)).scalar() == "Of others"
        with pytest.raises(Forbidden):
            incident_service.update(reader, row.id, {"title": "Mine now"})
    unit.expire_all()
    assert unit.get_one(Incident, row.id).title == "Of others"


def test_a_limit_to_delete_leaves_reading_and_changing(unit):
    login = make_login("incident.role_manager", groups=[make_group()])
    company = make_company(name="Far away")
    rule(record_type="company", may_read=False, may_delete=True, scope="own_companies")
    manager = actor_of(login.user_id)
    with acting_as(manager):
        company_service.update(manager, company.id, {"name": "Near"})
        with pytest.raises(Forbidden):
            company_service.delete(manager, company.id, "Left")
    unit.expire_all()
    with acting_as(SYSTEM):
        assert (company.name, company.deleted_at) == ("Near", None)


def test_a_limit_to_create_leaves_nothing_half_made(unit):
    ours = make_company()
    login = make_login(AGENT, groups=[make_group()], person=make_person(company=ours).id, name=None)
    rule(record_type="person", may_read=False, may_create=True, scope="own_companies")
    agent = actor_of(login.user_id)
    with acting_as(agent):
        person_service.create(agent, {"name": "Colleague", "company": ours.id})
        with pytest.raises(Forbidden):
            person_service.create(agent, {"name": "Stranger", "company": make_company_as_system().id})
    names = [row[0] for row in unit.execute(select(AuditEntry.new).where(AuditEntry.record_type == "person"))]
    assert not any("Stranger" in str(new) for new in names)


def make_company_as_system():
    with acting_as(SYSTEM):
        return make_company()


def test_rules_for_everybody_do_not_bind_administrators(unit):
    admin = make_login("platform.role_admin", groups=[make_group()])
    row = make_incident()
    rule(scope="own")
    with acting_as(actor_of(admin.user_id)):
        assert unit.execute(select(Incident.id).where(Incident.id == row.id)).scalar() == row.id


def test_conditions_mean_the_readers_own(unit):
    group = make_group()
    login = make_login(SECOND_LINE, groups=[group])
    person = make_person()
    rows = [make_incident(title="new one"), make_incident(title="held", group=group.id)]
    rule(scope="conditions", conditions=[["group", "my_groups", 1]])
    rule(is_limit=False, scope="everything", group=group.id)
    actor = actor_of(login.user_id)
    with acting_as(actor):
        found = set(unit.execute(select(Incident.id).where(Incident.id.in_([row.id for row in rows]))).scalars())
    assert found == {rows[1].id}
    assert person


def test_every_change_of_a_rule_is_audited_and_holds_at_once(unit):
    made = rule()
    role_id = role_service.create(SYSTEM, {"code": "r", "label": NAME, "permissions": []}).role_id
    access_rule_service.update(SYSTEM, made.id, {"role": role_id})
    access_rule_service.delete(SYSTEM, made.id)
    actions = [row[0] for row in unit.execute(
        select(AuditEntry.action).where(AuditEntry.record_type == "access_rule", AuditEntry.record_id == made.id)
        .order_by(AuditEntry.id))]
    assert actions == ["create", "update", "delete"]


def test_no_right_of_a_module_is_worth_anything_without_the_module(unit):
    role = role_service.create(SYSTEM, {"code": "half", "label": NAME,
                                        "permissions": ["incident.write", "incident.read_all", "company.read"]})
    login = make_login("half", groups=[make_group()])
    assert login.actor.permissions == {"company.read"}
    role_service.update(SYSTEM, role.id, {"permissions": ["incident.read", "incident.write"]})
    assert actor_of(login.user_id).permissions == {"incident.read", "incident.write"}
