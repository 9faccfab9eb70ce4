"""Random people with random rights and rules, and what each of them gets by every page and by REST.

The oracle is that of test_walls: plain Python that knows nothing of how the desk decides.
"""

import csv
import io
import json
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.incident.models import Incident
from app.db import unit_of_work
from app.organisation.models import Company, WorkGroup
from app.records import attachments
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import InvalidField
from app.security.services import access_rule_service, role_service
from tests.fab.conftest import make_incident
from tests.security.test_walls import EITHER, RIGHTS, RULE, Oracle, World, rule_of
from tests.support.people import csrf_token, make_login, make_person

BASE = "/incident/incidents"
ROW = st.tuples(st.integers(0, 3), EITHER, st.integers(0, 3), st.booleans(), st.integers(0, 2), st.booleans())
# Without incident.read there is nothing to compare: test_layers shows that every door is shut then.
HELD = st.frozensets(st.sampled_from(RIGHTS)).map(lambda rights: rights | {"incident.read"})
WHO = st.tuples(HELD, st.integers(0, 3),
                st.frozensets(st.integers(0, 2)), st.integers(0, 2), st.lists(RULE, max_size=4))
_serial = count(1)


class Example:
    """One drawn desk, committed: what somebody sees of it by the oracle, and what they get by each way."""

    def __init__(self, session, world, rows, who):
        rights, home, groups, clearance, drawn = who
        self.tag = f"tag{next(_serial)}x"
        role = role_service.create(SYSTEM, {
            "code": self.tag, "label": {"en": self.tag, "zh": self.tag}, "is_self_service": True,
            "clearance": clearance, "permissions": sorted({*rights, "list.export"})})
        rules = [rule for number, one in enumerate(drawn) if self._is_made(role, rule := rule_of(number, one))]
        people = [make_person(name=f"{self.tag} p{number}", company=company)
                  for number, company in enumerate(world.companies)]
        self.login = make_login(self.tag, groups=[world.groups[one] for one in groups],
                                person=people[home].id, name=None)
        self.made = [self._incident(session, world, people, number, row) for number, row in enumerate(rows)]
        self.files = {row.id: attachments.add(session, row, "a.txt", b"x", is_public=True).id for row in self.made}
        session.flush()
        world.people = people
        actor = world.actor(rights, home, groups, self.login.user_id, clearance, rules)
        oracle = Oracle(world, actor)
        self.can = actor.can
        self.titles = {row.id: row.title for row in self.made}
        self.callers = {row.id: row.caller_id for row in self.made}
        self.incidents = {row.id for row in self.made if oracle.incident(row)}
        self.people = {row.id: row.name for row in people}
        self.known = {row.id for row in people if oracle.person(row)}
        self.companies = {row.id: oracle.company(row) for row in world.companies}

    @staticmethod
    def _is_made(role, rule):
        # Not every scope fits every type of record; such a rule is refused.
        try:
            access_rule_service.create(SYSTEM, {
                "name": {"en": f"Rule {rule.id}", "zh": f"规则{rule.id}"}, "record_type": rule.record_type,
                "is_limit": rule.is_limit, "may_read": True, "scope": rule.scope, "role": role.role_id,
                **({"conditions": json.loads(rule.argument)} if rule.argument else {})})
        except InvalidField:
            return False
        return True

    def _incident(self, session, world, people, number, row):
        caller, group, company, is_author, level, is_deleted = row
        made = make_incident(title=f"{self.tag} i{number}", caller=people[caller].id, confidentiality=level)
        found = session.get_one(Incident, made.id)
        found.group_id = None if group is None else world.groups[group].id
        found.state = "new" if group is None else "assigned"
        found.company_id = world.companies[company].id
        found.created_by_id = self.login.user_id if is_author else None
        if is_deleted:
            session.flush()
            from addons.incident.services import incident_service

            incident_service.delete(SYSTEM, found.id, "of the test")
        return found


@pytest.fixture
def world(app, cast):
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        world = World()
        session.flush()
        return world, [row.id for row in world.companies], [row.id for row in world.groups]


def drawn(app, held, rows, who):
    world, companies, groups = held
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        world.companies = [session.get_one(Company, key) for key in companies]
        world.groups = [session.get_one(WorkGroup, key) for key in groups]
        example = Example(session, world, rows, who)
    return example


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=2, max_size=5), who=WHO)
def test_every_way_gives_exactly_what_the_oracle_says(app, world, logged_in, rows, who):
    one = drawn(app, world, rows, who)
    client = logged_in(one.login)
    by_pages(client, one)
    by_rest(client, one)
    by_options_and_related(client, one)


def seen(text, one):
    return {key for key, title in one.titles.items() if title in text}


def by_pages(client, one):
    assert seen(client.get(f"{BASE}/list/?q={one.tag}&psize_IncidentView=200").text, one) == one.incidents
    assert seen(client.get(f"{BASE}/list/?as=kanban&q={one.tag}").text, one) == one.incidents
    assert seen(client.get(f"/palette/?q={one.tag}").text, one) == one.incidents
    for key in one.titles:
        expected = 200 if key in one.incidents else 404
        for route in (f"{BASE}/show/{key}", f"{BASE}/{key}/attachments/{one.files[key]}"):
            answer = client.get(route)
            answer.close()
            assert answer.status_code == expected, route
    answer = client.post(f"{BASE}/export?q={one.tag}", data={
        "csrf_token": csrf_token(client, f"{BASE}/list/"), "format": "csv"})
    exported = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    mine = {row["Title"] for row in exported if row["Title"].startswith(f"{one.tag} ")}
    assert mine == {one.titles[key] for key in one.incidents}


def by_rest(client, one):
    found = client.get(f"/api/v1/incident/?q=(page_size:100,filters:!((col:title,opr:sw,value:'{one.tag}')))").json
    assert {row["id"] for row in found["result"]} == one.incidents
    assert found["count"] == len(one.incidents)
    for key in one.titles:
        assert client.get(f"/api/v1/incident/{key}").status_code == (200 if key in one.incidents else 404)


def by_options_and_related(client, one):
    if one.can("person.read"):
        listed = client.get(f"/organisation/people/list/?q={one.tag}&psize_PersonView=200").text
        assert {key for key, name in one.people.items() if name in listed} == one.known
        for key in one.people:
            card = client.get(f"/organisation/people/{key}/card")
            assert card.status_code == (200 if key in one.known else 404)
            if key in one.known:
                assert seen(card.text, one) <= {row for row in one.incidents if one.callers[row] == key}
    if one.can("company.read"):
        for key, is_seen in one.companies.items():
            assert client.get(f"/organisation/companies/show/{key}").status_code == (200 if is_seen else 404)
    answer = client.get(f"/api/v1/incident/options/caller?q={one.tag}")
    assert {int(row["id"]) for row in answer.json["results"]} & one.people.keys() == one.known
