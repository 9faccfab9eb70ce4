"""A list of values as a file and back: faults by line, all or nothing, a second time nothing changes."""

import io

import pytest
import xlsxwriter

from app.records import list_files
from app.records.lists import listed
from app.records.services import picklist_service, picklist_value_service
from app.sdk.actor import SYSTEM
from app.sdk.errors import BusinessError, Forbidden, InvalidField
from tests.support.people import make_actor

GOOD = """code,label_en,label_zh,parent,sequence,colour,is_default,is_active,active_from,attributes
top,Top,上,,10,red,yes,yes,2026-01-01,"{""pauses"": true}"
below,Below,下,top,20,,,no,,
"""


@pytest.fixture
def colours(unit):
    made = picklist_service.create(SYSTEM, {"code": "colours", "label": {"en": "Colours"}, "is_tree": True})
    picklist_value_service.create(SYSTEM, {"picklist": made, "code": "top", "label": {"en": "Old", "zh": "旧"}})
    return made


def told(lines):
    return [(line.number, line.does, line.faults) for line in lines]


class TestComingIn:
    def test_new_and_changed_then_nothing(self, unit, colours):
        rows = list_files.read(GOOD.encode("gb18030"))
        assert [(one[0], one[1]) for one in told(list_files.plan(colours, rows))] == [(2, "changed"), (3, "new")]
        assert list_files.bring_in(SYSTEM, colours, rows) == {"new": 1, "changed": 1, "same": 0}
        top, below = listed(unit, "colours")["colours"]
        assert (top.label, top.attributes, top.is_default) == ({"en": "Top", "zh": "上"}, {"pauses": True}, True)
        assert (below.parent_id, below.is_active) == (top.id, False)
        assert list_files.bring_in(SYSTEM, colours, rows) == {"new": 0, "changed": 0, "same": 2}

    def test_each_fault_by_its_line_and_nothing_comes_in(self, unit, colours):
        rows = list_files.read(b"code,label_en,parent,is_active,sequence,active_to\na,A,nowhere,,,\n"
                               b"a,Twice,,maybe,x,soon\n,No code,,,,\nc,,,,,\n")
        found = told(list_files.plan(colours, rows))
        assert [(number, does, len(faults)) for number, does, faults in found] == [
            (2, "wrong", 1), (3, "wrong", 4), (4, "wrong", 1), (5, "wrong", 1)]
        with pytest.raises(BusinessError):
            list_files.bring_in(SYSTEM, colours, rows)
        assert [one.code for one in listed(unit, "colours")["colours"]] == ["top"]

    def test_a_sheet(self, colours):
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer)
        sheet = book.add_worksheet()
        for number, row in enumerate((("code", "label_zh", "sequence"), ("x", "新", 7))):
            sheet.write_row(number, 0, row)
        book.close()
        assert list_files.read(buffer.getvalue()) == [{"code": "x", "label_zh": "新", "sequence": "7"}]

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"a,b\n1,2\n", b"x" * (1024 * 1024 + 1)])
    def test_what_is_no_list(self, colours, content):
        with pytest.raises(InvalidField) as refused:
            list_files.read(content)
        assert set(refused.value.fields) == {"file"}

    def test_needs_the_right(self, unit, colours):
        with pytest.raises(Forbidden):
            list_files.bring_in(make_actor(["picklist.read"]), colours, list_files.read(GOOD.encode()))
        assert len(listed(unit, "colours")["colours"]) == 1


def test_what_goes_out_comes_back_unchanged(unit, colours):
    list_files.bring_in(SYSTEM, colours, list_files.read(GOOD.encode()))
    picklist_value_service.create(SYSTEM, {"picklist": colours, "code": "odd", "label": {"en": "=1+1", "zh": "-"}})
    sent = list_files.as_csv(list_files.rows_of(colours))
    assert b"'=1+1" in sent
    assert {line.does for line in list_files.plan(colours, list_files.read(sent))} == {"same"}
