"""The ways to reach people: the main ones stand on the person, private ones are seen by few."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.organisation.contacts import MIRRORED, ContactMethod
from app.organisation.models import Person
from app.organisation.permissions import PERSON_READ, PERSON_SEE_PERSONAL_DATA, PERSON_WRITE
from app.organisation.search import find_people
from app.organisation.services import contact_method_service, person_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden, InvalidField
from tests.support.people import make_actor, make_person

VALUES = {"phone": ("010-5566", "021 7788 9900"), "mobile": ("13800001111", "13900002222"),
          "email": ("a@example.com", "b@example.org"), "wechat": ("wx_1",)}


def add(person, kind, value, **values):
    return contact_method_service.create(SYSTEM, {"person": person, "kind": kind, "value": value, **values})


def methods(unit, person):
    statement = select(ContactMethod).where(ContactMethod.person_id == person.id).order_by(ContactMethod.id)
    return list(unit.execute(statement).scalars())


def found(unit, text):
    return set(unit.execute(select(Person.name).where(find_people(Person, text))).scalars())


KINDS = st.sampled_from(sorted(VALUES))
STEPS = st.lists(st.one_of(
    st.tuples(st.just("add"), KINDS, st.integers(0, 1), st.booleans(), st.booleans()),
    st.tuples(st.just("delete"), st.integers(0, 5)), st.tuples(st.just("main"), st.integers(0, 5)),
    st.tuples(st.just("private"), st.integers(0, 5)),
    st.tuples(st.just("person"), st.sampled_from(["phone", "email"]), st.integers(0, 2)),
), max_size=7)


def _take(unit, person, step):
    what, *rest = step
    present = methods(unit, person)
    if what == "add":
        kind, number, is_primary, is_private = rest
        value = VALUES[kind][number % len(VALUES[kind])]
        add(person, kind, value, is_primary=is_primary and not is_private, is_private=is_private)
    elif what == "person":
        column, number = rest
        kind = "mobile" if column == "phone" else "email"
        value = (*VALUES[kind], None)[number]
        person_service.update(SYSTEM, person.id, {column: value})
    elif present:
        one = present[rest[0] % len(present)]
        if what == "delete":
            contact_method_service.delete(SYSTEM, one.id)
        elif what == "main" and not one.is_private:
            contact_method_service.update(SYSTEM, one.id, {"is_primary": True})
        elif what == "private":
            contact_method_service.update(SYSTEM, one.id, {"is_private": not one.is_private})


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_person_says_what_the_main_ones_say(unit, steps):
    person = make_person(name="Wei", phone="010-1234")
    for step in steps:
        _take(unit, person, step)
        present = methods(unit, person)
        for column in ("phone", "email"):
            group = [one for one in present if MIRRORED.get(one.kind) == column and not one.is_private]
            assert [one.value for one in group if one.is_primary] == ([getattr(person, column)] if group else [])
            assert bool(group) or getattr(person, column) is None
        assert not any(one.is_private and one.is_primary for one in present)
        for one in present:
            assert "Wei" in found(unit, one.value), one.value


@pytest.mark.parametrize(("kind", "value", "field"), [
    ("pigeon", "1", "kind"), ("email", "nobody", "value"), ("phone", "none", "value"), ("mobile", "1" * 61, "value"),
])
def test_refused(unit, kind, value, field):
    person = make_person()
    with pytest.raises(InvalidField) as refused:
        add(person, kind, value)
    assert (set(refused.value.fields), methods(unit, person)) == ({field}, [])


def test_a_private_one_is_never_the_main_one(unit):
    person = make_person(phone="010-5566")
    with pytest.raises(InvalidField) as refused:
        add(person, "mobile", "13800001111", is_private=True, is_primary=True)
    assert set(refused.value.fields) == {"is_primary"}
    add(person, "mobile", "13800001111", is_private=True)
    assert person.phone == "010-5566"


def test_it_stays_with_its_person(unit):
    one, other = make_person(phone="010-5566"), make_person()
    with pytest.raises(InvalidField) as refused:
        contact_method_service.update(SYSTEM, methods(unit, one)[0].id, {"person": other})
    assert (set(refused.value.fields), len(methods(unit, one))) == ({"person"}, 1)


class TestPrivate:
    @pytest.fixture
    def person(self, unit):
        person = make_person(name="Wei", phone="010-5566", employee_number="E100")
        add(person, "mobile", "13800001111", is_private=True)
        add(person, "email", "wei.home@example.org", is_private=True)
        return person

    @pytest.mark.parametrize(("rights", "ways", "names"), [
        ([PERSON_READ], {"010-5566"}, set()),
        ([PERSON_READ, PERSON_SEE_PERSONAL_DATA], {"010-5566", "13800001111", "wei.home@example.org"}, {"Wei"}),
        ([], set(), set()),
    ])
    def test_seen_and_found_only_by_those_who_may(self, unit, person, rights, ways, names):
        with acting_as(make_actor(rights)):
            assert set(unit.execute(select(ContactMethod.value)).scalars()) == ways
            for typed in ("E100", "13800001111", "138-0000-1111", "wei.home@", "\x1fe100"):
                assert found(unit, typed) == names, typed
            assert found(unit, "5566") == ({"Wei"} if rights else set())

    def test_ones_own_are_seen(self, unit, person):
        with acting_as(make_actor([PERSON_READ], person=person)):
            assert len(set(unit.execute(select(ContactMethod.value)).scalars())) == 3

    def test_nobody_hides_what_they_may_not_see(self, unit, person):
        keeper = make_actor([PERSON_READ, PERSON_WRITE])
        with acting_as(keeper), pytest.raises(Forbidden):
            contact_method_service.create(keeper, {"person": person, "kind": "qq", "value": "1234", "is_private": True})
        with acting_as(keeper):
            person_service.update(keeper, person.id, {"name": "Wei Li", "phone": "010-7788"})
        # Whoever may still finds the person by what the keeper has never seen.
        assert (found(unit, "13800001111"), found(unit, "e100"), found(unit, "5566")) == ({"Wei Li"}, {"Wei Li"}, set())
        assert unit.execute(select(func.count(ContactMethod.id))).scalar() == 3

    def test_changing_needs_the_right_to_edit_people(self, unit, person):
        reader = make_actor([PERSON_READ])
        with acting_as(reader), pytest.raises(Forbidden):
            contact_method_service.delete(reader, methods(unit, person)[0].id)
        assert (len(methods(unit, person)), person.phone) == (3, "010-5566")


@pytest.mark.parametrize(("given", "level", "is_vip"), [
    ({"is_vip": True}, "vip", True), ({"vip_level": "executive"}, "executive", True), ({}, None, False),
])
def test_whoever_has_a_level_is_a_vip(unit, given, level, is_vip):
    person = make_person(**given)
    assert (person.vip_level, person.is_vip) == (level, is_vip)
    person_service.update(SYSTEM, person.id, {"is_vip": False})
    assert (person.vip_level, person.is_vip) == (None, False)
    person_service.update(SYSTEM, person.id, {"vip_level": "important"})
    person_service.update(SYSTEM, person.id, {"is_vip": True})
    assert (person.vip_level, person.is_vip) == ("important", True)


@pytest.mark.parametrize(("field", "value"), [
    ("vip_level", "king"), ("salutation", "hey"), ("timezone", "x"), ("language", "tlh"),
    ("preferred_channel", "pigeon"),
])
def test_a_person_is_refused_nonsense(unit, field, value):
    with pytest.raises(InvalidField) as refused:
        make_person(**{field: value})
    assert set(refused.value.fields) == {field}
