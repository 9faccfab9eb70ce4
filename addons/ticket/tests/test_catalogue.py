"""The service tree, the channels and the priority matrix; how tickets are found."""

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.ticket.models import Channel, PriorityRule, Service
from addons.ticket.permissions import SERVICE_READ
from addons.ticket.services import channel_service, offering_service, service_family_service, service_service
from app.records.lists import listed
from app.records.search import matching
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields
from tests.support.people import make_actor, make_person


def test_the_tree(unit):
    family = service_family_service.create(SYSTEM, {"code": "work", "name": {"en": "Workplace", "zh": "办公"}})
    mail = service_service.create(SYSTEM, {"code": "mail", "name": {"en": "Mail", "zh": "邮件"}, "family": family})
    offering_service.create(SYSTEM, {"code": "mail_std", "name": {"en": "Standard"}, "service": mail})
    assert (str(mail), str(mail.family)) == ("邮件", "办公")
    with pytest.raises(Conflict):
        service_service.delete(SYSTEM, mail.id)
    assert unit.get(Service, mail.id) is mail


@pytest.mark.parametrize(("values", "wrong", "field"), [
    ({"code": "", "name": {"en": "x"}}, MissingFields, "code"),
    ({"code": "phone", "name": {"en": "x"}}, InvalidField, "code"),
    ({"code": "x", "name": {"en": ""}}, InvalidField, "name"),
    ({"code": "x", "name": {"en": "x"}, "id": 7}, InvalidField, "id"),
])
def test_a_channel_refused(unit, values, wrong, field):
    before = len(unit.execute(select(Channel)).scalars().all())
    with pytest.raises(wrong) as refused:
        channel_service.create(SYSTEM, values)
    assert set(refused.value.fields) == {field}
    assert len(unit.execute(select(Channel)).scalars().all()) == before


def test_needs_the_right(unit):
    reader = make_actor([SERVICE_READ])
    with acting_as(reader), pytest.raises(Forbidden):
        channel_service.create(reader, {"code": "x", "name": {"en": "x"}})


def test_the_shipped_channels(unit):
    codes = unit.execute(select(Channel.code).order_by(Channel.sequence)).scalars().all()
    assert codes == ["web", "phone", "email", "fax", "walk_in", "api", "monitoring"]


def test_the_shipped_matrix_is_complete(unit):
    lists = listed(unit, "ticket.impact", "ticket.urgency")
    cells = {tuple(row) for row in unit.execute(select(PriorityRule.impact_id, PriorityRule.urgency_id))}
    assert cells == {(impact.id, urgency.id)
                     for impact in lists["ticket.impact"] for urgency in lists["ticket.urgency"]}


def test_the_shipped_categories_are_a_tree_of_three_levels(unit):
    values = {value.id: value for value in listed(unit, "ticket.category")["ticket.category"]}

    def depth(value):
        return 1 if value.parent_id is None else 1 + depth(values[value.parent_id])

    assert {depth(value) for value in values.values()} == {1, 2, 3}
    assert all(value.label["zh"] and value.label["en"] for value in values.values())


@pytest.mark.parametrize(("typed", "numbers"), [
    ("INC00001", {"INC00001"}), ("inc0", {"INC00001", "INC00002"}), ("打印机", {"INC00001"}), ("卡纸", {"INC00001"}),
    ("network down", {"INC00002"}), ("down net", {"INC00002"}), ("100%", set()), ("nothing", set()),
])
def test_tickets_are_found_by_number_and_words(unit, typed, numbers):
    caller = make_person()
    for title in ("三楼打印机卡纸", "Network is down"):
        incident_service.create(SYSTEM, {"title": title, "caller": caller})
    assert set(unit.execute(select(Incident.number).where(matching(Incident, typed))).scalars()) == numbers
