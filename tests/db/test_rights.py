"""Row rights: what an actor sees is exactly what the rule says, by whatever way they look.

The oracle below states the rule in plain Python over all rows; lists, counts, joins, lazy relations, aliases, keys and
the options of relation fields must agree with it.
"""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import aliased, immediateload, joinedload, lazyload, selectinload, subqueryload

from addons.incident.models import Incident
from addons.ticket.models import Ticket
from app.db import include_deleted, rights, system_scope, unit_of_work
from app.organisation.models import Company, Department, Person
from app.records.values import normalise
from app.sdk import clock
from app.sdk.actor import ANONYMOUS, SYSTEM, acting_as
from app.sdk.errors import Forbidden, InvalidField
from tests.support.people import make_actor, make_company, make_group, make_person

SCOPES = ("incident.read", "incident.read_groups", "incident.read_company", "incident.read_all", "person.read",
          "company.read")


class World:
    """Some companies, people, groups and incidents."""

    def __init__(self, session):
        self.session = session
        self.companies = [make_company() for _ in range(2)]
        self.people = [make_person(company=company) for company in (*self.companies, *self.companies)]
        self.groups = [make_group(), make_group()]

    def incident(self, number, caller, assignee, group, company, author, is_deleted):
        made = Incident(
            number=f"T{number}", title="x", kind="incident", state="new", state_category="open", opened_at=clock.now(),
            caller_id=self.id_of(self.people, caller), assignee_id=self.id_of(self.people, assignee),
            group_id=self.id_of(self.groups, group), company_id=self.id_of(self.companies, company),
            created_by_id=author, deleted_at=clock.now() if is_deleted else None,
        )
        self.session.add(made)
        return made

    @staticmethod
    def id_of(rows, index):
        return None if index is None else rows[index].id


def may_see(actor, row):
    """The rule of tickets, in plain words."""
    if row.deleted_at is not None or not actor.can("incident.read"):
        return False
    return (
        actor.can("incident.read_all")
        or (actor.person_id is not None and actor.person_id in (row.caller_id, row.assignee_id))
        or (actor.user_id is not None and actor.user_id == row.created_by_id)
        or (actor.can("incident.read_groups") and row.group_id in actor.group_ids)
        or (actor.can("incident.read_company") and actor.company_id is not None and actor.company_id == row.company_id)
    )


def may_see_person(actor, person_id):
    """The rule of people: all with the right to, else oneself."""
    return person_id is not None and (actor.can("person.read") or actor.person_id == person_id)


SOMEBODY = st.none() | st.integers(0, 3)
EITHER = st.none() | st.integers(0, 1)
ROWS = st.lists(st.tuples(SOMEBODY, SOMEBODY, EITHER, EITHER, EITHER, st.booleans()), min_size=1, max_size=8)
ACTORS = st.tuples(st.frozensets(st.sampled_from(SCOPES)), SOMEBODY, st.frozensets(st.integers(0, 1)), EITHER)


@pytest.fixture
def world(unit):
    return World(unit)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(rows=[(None, None, None, 0, None, False)],
         who=(frozenset({"incident.read", "incident.read_company"}), 0, frozenset(), None))
@given(rows=ROWS, who=ACTORS)
def test_every_way_of_looking_agrees_with_the_rule(unit, world, rows, who):
    savepoint = unit.begin_nested()
    try:
        check_one(unit, world, rows, who)
    finally:
        savepoint.rollback()
        unit.expunge_all()


def check_one(unit, world, rows, who):
    permissions, person, groups, user_id = who
    made = [world.incident(number, *row) for number, row in enumerate(rows)]
    unit.flush()
    person_row = None if person is None else world.people[person]
    actor = make_actor(permissions, person=person_row, groups=[world.groups[i] for i in groups], user_id=user_id)
    expected = {row.id for row in made if may_see(actor, row)}
    numbers = {row.id: row.number for row in made}
    callers = {row.id: row.caller_id for row in made}
    unit.expunge_all()
    with acting_as(actor):
        check_reads(unit, expected, numbers)
        check_relations(unit, expected, callers, actor)


