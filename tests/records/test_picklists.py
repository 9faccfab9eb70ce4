"""Lists of values: codes never change, Chinese sorts by pinyin, what an addon reads is not deleted."""

import pytest
from sqlalchemy import select

from app.records.picklists import Picklist, PicklistValue, sort_key_zh, sort_keys
from app.records.services import picklist_service, picklist_value_service
from app.sdk.actor import SYSTEM
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields
from tests.support.people import make_actor


@pytest.fixture
def colours(unit):
    return picklist_service.create(SYSTEM, {"code": "colours", "label": {"en": "Colours", "zh": "颜色"}})


def add(colours, code, **values):
    given = {"picklist": colours.id, "code": code, "label": {"en": code, "zh": code}, **values}
    return picklist_value_service.create(SYSTEM, given)


class TestValues:
    def test_a_code_is_used_once_a_list(self, unit, colours):
        add(colours, "red")
        with pytest.raises(InvalidField) as refused, unit.begin_nested():
            add(colours, "red")
        assert set(refused.value.fields) == {"code"}
        assert add(picklist_service.create(SYSTEM, {"code": "other", "label": {"en": "O"}}), "red").code == "red"

    def test_a_code_never_changes(self, unit, colours):
        red = add(colours, "red")
        with pytest.raises(InvalidField) as refused:
            picklist_value_service.update(SYSTEM, red.id, {"code": "crimson"})
        assert set(refused.value.fields) == {"code"}
        assert unit.execute(select(PicklistValue.code).where(PicklistValue.id == red.id)).scalar() == "red"

    def test_its_label_may_change_and_sorts_anew(self, colours):
        red = add(colours, "red", label={"en": "Red", "zh": "红"})
        assert (red.sort_zh, red.sort_en) == ("hong2", "red")
        picklist_value_service.update(SYSTEM, red.id, {"label": {"en": "Crimson", "zh": "深红"}})
        assert (red.sort_zh, red.sort_en) == ("shen1 hong2", "crimson")

    @pytest.mark.parametrize("label", [{"en": "", "zh": " "}, {}])
    def test_a_label_in_one_language_at_least(self, colours, label):
        with pytest.raises((InvalidField, MissingFields)) as refused:
            add(colours, "red", label=label)
        assert set(refused.value.fields) == {"label"}


class TestLists:
    def test_what_an_addon_brought_stays(self, unit):
        shipped = unit.execute(select(Picklist).where(Picklist.code == "ticket.impact")).scalar_one()
        with pytest.raises(Conflict):
            picklist_service.delete(SYSTEM, shipped.id)

    def test_ones_own_goes(self, unit, colours):
        add(colours, "red")
        picklist_service.delete(SYSTEM, colours.id)
        assert unit.execute(select(Picklist).where(Picklist.code == "colours")).first() is None

    def test_needs_the_right(self, unit):
        with pytest.raises(Forbidden):
            picklist_service.create(make_actor(["picklist.read"]), {"code": "x", "label": {"en": "X"}})


class TestSorting:
    def test_chinese_sorts_as_people_look_things_up(self):
        words = ["重大", "网络", "打印机", "安全", "一般", "ABC"]
        assert sorted(words, key=sort_key_zh) == ["ABC", "安全", "打印机", "网络", "一般", "重大"]

    def test_the_other_language_where_one_is_missing(self):
        assert sort_keys({"en": "Red"}) == ("red", "red")
        assert sort_keys({"zh": "红"}) == ("hong2", "红")
