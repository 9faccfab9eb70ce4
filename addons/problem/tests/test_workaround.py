"""Publishing a workaround: each edition once, told to whoever listens."""

import pytest

from addons.problem.events import WorkaroundPublished
from addons.problem.services import problem_service
from addons.problem.services.mail_facts import problem_facts
from addons.problem.tests.problem_helpers import Office
from app.sdk.actor import acting_as
from app.sdk.errors import Conflict, Forbidden, MissingFields


@pytest.fixture
def office(unit) -> Office:
    return Office()


@pytest.fixture
def told(monkeypatch):
    seen = []
    monkeypatch.setattr("addons.problem.services.problem.announce", seen.append)
    return seen


def test_each_text_is_published_once(office, told):
    problem = office.problem("known_error")
    office.step("manager", problem, "publish", workaround="Restart it")
    assert (problem.edition, problem.state) == (1, "known_error")
    first = problem.published_at
    with pytest.raises(Conflict) as refused:
        office.step("manager", problem, "publish", workaround=problem.workaround)
    assert set(refused.value.fields) == {"workaround"}
    assert (problem.edition, problem.published_at) == (1, first)
    office.step("manager", problem, "publish", workaround="Use the other server")
    assert problem.edition == 2
    published = [event for event in told if isinstance(event, WorkaroundPublished)]
    assert [(event.problem_id, event.edition) for event in published] == [(problem.id, 1), (problem.id, 2)]


def test_others_read_what_was_published_while_the_next_text_is_written(office, told):
    problem = office.problem("known_error")
    office.step("manager", problem, "publish", workaround="Restart it")
    analyst = office.who["analyst"]
    with acting_as(analyst):
        problem_service.update(analyst, problem.id, {"workaround": "Perhaps the other server"})
    assert (problem.published_workaround, problem.edition) == ("Restart it", 1)
    assert problem_facts("problem", problem.id, {}).rich["workaround"] == "Restart it"
    office.step("manager", problem, "publish", workaround=problem.workaround)
    assert (problem.published_workaround, problem.edition) == ("Perhaps the other server", 2)


def test_nothing_is_published_without_a_text_or_the_right(office, told):
    problem = office.problem("investigating")
    with pytest.raises(MissingFields):
        office.step("manager", problem, "publish", workaround="")
    with pytest.raises(Forbidden):
        office.step("analyst", problem, "publish")
    assert (problem.edition, problem.published_at, problem.workaround) == (0, None, None)
    assert not [event for event in told if isinstance(event, WorkaroundPublished)]
