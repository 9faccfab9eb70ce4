"""Lists of values in use by incidents: dependent pairs, what is offered to whom, where used, replacing one another."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import value
from app.records.audit import AuditEntry
from app.records.custom import writing
from app.records.custom.services import custom_field_service
from app.records.list_replacing import replace
from app.records.list_shipped import customised, reset, shipped
from app.records.list_uses import uses, where_used
from app.records.lists import offered, today
from app.records.picklists import Picklist, PicklistOffer, PicklistValue
from app.records.saved_filters import SavedFilter
from app.records.search import matching
from app.records.services import picklist_service, picklist_value_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField
from tests.support.people import make_actor, make_administrator, make_company


@pytest.fixture
def parts(unit):
    """A list whose values depend on the category of an incident, as a custom field."""
    category = unit.execute(select(Picklist).where(Picklist.code == "ticket.category")).scalar_one()
    made = picklist_service.create(SYSTEM, {"code": "parts", "label": {"en": "Parts"}, "depends_on": category})
    ids = {}
    for code, under in (("fuser", ["hardware.printer"]), ("fan", ["hardware"]), ("any", [])):
        ids[code] = add(made, code, under=[value("ticket.category", one) for one in under]).id
    custom_field_service.create(SYSTEM, {"subject": "incident", "code": "part", "kind": "choice", "picklist": made,
                                         "label": {"en": "Part"}})
    return ids


def add(picklist, code, **values):
    given = {"picklist": picklist, "code": code, "label": {"en": code.title(), "zh": code}, **values}
    return picklist_value_service.create(SYSTEM, given)


class TestDependentLists:
    def test_what_lies_below_goes_too(self, desk, parts):
        jam = value("ticket.category", "hardware.printer.jam")
        for code in parts:
            made = desk.incident(category=jam, custom_fields={"part": code})
            assert writing.held_by(made)["part"].plain == code

    def test_an_impossible_pair_is_refused_from_both_sides(self, unit, desk, parts):
        slow, jam = (value("ticket.category", f"hardware.{one}") for one in ("computer.slow", "printer.jam"))
        with pytest.raises(InvalidField) as refused:
            desk.incident(category=slow, custom_fields={"part": "fuser"})
        assert set(refused.value.fields) == {"custom_fields.part"}
        made = desk.incident(category=jam, custom_fields={"part": "fuser"})
        with pytest.raises(InvalidField) as refused:
            incident_service.update(SYSTEM, made.id, {"category": slow})
        assert set(refused.value.fields) == {"custom_fields.part"}
        unit.expire_all()
        assert made.category_id == jam
        incident_service.update(SYSTEM, made.id, {"category": slow, "custom_fields": {"part": "fan"}})

    def test_no_list_depends_on_itself(self, unit, parts):
        made = unit.execute(select(Picklist).where(Picklist.code == "parts")).scalar_one()
        with pytest.raises(InvalidField):
            picklist_service.update(SYSTEM, made.depends_on_id, {"depends_on": made.id})


class TestWhatIsOffered:
    def test_by_time_group_and_company(self, unit, desk):
        made = picklist_service.create(SYSTEM, {"code": "offered", "label": {"en": "Offered"}})
        mine, day = make_company(), today()
        for code, values in (("always", {}), ("off", {"is_active": False}), ("past", {"active_to": day - timedelta(1)}),
                             ("coming", {"active_from": day + timedelta(1)}), ("now", {"active_from": day}),
                             ("ours", {"group": desk.group}), ("theirs", {"group": desk.other}),
                             ("of_company", {"company": mine})):
            add(made, code, **values)
        with acting_as(desk.agent):
            assert [one.code for one in offered(unit, "offered")] == ["always", "now", "ours", "of_company"]
            assert [one.code for one in offered(unit, "offered", company_id=mine.id + 1)] == ["always", "now", "ours"]

    def test_what_is_off_stays_where_it_is_and_is_not_chosen_anew(self, desk):
        slow = value("ticket.category", "hardware.computer.slow")
        made = desk.incident(category=slow)
        picklist_value_service.update(SYSTEM, slow, {"is_active": False})
        incident_service.update(SYSTEM, made.id, {"title": "Still slow", "category": slow})
        assert (made.title, made.category_id) == ("Still slow", slow)
        with pytest.raises(InvalidField) as refused:
            desk.incident(category=slow)
        assert set(refused.value.fields) == {"category"}

    def test_a_locked_list_takes_no_more(self, unit):
        made = picklist_service.create(SYSTEM, {"code": "locked", "label": {"en": "Locked"}})
        kept = add(made, "kept")
        picklist_service.update(SYSTEM, made.id, {"is_locked": True})
        with pytest.raises(InvalidField):
            add(made, "more")
        with pytest.raises(Conflict):
            picklist_value_service.delete(SYSTEM, kept.id)


class TestReplacing:
    def test_every_reference_is_rewritten(self, unit, desk, parts):
        owner = make_administrator()
        jam, toner = (value("ticket.category", f"hardware.printer.{one}") for one in ("jam", "toner"))
        first = desk.incident(category=jam, custom_fields={"part": "fuser"})
        desk.incident(category=toner)
        unit.add(PicklistOffer(value_id=parts["fan"], under_id=jam))
        unit.add(PicklistOffer(value_id=parts["fan"], under_id=toner))
        kept = SavedFilter(owner_id=owner.user_id, page="incident/incidents", name="Jams", shared="nobody",
                           query=f"_flt_0_category={jam}&_flt_0_priority={jam}x&_flt_2_category={toner}", sequence=10)
        unit.add(kept)
        unit.flush()
        old = unit.get(PicklistValue, jam)
        told = {(use.table, use.column): use.count for use in where_used(unit, old)}
        assert told == {("ticket", "category_id"): 1, ("picklist_offer", "under_id"): 1}
        replace(SYSTEM, jam, toner)
        assert uses(unit, old) == 0
        assert unit.execute(select(Incident.category_id)).scalars().all() == [toner, toner]
        offers = unit.execute(select(PicklistOffer.under_id).where(PicklistOffer.value_id == parts["fan"])).scalars()
        assert sorted(offers) == sorted([value("ticket.category", "hardware"), toner])
        unit.refresh(kept)
        assert kept.query == f"_flt_0_category={toner}&_flt_0_priority={jam}x&_flt_2_category={toner}"
        unit.refresh(old)
        assert old.is_active is False
        rows = unit.execute(select(AuditEntry.field, AuditEntry.new).where(
            AuditEntry.record_type == "picklist_value", AuditEntry.record_id == jam)).all()
        assert ("replaced_by", "hardware.printer.toner") in [tuple(row) for row in rows]
        assert first.id in unit.execute(select(Incident.id).where(Incident.category_id == toner)).scalars().all()

    def test_custom_fields_their_defaults_and_their_words(self, unit, desk, parts):
        field = custom_field_service.create(SYSTEM, {
            "subject": "incident", "code": "several", "kind": "choices", "label": {"en": "Several"},
            "picklist": unit.execute(select(Picklist.id).where(Picklist.code == "parts")).scalar_one(),
            "default_value": "fan"})
        made = desk.incident(custom_fields={"part": "fan", "several": ["fan", "any"]})
        replace(SYSTEM, parts["fan"], parts["any"])
        held = writing.held_by(unit.get(Incident, made.id))
        assert (held["part"].plain, held["several"].plain) == ("any", ["any"])
        unit.refresh(field)
        assert field.default_value == "any"
        assert unit.execute(select(Incident.id).where(matching(Incident, "fan"))).first() is None
        assert unit.execute(select(Incident.id).where(matching(Incident, "any"))).scalars().all() == [made.id]

    def test_codes_are_rewritten_as_well(self, unit, desk):
        made = desk.incident_in("pending")
        assert made.pending_reason == "customer"
        replace(SYSTEM, value("ticket.pending_reason", "customer"), value("ticket.pending_reason", "supplier"))
        unit.refresh(made)
        assert made.pending_reason == "supplier"

    def test_what_is_refused_changes_nothing(self, unit, desk):
        jam, toner, printer = (value("ticket.category", f"hardware.printer{one}") for one in (".jam", ".toner", ""))
        made = desk.incident(category=jam)
        with pytest.raises(Forbidden):
            replace(make_actor(["picklist.read"]), jam, toner)
        for old, new in ((jam, value("ticket.impact", "high")), (jam, jam), (printer, jam)):
            with pytest.raises(InvalidField):
                replace(SYSTEM, old, new)
        unit.refresh(made)
        assert made.category_id == jam


class TestShipped:
    def test_a_field_goes_back_to_what_was_shipped(self, unit):
        high = value("ticket.impact", "high")
        picklist_value_service.update(SYSTEM, high, {"label": {"en": "Huge", "zh": "极大"}, "colour": "blue"})
        found = unit.get(PicklistValue, high)
        said = shipped(unit, [high])[high]
        assert set(customised(found, said)) == {"label", "colour"}
        reset(SYSTEM, high, "colour")
        assert (found.colour, found.label["en"]) == ("red", "Huge")
        reset(SYSTEM, high)
        assert customised(found, said) == {}

    def test_ones_own_value_has_no_way_back(self, unit):
        made = picklist_service.create(SYSTEM, {"code": "own", "label": {"en": "Own"}})
        with pytest.raises(BusinessError):
            reset(SYSTEM, add(made, "x").id)


def test_a_new_order(unit):
    made = picklist_service.create(SYSTEM, {"code": "ordered", "label": {"en": "Ordered"}})
    ids = [add(made, code).id for code in ("a", "b", "c")]
    picklist_value_service.reorder(SYSTEM, made.id, [ids[2], ids[0]])
    order = select(PicklistValue.code).where(PicklistValue.picklist_id == made.id).order_by(PicklistValue.sequence)
    assert unit.execute(order).scalars().all() == ["c", "a", "b"]
    with pytest.raises(InvalidField):
        picklist_value_service.reorder(SYSTEM, made.id, [value("ticket.impact", "high")])
