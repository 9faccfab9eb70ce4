"""One desk for an internal department and two outside companies: walls that hold by whatever way one looks.

The oracle states in plain Python what rights and rules show; every way of looking has to agree with it.
"""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from addons.incident.models import Incident
from addons.ticket.models import Ticket
from app.organisation.models import Company, Person
from app.sdk import clock
from app.sdk.actor import DataRule, acting_as
from tests.support.people import make_actor, make_company, make_group, make_person

RIGHTS = ("incident.read", "incident.read_groups", "incident.read_company", "incident.read_all", "person.read",
          "company.read")
SCOPES = ("everything", "own", "own_groups", "own_lines", "own_companies", "cleared", "conditions")
TYPES = ("ticket", "incident", "person", "company")
CONDITIONS = [["state", "eq", "new"]]


class World:
    """A desk of our own, an outside company with a part of it, and another; people, groups and incidents of each."""

    def __init__(self):
        ours, outside, other = (make_company(kind=kind) for kind in ("own", "customer", "customer"))
        self.companies = [ours, outside, other, make_company(parent=outside)]
        self.people = [make_person(company=company) for company in self.companies]
        self.groups = [make_group(support_line=1), make_group(support_line=2), make_group(support_line=2)]
        self.below = {0: {0}, 1: {1, 3}, 2: {2}, 3: {3}}

    def incident(self, number, row):
        caller, group, company, author, level, state, is_deleted = row
        return Incident(
            number=f"W{number}", title="x", kind="incident", state=state, state_category="open",
            opened_at=clock.now(), caller_id=self.people[caller].id,
            group_id=None if group is None else self.groups[group].id, company_id=self.companies[company].id,
            created_by_id=author, confidentiality=level, deleted_at=clock.now() if is_deleted else None,
        )

    def actor(self, rights, person, groups, user_id, clearance, rules):
        made = make_actor(rights, person=self.people[person], groups=[self.groups[one] for one in groups],
                          user_id=user_id)
        return made.__class__(**{
            **{name: getattr(made, name) for name in made.__dataclass_fields__},
            "company_ids": frozenset(self.companies[one].id for one in self.below[person]),
            "support_lines": frozenset(self.groups[one].support_line for one in groups),
            "clearance": clearance, "rules": tuple(rules),
        })


def rule_of(number, drawn):
    kind, is_limit, scope = drawn
    return DataRule(number, kind, frozenset({"read"}), is_limit, scope,
                    json.dumps(CONDITIONS) if scope == "conditions" else "")


class Oracle:
    """What somebody sees, in plain words."""

    def __init__(self, world, actor):
        self.world, self.actor = world, actor
        self.lines = {group.id for group in world.groups if group.support_line in actor.support_lines}

    def incident(self, row):
        actor = self.actor
        own = actor.person_id == row.caller_id or (actor.user_id is not None and actor.user_id == row.created_by_id)
        if row.deleted_at is not None:
            return False
        is_cleared = row.confidentiality <= actor.clearance or own
        shown = actor.can("incident.read") and (
            own or actor.can("incident.read_all")
            or (actor.can("incident.read_groups") and row.group_id in actor.group_ids)
            or (actor.can("incident.read_company") and row.company_id in actor.company_ids))
        return is_cleared and self._ruled(row, shown, ("ticket", "incident"), own)

    def person(self, row):
        own = row.id == self.actor.person_id
        return self._ruled(row, own or self.actor.can("person.read"), ("person",), own)

    def company(self, row):
        return self._ruled(row, self.actor.can("company.read"), ("company",), False)

    def _ruled(self, row, shown, kinds, own):
        rules, module = [rule for rule in self.actor.rules if rule.record_type in kinds], kinds[-1]
        granted = any(self._fits(rule, row, own) for rule in rules
                      if not rule.is_limit and self.actor.can(f"{module}.read"))
        return (shown or granted) and all(self._fits(rule, row, own) for rule in rules if rule.is_limit)

    def _fits(self, rule, row, own):
        company = row.id if rule.record_type == "company" else getattr(row, "company_id", None)
        group = getattr(row, "group_id", None)
        has_group = rule.record_type in ("ticket", "incident")
        return {
            "everything": True, "own": own, "own_groups": has_group and group in self.actor.group_ids,
            "own_lines": has_group and group in self.lines,
            "own_companies": company in self.actor.company_ids,
            "cleared": has_group and row.confidentiality <= self.actor.clearance,
            "conditions": rule.record_type == "incident" and row.state == "new",
        }[rule.scope]


EITHER = st.none() | st.integers(0, 2)
ROW = st.tuples(st.integers(0, 3), EITHER, st.integers(0, 3), st.none() | st.integers(1, 2), st.integers(0, 2),
                st.sampled_from(["new", "assigned"]), st.booleans())
RULE = st.tuples(st.sampled_from(TYPES), st.booleans(), st.sampled_from(SCOPES))
ACTOR = st.tuples(st.frozensets(st.sampled_from(RIGHTS)), st.integers(0, 3), st.frozensets(st.integers(0, 2)),
                  st.none() | st.integers(1, 2), st.integers(0, 2), st.lists(RULE, max_size=4))


@pytest.fixture
def world(unit, app):
    return World()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=6), who=ACTOR)
def test_rules_of_rows_unite_and_limit_exactly_as_the_oracle_says(unit, world, rows, who):
    savepoint = unit.begin_nested()
    try:
        made = [world.incident(number, row) for number, row in enumerate(rows)]
        unit.add_all(made)
        unit.flush()
        *rest, drawn = who
        actor = world.actor(*rest, [rule_of(number, one) for number, one in enumerate(drawn)])
        oracle = Oracle(world, actor)
        expected = {row.id for row in made if oracle.incident(row)}
        people = {row.id for row in world.people if oracle.person(row)}
        companies = {row.id for row in world.companies if oracle.company(row)}
        callers = {row.id: row.caller_id for row in made}
        mine = [row.id for row in made]
        unit.expunge_all()
        with acting_as(actor):
            check(unit, mine, expected, people, callers)
            known = [company.id for company in world.companies]
            assert set(unit.execute(select(Company.id).where(Company.id.in_(known))).scalars()) == companies
    finally:
        savepoint.rollback()
        unit.expunge_all()


def check(unit, mine, expected, people, callers):
    other = aliased(Ticket)
    reads = {
        "list": select(Incident.id).where(Incident.id.in_(mine)),
        "tickets": select(Ticket.id).where(Ticket.id.in_(mine)),
        "alias": select(other.id).where(other.id.in_(mine)),
        "joined": select(Incident.id).join(other, other.id == Incident.id).where(Incident.id.in_(mine)),
        "within": select(Ticket.id).where(Ticket.id.in_(select(Incident.id)), Ticket.id.in_(mine)),
    }
    for name, statement in reads.items():
        assert set(unit.execute(statement).scalars()) == expected, name
    counted = unit.execute(select(func.count(Incident.id)).where(Incident.id.in_(mine))).scalar()
    assert counted == len(expected)
    seen = unit.execute(select(Incident).where(Incident.id.in_(mine)).options(selectinload(Incident.caller))).scalars()
    assert {row.id: row.caller is not None for row in seen} == {key: callers[key] in people for key in expected}
    assert set(unit.execute(select(Person.id).where(Person.id.in_(sorted(set(callers.values()))))).scalars()) == (
        set(callers.values()) & people)

