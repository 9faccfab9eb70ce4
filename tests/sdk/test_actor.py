"""Who acts: exactly inside the block, and nobody outside it."""

import pytest

from app.sdk.actor import ANONYMOUS, SYSTEM, Actor, acting_as, current_actor, current_context
from app.sdk.errors import Forbidden
from app.sdk.permissions import Permission, key_of

READ = Permission("incident", "read")
AGENT = Actor(user_id=3, label="Li Na", permissions=frozenset({"incident.read"}))


def test_outside_every_block_nobody_acts():
    assert current_actor() is ANONYMOUS
    assert not current_actor().can(READ)


def test_blocks_nest():
    with acting_as(AGENT, via="ui", request_id="r1", ip="127.0.0.1"):
        with acting_as(SYSTEM, via="job", cause="outbox 5"):
            assert (current_actor(), current_context().via, current_context().cause) == (SYSTEM, "job", "outbox 5")
        assert (current_actor(), current_context().request_id) == (AGENT, "r1")
    assert current_actor() is ANONYMOUS


def test_a_block_ends_with_its_error():
    with pytest.raises(ZeroDivisionError), acting_as(AGENT):
        raise ZeroDivisionError
    assert current_actor() is ANONYMOUS


def test_rights(monkeypatch):
    monkeypatch.setattr("app.sdk.errors._", lambda text: text)
    AGENT.require(READ)
    AGENT.require("incident.read")
    SYSTEM.require("anything.at_all")
    with pytest.raises(Forbidden) as refused:
        AGENT.require("incident.write")
    assert refused.value.http_status == 403


def test_a_right_and_its_stored_pair_name_each_other():
    assert str(READ) == READ.key == "incident.read"
    assert READ.fab == ("can_read", "incident")
    assert key_of(*READ.fab) == READ.key
    assert key_of("can_read_all", "incident") == "incident.read_all"