def check_reads(session, expected, numbers):
    both, other = aliased(Incident), aliased(Ticket)
    reads = {
        "list": select(Incident.id),
        "base class": select(Ticket.id),
        "entities": select(Incident),
        "joined to itself": select(both.id).join(other, other.id == both.id),
        "subquery": select(Incident.id).where(Incident.id.in_(select(Ticket.id))),
        "cte": select(select(Ticket.id).cte("t").c.id),
        "union": select(select(Ticket.id).union(select(Incident.id)).subquery().c.id),
        "by number": select(Ticket.id).where(Ticket.number.in_(list(numbers.values()))),
    }
    for name, statement in reads.items():
        found = {getattr(row, "id", row) for row in session.execute(statement).scalars()}
        assert found == expected, name
    # The joined alias is under the rule as well: a visible row never shows a hidden one beside it.
    pairs = select(Incident.id, other.id).join(other, other.number != Incident.number)
    assert {tuple(row) for row in session.execute(pairs)} == {(a, b) for a in expected for b in expected if a != b}
    left = select(Incident.id, other.id).join(other, other.id == Incident.id, isouter=True)
    assert {tuple(row) for row in session.execute(left)} == {(a, a) for a in expected}
    with acting_as(SYSTEM):
        everything = select(both.id).where(both.deleted_at.is_(None))
        whole = set(session.execute(everything).scalars())
    assert expected <= whole
    assert session.execute(select(func.count()).select_from(Ticket)).scalar() == len(expected)
    assert session.execute(select(func.count(Incident.id))).scalar() == len(expected)
    assert session.query(Incident).count() == len(expected)
    for key in numbers:
        session.expunge_all()
        assert (session.get(Ticket, key) is not None) == (key in expected)


def check_relations(session, expected, callers, actor):
    for load in (lazyload, joinedload, selectinload, subqueryload, immediateload):
        session.expunge_all()
        for ticket in session.execute(select(Ticket).options(load(Ticket.caller))).scalars():
            assert ticket.id in expected
            assert (ticket.caller is not None) == may_see_person(actor, callers[ticket.id]), load
            assert ticket.caller_id == callers[ticket.id]
    joined = select(Ticket.id, Person.name).join(Ticket.caller)
    shown = {key for key in expected if may_see_person(actor, callers[key])}
    assert {row.id for row in session.execute(joined)} == shown


class TestClosedUnlessOpened:
    def test_every_record_class_has_no_rule_or_one_that_denies_nobodys_rights(self, unit):
        nobody = make_actor(())
        for cls in rights.record_classes():
            with acting_as(nobody):
                assert unit.execute(select(func.count()).select_from(cls)).scalar() == 0, cls

    def test_a_class_without_a_rule_needs_the_read_right(self, unit):
        make_company(name="there")
        with acting_as(make_actor(["person.read"])):
            assert unit.execute(select(Company.name)).all() == []
        with acting_as(make_actor(["company.read"])):
            assert unit.execute(select(Company.name)).scalars().all() == ["there"]

    def test_outside_of_every_acting_records_are_refused(self, context):
        with unit_of_work() as session:
            for statement in (select(Company), select(Company.name), select(Ticket.id).join(Ticket.caller)):
                with pytest.raises(rights.NobodyActs):
                    session.execute(statement)

    def test_nobody_sees_nothing(self, unit):
        make_company()
        with acting_as(ANONYMOUS):
            assert unit.execute(select(Company)).all() == []

    def test_a_relation_read_later_follows_whoever_reads_then(self, unit):
        department = Department(name="x", company=make_company())
        unit.add(department)
        unit.flush()
        key = department.id
        unit.expunge_all()
        found = unit.execute(select(Department).where(Department.id == key)).scalar_one()
        with acting_as(make_actor(["department.read"])):
            assert found.company is None
        unit.expire(found, ["company"])
        with acting_as(make_actor(["company.read"])):
            assert found.company is not None

    def test_a_lazy_relation_is_read_with_the_rights_of_whoever_reads(self, unit):
        department = Department(name="x", company=make_company())
        unit.add(department)
        unit.flush()
        key = department.id
        unit.expunge_all()
        with acting_as(make_actor(["department.read"])):
            found = unit.execute(select(Department).where(Department.id == key)).scalar_one()
            assert found.company is None
            assert found.company_id is not None


