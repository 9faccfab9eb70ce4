"""Record sets: rows of a filter as choices, within the rights of who chooses; and what a choice fills."""

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.records.custom import writing
from app.records.custom.services import custom_field_service
from app.records.services import picklist_service, picklist_value_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, InvalidField
from tests.support.people import make_company


def field(code, kind="text", **values):
    return custom_field_service.create(SYSTEM, {"subject": "incident", "code": code, "kind": kind,
                                                "label": {"en": f"The {code}"}, **values})


@pytest.fixture
def suppliers(desk):
    made = picklist_service.create(SYSTEM, {
        "code": "suppliers", "label": {"en": "Suppliers"}, "source_type": "company",
        "source_query": "_flt_0_is_active=y", "fills": {"custom_fields.line": "phone", "supplier_reference": "name"}})
    field("line")
    field("supplier", "choice", picklist=made)
    field("several", "choices", picklist=made)
    return made


def held(incident):
    return {code: one.plain for code, one in writing.held_by(incident).items()}


class TestRecordSets:
    def test_a_row_is_kept_by_its_id_and_fills_what_is_empty(self, desk, suppliers):
        fit = make_company(name="Fit Ltd", phone="021-5566")
        made = desk.incident(custom_fields={"supplier": fit.id, "several": [fit.id]})
        assert held(made) == {"supplier": fit.id, "several": [fit.id], "line": "021-5566"}
        assert made.supplier_reference == "Fit Ltd"

    def test_never_over_what_was_given(self, desk, suppliers):
        fit = make_company(name="Fit Ltd", phone="021-5566")
        made = desk.incident(custom_fields={"supplier": fit.id, "line": "mine"}, supplier_reference="PO 7")
        assert (held(made)["line"], made.supplier_reference) == ("mine", "PO 7")

    def test_what_is_not_of_the_set_or_hidden_is_refused(self, unit, desk, suppliers):
        shut, fit = make_company(name="Shut", is_active=False), make_company(name="Fit Ltd")
        for key in (shut.id, 999_999, "high", True):
            with pytest.raises(BusinessError) as refused:
                desk.incident(custom_fields={"supplier": key})
            assert set(refused.value.fields) == {"custom_fields.supplier"}
        blind = desk.actor(*[right for right in desk.agent.permissions if right.startswith("company")],
                           rights=tuple(desk.agent.permissions))
        with acting_as(blind), pytest.raises(BusinessError):
            incident_service.create(blind, {"title": "x", "caller": desk.caller, "custom_fields": {"supplier": fit.id}})
        assert unit.execute(select(Incident.id)).first() is None

    def test_what_has_left_the_set_stays_where_it_is(self, unit, desk, suppliers):
        fit = make_company(name="Fit Ltd")
        made = desk.incident(custom_fields={"supplier": fit.id})
        fit.is_active = False
        unit.flush()
        incident_service.update(SYSTEM, made.id, {"custom_fields": {"supplier": fit.id, "line": "x"}})
        assert held(made) == {"supplier": fit.id, "line": "x"}

    def test_a_record_set_has_no_values_and_a_list_in_use_becomes_none(self, desk, suppliers):
        with pytest.raises(InvalidField):
            picklist_value_service.create(SYSTEM, {"picklist": suppliers, "code": "x", "label": {"en": "X"}})
        own = picklist_service.create(SYSTEM, {"code": "own", "label": {"en": "Own"}})
        picklist_value_service.create(SYSTEM, {"picklist": own, "code": "x", "label": {"en": "X"}})
        for values in ({"source_type": "company"}, {"source_type": "nothing"}):
            with pytest.raises(InvalidField):
                picklist_service.update(SYSTEM, own.id, values)


class TestLists:
    def test_an_attribute_fills_a_field(self, desk):
        made = picklist_service.create(SYSTEM, {"code": "sizes", "label": {"en": "Sizes"},
                                                "fills": {"custom_fields.hours": "hours"}})
        for code, hours in (("small", 2), ("large", 40.5)):
            picklist_value_service.create(SYSTEM, {"picklist": made, "code": code, "label": {"en": code},
                                                   "attributes": {"hours": hours}})
        field("hours", "number")
        field("size", "choice", picklist=made)
        assert held(desk.incident(custom_fields={"size": "large"})) == {"size": "large", "hours": 40.5}
        assert held(desk.incident(custom_fields={"size": "large", "hours": 1})) == {"size": "large", "hours": 1}

    def test_a_list_that_takes_others_keeps_a_text(self, desk):
        made = picklist_service.create(SYSTEM, {"code": "sizes", "label": {"en": "Sizes"}})
        picklist_value_service.create(SYSTEM, {"picklist": made, "code": "small", "label": {"en": "Small"}})
        field("size", "choice", picklist=made)
        with pytest.raises(BusinessError):
            desk.incident(custom_fields={"size": "as an elephant"})
        picklist_service.update(SYSTEM, made.id, {"allows_other": True})
        assert held(desk.incident(custom_fields={"size": "as an elephant"})) == {"size": "as an elephant"}
        assert held(desk.incident(custom_fields={"size": "small"})) == {"size": "small"}
