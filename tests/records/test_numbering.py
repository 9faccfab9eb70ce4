"""Numbers: never twice, in the shape and period that an administrator chose."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from app.db import db, unit_of_work
from app.records.numbering import NumberSequence, next_number, next_numbers
from app.records.services import number_sequence_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, InvalidField
from tests.support.people import make_company

TAKERS, EACH = 8, 500


def make(session, **values):
    made = NumberSequence(**{"code": "test", "label": {"en": "Test"}, "prefix": "T", **values})
    session.add(made)
    session.flush()
    return made


@pytest.mark.timeout(300)
@pytest.mark.parametrize("is_gap_free", [False, True], ids=["fast", "gap-free"])
def test_eight_takers_at_once_never_get_the_same(context, is_gap_free):
    each = EACH if not is_gap_free else EACH // 10
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        make(session, is_gap_free=is_gap_free)

    def take(_taker):
        with context.app_context():
            found = []
            for _ in range(each):
                with unit_of_work(write=True) as session, acting_as(SYSTEM):
                    found.append(next_number(session, "test"))
            db.session.remove()
            return found

    with ThreadPoolExecutor(TAKERS) as pool:
        numbers = [number for found in pool.map(take, range(TAKERS)) for number in found]
    assert len(set(numbers)) == TAKERS * each
    assert {int(number[1:]) for number in numbers} == set(range(1, TAKERS * each + 1))


def test_gap_free_gives_a_number_back_when_its_record_is_rolled_back(context):
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        make(session, is_gap_free=True)
    with pytest.raises(ZeroDivisionError), unit_of_work(write=True) as session, acting_as(SYSTEM):
        assert next_number(session, "test") == "T00001"
        raise ZeroDivisionError
    with unit_of_work(write=True) as session, acting_as(SYSTEM):
        assert next_number(session, "test") == "T00001"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestShape:
    @pytest.mark.parametrize(("values", "numbers"), [
        ({}, ["T00001", "T00002"]),
        ({"padding": 3, "suffix": "-X", "next_value": 999}, ["T999-X", "T1000-X"]),
        ({"step": 5, "next_value": 10}, ["T00010", "T00015"]),
        ({"prefix": "PO%Y%m-"}, ["PO202603-00001", "PO202603-00002"]),
    ])
    def test_numbers(self, unit, values, numbers):
        with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
            make(unit, is_gap_free=True, **values)
            assert [next_number(unit, "test") for _ in numbers] == numbers

    def test_several_at_once(self, unit):
        make(unit, is_gap_free=True, step=2)
        assert next_numbers(unit, "test", 3) == ["T00001", "T00003", "T00005"]
        assert next_number(unit, "test") == "T00007"

    @pytest.mark.parametrize(("period", "moments"), [
        ("year", ["2026-12-31T23:59", "2027-01-01T00:00"]),
        ("month", ["2026-03-31T23:59", "2026-04-01T00:00"]),
        ("day", ["2026-03-01T23:59", "2026-03-02T00:00"]),
    ])
    def test_begins_anew_with_the_period(self, unit, period, moments):
        made = make(unit, is_gap_free=True, prefix="%Y%m%d-", reset_period=period, next_value=1)
        taken = []
        for moment in moments:
            with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
                taken += [next_number(unit, made.code) for _ in range(2)]
        assert [number.split("-")[1] for number in taken] == ["00001", "00002", "00001", "00002"]
        assert len(set(taken)) == 4


class TestService:
    def test_a_new_sequence_begins_where_it_was_told(self, unit):
        number_sequence_service.create(SYSTEM, {"code": "po", "label": {"en": "PO"}, "prefix": "PO", "next_value": 500,
                                                "reset_period": "year", "is_gap_free": True})
        assert next_number(unit, "po") == "PO00500"

    def test_a_change_of_period_does_not_go_back_to_one(self, unit):
        made = make(unit, is_gap_free=True)
        for _ in range(3):
            next_number(unit, "test")
        unit.refresh(made)
        number_sequence_service.update(SYSTEM, made.id, {"reset_period": "year"})
        assert next_number(unit, "test") == "T00004"

    @pytest.mark.parametrize(("field", "value"), [("reset_period", "week"), ("padding", 0), ("padding", 13)])
    def test_refuses_nonsense(self, unit, field, value):
        with pytest.raises(InvalidField) as refused:
            number_sequence_service.create(SYSTEM, {"code": "po", "label": {"en": "PO"}, field: value})
        assert set(refused.value.fields) == {field}

    def test_there_is_no_number_without_a_sequence(self, unit):
        with pytest.raises(BusinessError) as refused:
            next_number(unit, "nothing")
        assert refused.value.code == "numbering.unknown"

    def test_what_comes_next_is_shown(self, unit):
        made = make(unit, is_gap_free=True)
        assert made.preview() == "T00001"
        assert unit.execute(select(NumberSequence.next_value).where(NumberSequence.code == "test")).scalar() == 1


class TestPerCompany:
    @pytest.fixture
    def acme(self, unit):
        company = make_company(name="Acme")
        make(unit)
        number_sequence_service.create(SYSTEM, {"code": "test", "label": {"en": "Acme"}, "prefix": "A", "padding": 3,
                                                "company": company})
        return company

    def test_a_company_has_its_own(self, unit, acme):
        other = make_company()
        assert [next_number(unit, "test", acme.id), next_number(unit, "test"), next_number(unit, "test", other.id),
                next_number(unit, "test", acme.id)] == ["A001", "T00001", "T00002", "A002"]

    def test_one_a_company_and_one_for_all(self, unit, acme):
        for company in (acme, None):
            with pytest.raises(InvalidField):
                number_sequence_service.create(SYSTEM, {"code": "test", "label": {"en": "x"}, "company": company})
