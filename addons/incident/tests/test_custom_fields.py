"""Custom fields on incidents: typed, required where they say so, refused by name, told to audit and search."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.permissions import INCIDENT_RESOLVE
from addons.incident.services import incident_service
from app.records.audit import AuditEntry
from app.records.custom import writing
from app.records.custom.models import CustomField, CustomValue
from app.records.custom.services import custom_field_service
from app.records.search import matching
from app.records.services import picklist_service, picklist_value_service
from app.sdk.actor import SYSTEM
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, MissingFields
from tests.support.people import make_actor


def field(code, kind="text", **values):
    given = {"subject": "incident", "code": code, "kind": kind, "label": {"en": code.title(), "zh": code}, **values}
    return custom_field_service.create(SYSTEM, given)


@pytest.fixture
def floors(unit):
    made = picklist_service.create(SYSTEM, {"code": "floors", "label": {"en": "Floors", "zh": "楼层"}})
    for code, zh in (("ground", "底层"), ("first", "一层"), ("roof", "屋顶")):
        picklist_value_service.create(SYSTEM, {"picklist": made, "code": code, "label": {"en": code.title(), "zh": zh}})
    return made


def held(incident):
    return {code: one.plain for code, one in writing.held_by(incident).items()}


class TestKinds:
    def test_each_kind_is_kept_as_it_is(self, desk, floors):
        for code, kind, more in (
            ("floor", "choice", {"picklist": floors}), ("doors", "choices", {"picklist": floors}),
            ("note", "text", {}), ("story", "long_text", {}), ("price", "number", {}), ("due", "date", {}),
            ("seen", "moment", {}), ("is_hot", "bool", {}), ("helper", "person", {}), ("team", "work_group", {}),
            ("twin", "record", {"target": "incident"}), ("page", "url", {}),
        ):
            field(code, kind, **more)
        first = desk.incident()
        given = {
            "floor": "first", "doors": ["roof", "ground"], "note": "卡纸", "story": "long\nstory", "price": 12.5,
            "due": "2026-03-01", "seen": "2026-03-01T08:00:00+08:00", "is_hot": False, "helper": desk.specialist.id,
            "team": desk.other.id, "twin": first.id, "page": "https://example.org/a",
        }
        made = desk.incident(custom_fields=given)
        assert held(made) == {**given, "seen": "2026-03-01T00:00:00+00:00"}
        values = writing.held_by(made)
        assert (values["due"].values, values["seen"].values) == (
            [date(2026, 3, 1)], [datetime(2026, 3, 1, tzinfo=UTC)])

    @pytest.mark.parametrize(("kind", "more", "wrong"), [
        ("number", {}, "many"), ("number", {"minimum": "1", "maximum": "5"}, 6), ("number", {}, "NaN"),
        ("date", {}, "2026-02-30"), ("date", {"minimum": "2026-01-01"}, "2025-12-31"), ("moment", {}, "soon"),
        ("bool", {}, "yes"), ("text", {"max_length": 3}, "four"), ("text", {"pattern": "[A-Z]{2}"}, "ab"),
        ("url", {}, "javascript:alert(1)"), ("person", {}, 999_999), ("person", {}, {"id": 1}), ("text", {}, 5),
        ("record", {"target": "company"}, True),
    ])
    def test_what_is_none_of_its_kind_is_refused_by_name(self, unit, desk, kind, more, wrong):
        field("extra", kind, **more)
        with pytest.raises(BusinessError) as refused:
            desk.incident(custom_fields={"extra": wrong})
        assert set(refused.value.fields) == {"custom_fields.extra"}
        assert unit.execute(select(CustomValue.id)).first() is None
        assert unit.execute(select(Incident.id)).first() is None

    def test_a_choice_of_another_list_is_refused(self, desk, floors):
        field("floor", "choice", picklist=floors)
        with pytest.raises(BusinessError) as refused:
            desk.incident(custom_fields={"floor": "high"})
        assert set(refused.value.fields) == {"custom_fields.floor"}


class TestRules:
    def test_unknown_fields_are_refused(self, desk):
        with pytest.raises(BusinessError) as refused:
            desk.incident(custom_fields={"nothing": 1})
        assert set(refused.value.fields) == {"custom_fields.nothing"}

    def test_required_always_and_never_emptied(self, desk):
        field("note", is_required=True)
        with pytest.raises(MissingFields) as refused:
            desk.incident()
        assert set(refused.value.fields) == {"custom_fields.note"}
        made = desk.incident(custom_fields={"note": "x"})
        with pytest.raises(MissingFields):
            incident_service.update(SYSTEM, made.id, {"custom_fields": {"note": " "}})
        assert held(made) == {"note": "x"}

    def test_required_in_a_state_is_asked_for_by_the_step(self, desk):
        field("root", required_states=["resolved"])
        made = desk.incident_in("assigned")
        with pytest.raises(MissingFields) as refused:
            incident_service.transition(SYSTEM, made.id, "resolve", desk.values_of("resolve"))
        assert set(refused.value.fields) == {"custom_fields.root"}
        incident_service.transition(SYSTEM, made.id, "resolve",
                                    {**desk.values_of("resolve"), "custom_fields": {"root": "dust"}})
        assert (made.state, held(made)) == ("resolved", {"root": "dust"})

    def test_a_step_sets_nothing_else(self, desk):
        field("note")
        made = desk.incident()
        with pytest.raises(BusinessError):
            incident_service.transition(SYSTEM, made.id, "assign", {"group": desk.group.id,
                                                                    "custom_fields": {"note": "x"}})

    def test_a_closed_incident_is_locked(self, desk):
        field("note")
        made = desk.incident_in("closed")
        with pytest.raises(Conflict) as refused:
            incident_service.update(SYSTEM, made.id, {"custom_fields": {"note": "x"}})
        assert set(refused.value.fields) == {"custom_fields.note"}

    def test_defaults(self, desk, floors):
        field("floor", "choice", picklist=floors, default_value="roof")
        field("who", "person", default_value="me")
        made = incident_service.create(desk.agent, {"title": "x", "caller": desk.caller})
        assert held(made) == {"floor": "roof", "who": desk.agent_person.id}

    def test_rights_of_a_field(self, desk):
        field("secret", read_right="incident.resolve")
        field("fixed", edit_right="incident.resolve")
        made = desk.incident(custom_fields={"secret": "s", "fixed": "f"})
        plain = desk.actor(INCIDENT_RESOLVE)
        for code in ("secret", "fixed"):
            with pytest.raises(BusinessError) as refused:
                incident_service.update(plain, made.id, {"custom_fields": {code: "x"}})
            assert set(refused.value.fields) == {f"custom_fields.{code}"}
        assert held(made) == {"secret": "s", "fixed": "f"}
        incident_service.update(desk.agent, made.id, {"custom_fields": {"secret": "new"}})
        assert held(made)["secret"] == "new"


class TestWhatIsTold:
    def test_one_row_of_audit_a_changed_field(self, unit, desk, floors):
        field("floor", "choice", picklist=floors)
        field("note")
        made = desk.incident(custom_fields={"floor": "roof"})
        version = made.version
        incident_service.update(SYSTEM, made.id, {"custom_fields": {"floor": "ground", "note": "x"}}, version)
        incident_service.update(SYSTEM, made.id, {"custom_fields": {"floor": "ground", "note": "x"}})
        rows = unit.execute(select(AuditEntry.field, AuditEntry.old, AuditEntry.new).where(
            AuditEntry.record_type == "incident", AuditEntry.record_id == made.id,
            AuditEntry.field.startswith("custom_fields.")).order_by(AuditEntry.id)).all()
        roof, ground = {"en": "Roof", "zh": "屋顶"}, {"en": "Ground", "zh": "底层"}
        assert [tuple(row) for row in rows] == [
            ("custom_fields.floor", None, roof), ("custom_fields.floor", roof, ground),
            ("custom_fields.note", None, "x")]
        with pytest.raises(Conflict):
            incident_service.update(SYSTEM, made.id, {"custom_fields": {"note": "y"}}, version)

    def test_found_by_its_words(self, unit, desk, floors):
        field("floor", "choice", picklist=floors)
        field("secret", read_right="incident.resolve")
        made = desk.incident(custom_fields={"floor": "roof", "secret": "zanzibar"})
        for words in ("屋顶", "roof", "wuding"):
            assert unit.execute(select(Incident.id).where(matching(Incident, words))).scalars().all() == [made.id]
        incident_service.update(SYSTEM, made.id, {"title": "Something else"})
        assert unit.execute(select(Incident.id).where(matching(Incident, "roof else"))).scalars().all() == [made.id]
        assert unit.execute(select(Incident.id).where(matching(Incident, "zanzibar"))).first() is None


class TestFields:
    def test_needs_the_right(self, unit):
        with pytest.raises(Forbidden):
            custom_field_service.create(make_actor(["custom_field.read"]), {
                "subject": "incident", "code": "x", "kind": "text", "label": {"en": "X"}})
        assert unit.execute(select(CustomField.id)).first() is None

    @pytest.mark.parametrize(("values", "name"), [
        ({"code": "A-1"}, "code"), ({"subject": "ticket"}, "subject"), ({"kind": "colour"}, "kind"),
        ({"kind": "choice"}, "picklist"), ({"kind": "record"}, "target"), ({"minimum": "1"}, "minimum"),
        ({"kind": "number", "minimum": "5", "maximum": "1"}, "maximum"), ({"pattern": "("}, "pattern"),
        ({"read_right": "nobody.knows"}, "read_right"), ({"kind": "number", "default_value": "x"}, "default_value"),
        ({"is_required": True, "in_form": False}, "in_form"),
    ])
    def test_what_cannot_be(self, unit, values, name):
        with pytest.raises(InvalidField) as refused:
            field("extra", **{"kind": "text", **values}) if "code" not in values else field(values["code"])
        assert set(refused.value.fields) == {name}

    def test_what_records_rest_on_stays(self, desk, floors):
        made = field("floor", "choice", picklist=floors)
        desk.incident(custom_fields={"floor": "roof"})
        for values in ({"code": "level"}, {"kind": "text"}, {"subject": "company"}, {"picklist": None}):
            with pytest.raises(InvalidField):
                custom_field_service.update(SYSTEM, made.id, values)
        with pytest.raises(Conflict):
            custom_field_service.delete(SYSTEM, made.id)
        with pytest.raises(Conflict):
            picklist_value_service.delete(SYSTEM, writing.held_by(desk.incident(
                custom_fields={"floor": "ground"}))["floor"].values[0].id)
