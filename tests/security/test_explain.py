"""Why somebody sees a record: the answer is always the rule's own, and says each link of the chain."""

import pytest
from flask_appbuilder.security.sqla.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.incident.models import Incident
from app.organisation.services import group_role_service, person_service
from app.sdk.actor import SYSTEM, acting_as
from app.security import accounts
from app.security.explain import explain, hidden_fields, who_can_see
from app.security.services import access_rule_service, field_right_service
from tests.fab.conftest import make_incident
from tests.support.people import AGENT, CUSTOMER, SECOND_LINE, actor_of, make_company, make_group, make_login, role_ids

NAME = {"en": "Own company", "zh": "本公司"}


@pytest.fixture(autouse=True)
def nothing_kept():
    forget()


def forget():
    """What was read of users who were rolled back is not there any more."""
    accounts._accounts.clear()
    accounts._rights.clear()


def user(unit, login):
    return unit.execute(select(User).where(User.id == login.user_id)).scalar_one()


def verdicts(unit, login, row):
    with acting_as(SYSTEM):
        return {one.operation: one for one in explain(unit, user(unit, login), Incident, row.id)}


def test_it_says_which_role_by_which_way_and_what_is_missing(unit, context):
    group = make_group()
    group_role_service.create(SYSTEM, {"group": group.id, "role": role_ids(SECOND_LINE)[0]})
    login = make_login(groups=[group])
    row = make_incident(title="Of others")
    read = verdicts(unit, login, row)["read"]
    assert not read.is_allowed
    met = {reason.kind: reason.is_met for reason in read.reasons}
    assert (met["login"], met["module"], met["deleted"], met["shipped"]) == (True, True, True, False)
    texts = [reason.text for reason in read.reasons if reason.is_met is False]
    assert len(texts) == 3  # not theirs, not of their groups, so nothing shows it
    module = next(reason for reason in read.reasons if reason.kind == "module")
    assert str(group) in module.text


def test_a_rule_that_limits_is_named(unit, context):
    login = make_login(AGENT, groups=[make_group()])
    row = make_incident()
    assert all(verdicts(unit, login, row)[one].is_allowed for one in ("read", "write"))
    made = access_rule_service.create(SYSTEM, {"name": NAME, "record_type": "incident", "is_limit": True,
                                               "may_read": True, "scope": "own_companies"})
    read = verdicts(unit, login, row)["read"]
    blocked = [reason for reason in read.reasons if reason.kind == "rule"]
    assert (read.is_allowed, [reason.rule_id for reason in blocked], blocked[0].is_met) == (False, [made.id], False)
    assert "本公司" in blocked[0].text
    assert not verdicts(unit, login, row)["write"].is_allowed


def test_who_can_see_and_what_is_hidden_of_it(unit, context):
    agent, customer = make_login(AGENT, groups=[make_group()]), make_login(CUSTOMER)
    row = make_incident()
    with acting_as(SYSTEM):
        seers, more = who_can_see(unit, Incident, row.id)
        field_right_service.set(SYSTEM, "incident", "supplier", {None: "read"})
    seen = {seer.user_id: seer.is_allowed for seer in seers}
    assert (seen[agent.user_id], seen[customer.user_id], more) == (True, False, False)
    assert hidden_fields(user(unit, agent), Incident, unit) == {"supplier": "read"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_many_are_read_in_as_many_statements_as_few(unit, context, statements):
    groups, company = [make_group(), make_group()], make_company()
    logins = [make_login(*(([AGENT], [SECOND_LINE], [AGENT, SECOND_LINE])[number % 3]), groups=[groups[number % 2]])
              for number in range(50)]
    person_service.update(SYSTEM, logins[0].person_id, {"company": company})
    users = [user(unit, login) for login in logins]
    alone = [accounts._read(one, 1) for one in users]
    counts = []
    for number in (5, 50):
        forget()
        with statements() as seen:
            assert accounts.accounts_of(users[:number], 1) == alone[:number]
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 13


RULES = st.lists(st.tuples(st.sampled_from(["ticket", "incident"]), st.booleans(),
                           st.sampled_from(["everything", "own", "own_groups", "own_companies", "cleared"])),
                 max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=RULES, code=st.sampled_from([AGENT, SECOND_LINE, CUSTOMER]), held=st.booleans(), level=st.integers(0, 2))
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_never_says_other_than_the_rows_do(unit, context, drawn, code, held, level):
    savepoint = unit.begin_nested()
    forget()
    try:
        group = make_group()
        login = make_login(code, groups=[group])
        row = make_incident(confidentiality=level, **({"group": group.id} if held else {}))
        for kind, is_limit, scope in drawn:
            access_rule_service.create(SYSTEM, {
                "name": NAME, "record_type": kind, "is_limit": is_limit, "may_read": True, "scope": scope,
                "role": role_ids(code)[0]})
        with acting_as(actor_of(login.user_id)):
            is_seen = unit.execute(select(Incident.id).where(Incident.id == row.id)).scalar() is not None
        assert verdicts(unit, login, row)["read"].is_allowed == is_seen
        with acting_as(SYSTEM):
            assert {seer.user_id: seer.is_allowed for seer in who_can_see(unit, Incident, row.id)[0]}[
                login.user_id] == is_seen
    finally:
        savepoint.rollback()
        unit.expunge_all()