class TestWriting:
    def test_bulk_statements_on_records_are_refused(self, unit):
        make_company(name="there")
        with acting_as(make_actor(["company.read", "company.write"])):
            with pytest.raises(Forbidden):
                unit.execute(update(Company).values(name="changed"))
            with pytest.raises(Forbidden):
                unit.execute(delete(Company))
            with pytest.raises(Forbidden):
                unit.query(Company).update({"name": "changed"})
            with pytest.raises(Forbidden):
                unit.query(Company).delete()
            assert unit.execute(select(Company.name)).scalars().all() == ["there"]

    def test_a_hidden_row_in_the_session_is_not_written(self, unit):
        company = make_company(name="hidden")
        with acting_as(make_actor(["person.read"])), pytest.raises(Forbidden), unit.begin_nested():
            company.name = "changed"
            unit.flush()
        assert unit.execute(select(Company.name)).scalar() == "hidden"

    def test_a_hidden_row_is_not_deleted(self, unit):
        company = make_company(name="hidden")
        with acting_as(make_actor(["person.read"])), pytest.raises(Forbidden), unit.begin_nested():
            unit.delete(company)
            unit.flush()
        assert unit.execute(select(Company.name)).scalar() == "hidden"

    def test_a_hidden_target_cannot_be_chosen(self, unit):
        company = make_company()
        with acting_as(make_actor(["person.read", "person.write"])):
            with pytest.raises(InvalidField) as hidden:
                normalise(unit, Person, {"company": company.id}, {"company"})
            with pytest.raises(InvalidField) as absent:
                normalise(unit, Person, {"company": 999_999}, {"company"})
        assert (hidden.value.fields, hidden.value.message) == (absent.value.fields, absent.value.message)

    def test_a_row_of_the_wrong_kind_cannot_be_chosen(self, unit):
        with pytest.raises(InvalidField):
            normalise(unit, Person, {"company": {"name": "made on the way"}}, {"company"})
        assert unit.execute(select(func.count()).select_from(Company)).scalar() == 0


class TestSoftDelete:
    def test_a_deleted_row_is_gone_for_everybody(self, unit):
        company = make_company()
        company.deleted_at = clock.now()
        unit.flush()
        assert unit.execute(select(Company)).all() == []
        with acting_as(make_actor(["company.read"])):
            assert unit.execute(select(Company)).all() == []

    def test_is_seen_where_asked_for_by_those_who_may(self, unit):
        company = make_company(name="deleted")
        company.deleted_at = clock.now()
        unit.flush()
        with include_deleted():
            assert unit.execute(select(Company.name)).scalar() == "deleted"
            with acting_as(make_actor(())):
                assert unit.execute(select(Company.name)).scalar() is None
        assert unit.execute(select(Company.name)).scalar() is None


class TestSystemScope:
    def test_columns_are_seen_past_the_rule(self, unit):
        make_company(name="hidden")
        with acting_as(make_actor(())), system_scope():
            assert unit.execute(select(Company.name)).scalar() == "hidden"

    def test_entities_are_refused(self, unit):
        with acting_as(make_actor(())), system_scope():
            with pytest.raises(RuntimeError, match="columns, never entities"):
                unit.execute(select(Company))
            with pytest.raises(RuntimeError, match="columns, never entities"):
                unit.execute(select(Company.name, Person))
            with pytest.raises(RuntimeError, match="columns, never entities"):
                unit.execute(select(aliased(Company)))

    def test_ends_with_its_block(self, unit):
        make_company()
        with acting_as(make_actor(())):
            with system_scope():
                pass
            assert unit.execute(select(Company.name)).all() == []


def test_two_actors_in_one_unit_each_see_their_own(unit):
    make_company(name="there")
    for _ in range(20):
        with acting_as(make_actor(["company.read"])):
            assert unit.execute(select(Company.name)).scalar() == "there"
        with acting_as(make_actor(())):
            assert unit.execute(select(Company.name)).scalar() is None
        with acting_as(SYSTEM):
            assert unit.execute(select(Company.name)).scalar() == "there"


def test_rights_end_with_the_unit(context):
    with unit_of_work(write=True), acting_as(SYSTEM):
        make_company()
    for permissions, count in ((["company.read"], 1), ([], 0), (["company.read"], 1)):
        with unit_of_work() as session, acting_as(make_actor(permissions)):
            assert session.execute(select(func.count()).select_from(Company)).scalar() == count


def test_each_relation_leaves_deleting_to_the_database():
    from app.db import Model

    wrong = []
    for mapper in Model.registry.mappers:
        if mapper.class_.__module__.startswith("flask_appbuilder"):
            continue
        wrong += [f"{mapper.class_.__name__}.{relation.key}" for relation in inspect(mapper.class_).relationships
                  if not relation.passive_deletes and not relation.viewonly]
    assert wrong == []


def test_a_statement_under_the_rule_is_compiled_once(unit):
    actor = make_actor(["company.read"])
    rule = rights.RowRule(Company, rights.criterion(Company, actor), include_aliases=True)
    assert select(Company).options(rule)._generate_cache_key() is not None
