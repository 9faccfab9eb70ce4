"""The life of an incident that a service desk owns: every step in every state by everybody."""

import pytest

from addons.incident.services import incident_service
from addons.incident.tests.life_helpers import Owned
from addons.incident.tests.test_incident_workflow import counts
from addons.incident.workflow import INCIDENT
from app.sdk.actor import acting_as
from app.sdk.errors import Conflict, Forbidden, NotFound

WHO = ("desk", "working", "manager", "supplier", "caller", "outsider")
# In the order of WHO: done, forbidden for lack of a right, kept from them by a guard, or not to be found by them.
# What is not named here is impossible in that state, whoever tries.
TABLE = {
    "new": {"pick": "d n d n g n", "assign": "d n d n f n", "cancel": "d n g n f n", "merge": "f n g n f n"},
    "assigned": {"pick": "g d g n g n", "assign": "d d d n f n", "start": "d d d n g n", "transfer": "d d d n f n",
                 "hold": "d d d n g n", "resolve": "d d d n f n", "cancel": "d f g n f n", "merge": "f f g n f n"},
    "in_progress": {"assign": "d d d n f n", "transfer": "d d d n f n", "hold": "d d d n g n", "resolve": "d d d n f n",
                    "cancel": "d f g n f n", "merge": "f f g n f n"},
    "pending": {"transfer": "d d d n f n", "resume": "d d d n g n", "resolve": "d d d n f n", "cancel": "d f g n f n",
                "answer": "g g g n g n", "answer_assigned": "g g g n g n", "merge": "f f g n f n"},
    "resolved": {"tell": "d f g n f n", "close": "d f g n f n", "confirm": "f f g n d n", "reopen": "d d d n d n",
                 "expire": "g f g n f n", "merge": "f f g n f n"},
    "closed": {"reopen": "d d d n d n"},
    "cancelled": {},
}
ACTIONS = tuple(dict.fromkeys(step.action for step in INCIDENT.transitions))
REFUSALS = {"f": Forbidden, "g": Conflict, "n": NotFound}


@pytest.fixture
def desk(unit) -> Owned:
    return Owned()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", TABLE)
def test_who_does_what(unit, desk, state):
    incident = desk.in_state(state)
    before = counts(unit, incident)
    seen = {who for who, mark in zip(WHO, next(iter(TABLE[state].values()), "d n d n d n").split(), strict=True)
            if mark != "n"}
    for action in ACTIONS:
        marks = dict(zip(WHO, TABLE[state].get(action, "").split() or "!" * 6, strict=True))
        for who, mark in marks.items():
            actor, told = desk.who[who], (state, action, who)
            if mark == "d":
                with unit.begin_nested() as savepoint:
                    desk.step(who, incident, action)
                    target = next(step.target for step in INCIDENT.steps(state) if step.action == action)
                    assert incident.state == target, told
                    savepoint.rollback()
                unit.expire_all()
                continue
            refusal = (Conflict if who in seen else NotFound) if mark == "!" else REFUSALS[mark]
            with acting_as(actor), pytest.raises(refusal) as refused:
                incident_service.transition(actor, incident.id, action, desk.values_of(action))
            assert type(refused.value) is refusal, told
            assert mark != "!" or who not in seen or refused.value.code == "incident.no_such_step", told
            if mark == "g" and action not in ("pick", "answer", "answer_assigned", "expire", "merge"):
                assert not incident_service.offers(actor, incident, action), told
            assert (incident.state, counts(unit, incident)) == (state, before), told


def test_the_table_names_every_step():
    assert {(state, action) for state, row in TABLE.items() for action in row} == {
        (source, step.action) for step in INCIDENT.transitions for source in step.sources}
