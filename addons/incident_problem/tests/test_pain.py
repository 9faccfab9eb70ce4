"""What a problem has cost is exactly what an oracle adds up, within what the reader sees."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.incident.permissions import INCIDENT_READ, INCIDENT_READ_ALL, INCIDENT_SEE_INTERNAL
from addons.incident.services import incident_service
from addons.incident_problem.services.pain import cost_of, pain_of
from addons.incident_problem.settings import HOUR_RATE
from addons.problem.permissions import PROBLEM_READ, PROBLEM_READ_ALL, PROBLEM_SEE_INTERNAL
from addons.problem.tests.problem_helpers import Office
from addons.ticket.permissions import WORK_ENTRY_READ
from addons.ticket.services.work import work_entry_service
from app.records.settings import setting, setting_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError
from tests.support.people import make_actor, make_person

SEES = (INCIDENT_READ, INCIDENT_READ_ALL, INCIDENT_SEE_INTERNAL, PROBLEM_READ, PROBLEM_READ_ALL, PROBLEM_SEE_INTERNAL,
        WORK_ENTRY_READ)


@pytest.fixture
def office(unit) -> Office:
    return Office()


def log(ticket, minutes, person):
    work_entry_service.create(SYSTEM, {"ticket": ticket.id, "minutes": minutes, "person": person})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(work=st.lists(st.lists(st.integers(1, 1440), max_size=3), max_size=4),
       own=st.lists(st.integers(1, 90), max_size=2), cents=st.integers(0, 100_000_00))
def test_it_is_the_sum_of_what_was_logged(unit, office, work, own, cents):
    rate = Decimal(cents) / 100
    with acting_as(SYSTEM):
        setting_service.change(SYSTEM, {HOUR_RATE: str(rate)})
        problem, elsewhere, caller = office.problem(), office.problem(), make_person()
        for stretches in work:
            incident = incident_service.create(SYSTEM, {"title": "No mail", "caller": caller})
            incident_service.link(SYSTEM, incident.id, "caused_by", problem.id)
            for minutes in stretches:
                log(incident, minutes, office.analyst_person)
        for minutes in own:
            log(problem, minutes, office.analyst_person)
        log(elsewhere, 600, office.analyst_person)
    with acting_as(make_actor(SEES, user_id=4011)):
        found = pain_of(problem.id)
    whole = sum(map(sum, work))
    assert (found.incidents, found.worked_on, found.minutes, found.own_minutes) == (
        len(work), sum(map(bool, work)), whole, sum(own))
    assert abs(found.cost * 60 - whole * rate) <= Decimal("0.3")
    assert found.cost == found.cost.quantize(Decimal("0.01"))


@pytest.mark.parametrize(("minutes", "rate", "cost"), [
    (90, "180", "270.00"), (1, "0.30", "0.01"), (1, "0.29", "0.00"), (7, "99.99", "11.67"), (0, "180", "0.00")])
def test_it_is_rounded_once_and_half_up(minutes, rate, cost):
    assert str(cost_of(minutes, Decimal(rate))) == cost


def test_who_sees_no_work_learns_of_none(office):
    with acting_as(SYSTEM):
        problem = office.problem()
        incident = incident_service.create(SYSTEM, {"title": "No mail", "caller": make_person()})
        incident_service.link(SYSTEM, incident.id, "caused_by", problem.id)
        log(incident, 60, office.analyst_person)
    for missing, seen in ((WORK_ENTRY_READ, (1, 0)), (INCIDENT_SEE_INTERNAL, (1, 0)), (INCIDENT_READ, (0, 0))):
        with acting_as(make_actor([right for right in SEES if right is not missing], user_id=4012)):
            found = pain_of(problem.id)
            assert (found.incidents, found.minutes) == seen


@pytest.mark.parametrize("wrong", ["dear", "-1", "1.234", "1e9", "NaN", "Infinity", "\uff11", "1,5"])
def test_the_rate_is_an_amount(unit, wrong):
    with acting_as(SYSTEM):
        setting_service.change(SYSTEM, {HOUR_RATE: "12.5"})
        with pytest.raises(BusinessError) as refused:
            setting_service.change(SYSTEM, {HOUR_RATE: wrong})
        assert set(refused.value.fields) == {HOUR_RATE}
        assert setting(HOUR_RATE) == "12.5"
