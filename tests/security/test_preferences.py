"""What users arrange for themselves."""

import pytest

from app.db import unit_of_work
from app.sdk.actor import acting_as
from app.sdk.errors import InvalidField
from app.security.preferences import prefer, preference


def read(app, login, key):
    with app.app_context(), unit_of_work(), acting_as(login.actor):
        return preference(key, "as it comes")


def keep(app, login, key, value):
    with app.app_context(), unit_of_work(write=True), acting_as(login.actor):
        prefer(key, value)


def test_each_user_has_their_own(app, cast):
    keep(app, cast.agent, "list.density", "narrow")
    keep(app, cast.agent, "list.density", "wide")
    assert read(app, cast.agent, "list.density") == "wide"
    assert read(app, cast.manager, "list.density") == "as it comes"


def test_none_forgets(app, cast):
    keep(app, cast.agent, "columns", ["number"])
    keep(app, cast.agent, "columns", None)
    assert read(app, cast.agent, "columns") == "as it comes"


def test_it_is_no_store_for_anything(app, cast):
    with pytest.raises(InvalidField):
        keep(app, cast.agent, "columns", "x" * 20_000)
    assert read(app, cast.agent, "columns") == "as it comes"
