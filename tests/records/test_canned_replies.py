"""Canned replies: who is offered which, what the record fills in, and that no customer ever reads a placeholder."""

import pytest
from sqlalchemy import func, select

from app.records import canned_replies
from app.records.canned_replies import CannedReply
from app.records.permissions import CANNED_REPLY_WRITE
from app.records.services import canned_reply_service
from app.sdk.actor import SYSTEM
from app.sdk.errors import Forbidden, InvalidField, MissingFields
from tests.support.people import make_actor, make_group, make_person


def reply(name, **values):
    text = {"en": f"{name} {{{{number}}}}", "zh": ""}
    return canned_reply_service.create(SYSTEM, {"name": {"en": name, "zh": ""}, "text": text, **values})


def names(unit, actor, *, is_public):
    found = canned_replies.offered(unit, actor, is_public=is_public)
    return [str(one.name["en"]) for one in found if one.name["en"].startswith("T")]


def test_everybody_is_offered_the_general_ones_and_members_their_groups(unit):
    ours, theirs = make_group(), make_group()
    reply("T general", sequence=1)
    reply("T ours", group=ours, sequence=2)
    reply("T theirs", group=theirs, sequence=3)
    reply("T off", is_active=False)
    member = make_actor(person=make_person(), groups=[ours])
    assert names(unit, member, is_public=True) == ["T general", "T ours"]
    assert names(unit, make_actor(), is_public=True) == ["T general"]


def test_each_is_offered_where_it_is_meant_for(unit):
    reply("T public", use="public", sequence=1)
    reply("T internal", use="internal", sequence=2)
    reply("T both", use="both", sequence=3)
    assert names(unit, make_actor(), is_public=True) == ["T public", "T both"]
    assert names(unit, make_actor(), is_public=False) == ["T internal", "T both"]


@pytest.mark.parametrize("text", ["Dear {{calller}}", "{{ }}", "a {{caller}} b {{caller.name}}"])
def test_a_placeholder_that_nothing_fills_is_refused_in_either_language(unit, text):
    before = unit.execute(select(func.count(CannedReply.id))).scalar()
    for language in ("en", "zh"):
        with pytest.raises(InvalidField) as refused:
            canned_reply_service.create(SYSTEM, {"name": {"en": "T"}, "text": {"en": "x", language: text}})
        assert set(refused.value.fields) == {"text"}
        assert "{{number}}" in refused.value.message
    assert unit.execute(select(func.count(CannedReply.id))).scalar() == before


def test_what_fills_and_what_is_left_as_it_is():
    values = {"caller": "Li {{number}}", "number": "INC1"}
    assert canned_replies.filled("{{caller}} / {{ number }} / {{group}} / {number} {{", values) == \
        "Li {{number}} / INC1 /  / {number} {{"


def test_only_with_the_right_and_whole(unit):
    before = unit.execute(select(func.count(CannedReply.id))).scalar()
    with pytest.raises(Forbidden):
        canned_reply_service.create(make_actor(), {"name": {"en": "T"}, "text": {"en": "x"}})
    writer = make_actor([CANNED_REPLY_WRITE])
    for values, field in (({"name": {"en": "T"}}, "text"), ({"text": {"en": "x"}}, "name")):
        with pytest.raises(MissingFields) as missing:
            canned_reply_service.create(writer, values)
        assert set(missing.value.fields) == {field}
    for values, field in (({"use": "never"}, "use"), ({"text": {"en": "y" * 10_001}}, "text")):
        with pytest.raises(InvalidField) as refused:
            canned_reply_service.create(writer, {"name": {"en": "T"}, "text": {"en": "x"}, **values})
        assert set(refused.value.fields) == {field}
    assert unit.execute(select(func.count(CannedReply.id))).scalar() == before


def test_what_nobody_says_is_for_both_and_in_the_middle(unit):
    unsaid = {"use": None, "sequence": None}
    made = canned_reply_service.create(SYSTEM, {"name": {"en": "T"}, "text": {"en": "x"}, **unsaid})
    assert (made.use, made.sequence, made.is_active) == ("both", 10, True)


def test_the_shipped_ones_hold_no_unknown_placeholder(unit):
    shipped = unit.execute(select(CannedReply)).scalars().all()
    assert len(shipped) >= 5
    for one in shipped:
        for text in one.text.values():
            assert canned_replies.unknown_places(text) == []
        assert set(one.name) == set(one.text) == {"en", "zh"}
