"""What erasing takes out of rows that are somebody else's, a page of them at a time."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.addon_system import erasing, key_scopes
from app.addon_system.key_scopes import rights_of
from app.platform import PLATFORM
from app.security import tokens
from app.security.models import ApiToken, UserChoice
from app.security.tokens import NewToken
from tests.support.people import make_administrator

OWNERS = {"problem.read": "problem", "problem.close": "problem", "incident.find_problems": "problem",
          "incident.read": "incident", "problematic.read": "other"}


@pytest.fixture
def pages(monkeypatch):
    for module in (erasing, key_scopes):
        monkeypatch.setattr(module, "_PAGE", 2)


def test_arrangements_of_people_lose_what_is_the_addons(unit, pages):
    user, names = make_administrator().user_id, erasing.Names(replace(PLATFORM, name="problem"), ["problem"])
    before = [{"shown": [["problem.mine", 1], ["incident.mine", 2]]}, ["problematic"], {"problem.told": 1, "a": "一"},
              "problem of ours", ["problem"]]
    unit.add_all([UserChoice(user_id=user, key=f"kept.{number}", value=value) for number, value in enumerate(before)])
    unit.flush()
    erasing._choices(unit.connection(), names)
    unit.expire_all()
    mine = select(UserChoice.value).where(UserChoice.user_id == user, UserChoice.key.startswith("kept."))
    left = [{"shown": [["incident.mine", 2]]}, ["problematic"], {"a": "一"}, "problem of ours", []]
    assert unit.scalars(mine.order_by(UserChoice.id)).all() == left


def test_keys_lose_its_rights_and_end_where_they_have_no_other(unit, pages):
    user = make_administrator().user_id
    scopes = (["problem.read", "incident.read"], ["problem.*"], ["incident.find_problems", "problem.close"], [],
              ["problematic.read", "incident.*"])
    for one in scopes:
        tokens.create(user, NewToken("a program", one))
    key_scopes.take_away(unit, rights_of(OWNERS, "problem", ["problem"]))
    unit.expire_all()
    left = unit.execute(select(ApiToken.scopes, ApiToken.revoked_at).where(ApiToken.user_id == user)
                        .order_by(ApiToken.id)).all()
    assert [(scopes, ended is not None) for scopes, ended in left] == [
        (["incident.read"], False), ([], True), ([], True), (None, False),
        (["problematic.read", "incident.*"], False)]
