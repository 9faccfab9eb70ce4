"""People: found while they are on the phone, and seen only by those who may."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.organisation.models import Person
from app.organisation.permissions import PERSON_READ
from app.organisation.search import find_people
from app.organisation.services import person_service, search_text
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import InvalidField, MissingFields
from tests.support.people import make_actor, make_company, make_person


def found(unit, text):
    return set(unit.execute(select(Person.name).where(find_people(Person, text))).scalars())


@pytest.fixture
def three(unit):
    return [
        make_person(name="李小明", phone="13800001111", employee_number="E100"),
        make_person(name="Li Wei", email="wei.li@example.com"), make_person(name="欧阳静", phone="010-5566"),
    ]


@pytest.mark.parametrize(("typed", "names"), [
    ("李", {"李小明"}), ("小明", {"李小明"}), ("lixiaoming", {"李小明"}), ("lxm", {"李小明"}),
    ("LXM", {"李小明"}), ("138", {"李小明"}), ("e100", {"李小明"}),
    ("li", {"李小明", "Li Wei"}), ("wei", {"Li Wei"}), ("li wei", {"Li Wei"}),
    ("wei.li@", {"Li Wei"}), ("oyj", {"欧阳静"}), ("ouyang", {"欧阳静"}), ("010", {"欧阳静"}), ("nobody", set()),
    ("5566", {"欧阳静"}), ("0105566", {"欧阳静"}), ("(010) 55 66", {"欧阳静"}), ("1111", {"李小明"}),
    ("+86 138 0000 1111", {"李小明"}), ("138-0000-1111", {"李小明"}), ("%", set()), ("_", set()),
])
def test_found_by(unit, three, typed, names):
    assert found(unit, typed) == names


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.sampled_from("王李张刘陈明华芳静磊伟"), min_size=1, max_size=4), cut=st.integers(1, 4))
def test_any_part_of_a_chinese_name_finds_it(unit, name, cut):
    make_person(name=name)
    for start in range(len(name)):
        assert name in found(unit, name[start:start + cut])


@given(st.lists(st.text(max_size=80) | st.none(), max_size=6))
def test_the_text_that_is_searched_fits_its_column(parts):
    assert len(search_text(*parts)) <= 600


def test_the_text_follows_the_name(unit, three):
    person_service.update(SYSTEM, three[0].id, {"name": "王大力"})
    assert (found(unit, "wdl"), found(unit, "lxm")) == ({"王大力"}, set())


def test_nobody_leaves_before_joining(unit):
    from datetime import date

    with pytest.raises(InvalidField) as refused:
        make_person(joined_on=date(2026, 5, 2), left_on=date(2026, 5, 1))
    assert set(refused.value.fields) == {"left_on"}


@pytest.mark.parametrize(("values", "field"), [
    ({"email": "not-an-address"}, "email"), ({"phone": "none"}, "phone"),
])
def test_an_address_and_a_number_are_such(unit, values, field):
    person = make_person(name="Ada King", email="ada@example.com", phone="010-5566")
    for refused in (lambda: make_person(**values), lambda: make_company(**values),
                    lambda: person_service.update(SYSTEM, person.id, values)):
        with pytest.raises(InvalidField) as error:
            refused()
        assert set(error.value.fields) == {field}
    unit.expire_all()
    assert (person.email, person.phone) == ("ada@example.com", "010-5566")


def test_a_person_has_a_name(unit):
    with pytest.raises(MissingFields):
        make_person(name="  ")
    assert unit.execute(select(Person.id)).first() is None


def test_an_employee_number_is_nobody_elses(unit):
    make_person(employee_number="E1")
    with pytest.raises(InvalidField) as refused:
        make_person(employee_number="E1")
    assert set(refused.value.fields) == {"employee_number"}


def test_without_the_right_one_sees_oneself(unit, three):
    for actor, names in ((make_actor(person=three[0]), {"李小明"}), (make_actor(), set()),
                         (make_actor([PERSON_READ]), {"李小明", "Li Wei", "欧阳静"})):
        with acting_as(actor):
            assert set(unit.execute(select(Person.name)).scalars()) == names
