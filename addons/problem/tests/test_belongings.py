"""Answers to why, tasks and reviews: their rules, and that they are seen with their problem only."""

from datetime import date

import pytest
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.problem.models import Cause, Participant, Review, Task
from addons.problem.services import cause_service, problem_service, review_service, task_service
from addons.problem.tests.problem_helpers import MANAGER, PATHS, Office, value
from app.organisation.permissions import PERSON_READ
from app.records import audit, timeline
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError, Forbidden, InvalidField, MissingFields, NotFound
from app.sdk.workflow import CLOSED
from app.web.happened import happened
from app.web.interface import Interface
from tests.support.people import make_actor, make_person


@pytest.fixture
def office(unit) -> Office:
    return Office()


def why(problem, text="Because", parent=None, **values):
    return cause_service.create(SYSTEM, {"problem": problem, "text": text, "parent": parent, **values})


def task(problem, **values):
    return task_service.create(SYSTEM, {"problem": problem, "title": "Measure", **values})


def names(review):
    return {person.name for person in review.participants}


class TestWhy:
    def test_an_answer_stands_below_one_of_its_own_problem(self, unit, office):
        problem, other = office.problem(), office.problem()
        with acting_as(SYSTEM):
            foreign = why(other)
            with pytest.raises(InvalidField) as refused:
                why(problem, parent=foreign)
        assert set(refused.value.fields) == {"parent"}
        assert unit.execute(select(Cause.id).where(Cause.problem_id == problem.id)).all() == []

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(moves=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8))
    def test_it_never_goes_round_in_a_circle(self, unit, office, moves):
        problem = office.problem()
        with acting_as(SYSTEM):
            rows = [why(problem, f"{number}") for number in range(6)]
            for moved, below in moves:
                try:
                    cause_service.update(SYSTEM, rows[moved].id, {"parent": rows[below]})
                except InvalidField:
                    unit.expire_all()
        parents = dict(unit.execute(select(Cause.id, Cause.parent_id).where(Cause.problem_id == problem.id)).all())
        for key in parents:
            seen = set()
            while key is not None:
                assert key not in seen
                seen.add(key)
                key = parents[key]

    def test_it_goes_ten_levels_deep_also_where_a_whole_branch_is_moved(self, unit, office):
        problem = office.problem()
        with acting_as(SYSTEM):
            upper, lower = [why(problem)], [why(problem)]
            for number in range(9):
                upper.append(why(problem, f"{number}", upper[-1]))
            lower.append(why(problem, parent=lower[0]))
            for place in (upper[8], upper[9]):
                with pytest.raises(InvalidField) as refused:
                    cause_service.update(SYSTEM, lower[0].id, {"parent": place})
                assert set(refused.value.fields) == {"parent"}
            unit.refresh(lower[0])
            assert lower[0].parent_id is None
            assert cause_service.update(SYSTEM, lower[0].id, {"parent": upper[7]}).parent_id == upper[7].id

    def test_an_answer_goes_with_all_below_it_and_what_came_back_alone_can_be_moved(self, unit, office):
        problem = office.problem()
        with acting_as(SYSTEM):
            first = why(problem)
            second = why(problem, parent=first)
            third, other = why(problem, parent=second), why(problem)
            cause_service.delete(SYSTEM, first.id)
            assert list(unit.execute(select(Cause.id)).scalars()) == [other.id]
            cause_service.restore(SYSTEM, third.id)
            assert cause_service.update(SYSTEM, other.id, {"parent": third}).parent_id == third.id

    def test_the_category_is_one_of_the_bones(self, unit, office):
        problem = office.problem()
        with acting_as(SYSTEM):
            assert why(problem, category=value("problem.cause_category", "method")).category.code == "method"
            with pytest.raises(InvalidField):
                why(problem, category=value("ticket.impact", "high"))


class TestTasks:
    def test_what_is_done_says_how_it_went(self, unit, office):
        with acting_as(SYSTEM):
            task = task_service.create(SYSTEM, {"problem": office.problem(), "title": "Measure"})
            assert task.state == "open"
            with pytest.raises(InvalidField) as refused:
                task_service.update(SYSTEM, task.id, {"state": "done"})
            unit.refresh(task)
            assert (set(refused.value.fields), task.state) == ({"result"}, "open")
            assert task_service.update(SYSTEM, task.id, {"state": "done", "result": "80 %"}).state == "done"

    def test_the_assignee_is_of_the_group(self, unit, office):
        with acting_as(SYSTEM), pytest.raises(InvalidField) as refused:
            task_service.create(SYSTEM, {"problem": office.problem(), "title": "Measure", "group": office.group,
                                         "assignee": make_person()})
        assert set(refused.value.fields) == {"assignee"}
        assert unit.execute(select(Task.id)).all() == []

    @pytest.mark.parametrize("state", PATHS)
    def test_nobody_works_on_what_is_over(self, unit, office, state):
        problem = office.problem()
        with acting_as(SYSTEM):
            known = task(problem, state="dropped")
            for action in PATHS[state]:
                problem_service.transition(SYSTEM, problem.id, action, office.values_of(action))
            if problem.state_category != CLOSED:
                assert task(problem).state == "open"
                assert task_service.update(SYSTEM, known.id, {"state": "open"}).state == "open"
                return
            with pytest.raises(InvalidField) as refused:
                task(problem)
            with pytest.raises(InvalidField) as again:
                task_service.update(SYSTEM, known.id, {"state": "open"})
        assert (set(refused.value.fields), set(again.value.fields)) == ({"problem"}, {"state"})
        assert unit.execute(select(Task.state).where(Task.problem_id == problem.id)).scalars().all() == ["dropped"]

    @pytest.mark.parametrize(("state", "action"), [("investigating", "cancel"), ("known_error", "accept_risk")])
    def test_who_gives_up_a_problem_drops_what_is_open(self, unit, office, state, action):
        problem = office.problem(state)
        with acting_as(SYSTEM):
            task(problem, state="done", result="It hums")
            task(problem)
        office.step("manager", problem, action)
        assert unit.execute(select(Task.state).order_by(Task.id)).scalars().all() == ["done", "dropped"]
        with acting_as(SYSTEM):
            entries = timeline.entries(unit, "problem", problem.id, stretch=timeline.Stretch(part="steps"))
        assert ["problem.task_ended", ["Measure", None]] in [entry.data.get("happened") for entry in entries]

    def test_what_is_open_goes_on_where_its_problem_goes_on_and_comes_back(self, unit, office):
        winner, loser = office.problem(), office.problem("investigating")
        with acting_as(SYSTEM):
            done = task(loser, state="done", result="It hums")
            still, finished = task(loser), task(loser)
            merge = problem_service.merge(SYSTEM, winner.id, loser.id)
            task_service.update(SYSTEM, finished.id, {"state": "done", "result": "Nothing"})
            assert [one.problem_id for one in (done, still, finished)] == [loser.id, winner.id, winner.id]
            problem_service.undo_merge(SYSTEM, merge.id)
        assert [one.problem_id for one in (done, still, finished)] == [loser.id, loser.id, winner.id]


class TestReviews:
    def test_it_says_what_was_concluded(self, unit, office):
        with acting_as(SYSTEM), pytest.raises(MissingFields) as refused:
            review_service.create(SYSTEM, {"problem": office.problem("resolved"), "held_on": date(2026, 3, 5)})
        assert set(refused.value.fields) == {"conclusions"}
        assert unit.execute(select(Review.id)).all() == []

    def test_it_is_recorded_by_those_who_close(self, office):
        problem = office.problem("resolved")
        said = {"problem": problem.id, "held_on": date(2026, 3, 5), "conclusions": "Test first"}
        with acting_as(office.who["analyst"]), pytest.raises(Forbidden):
            review_service.create(office.who["analyst"], said)
        with acting_as(office.who["manager"]):
            assert review_service.create(office.who["manager"], said).conclusions == "Test first"


    def test_who_was_there_is_told_and_only_whom_one_sees_is_taken_out(self, unit, office):
        there, other = make_person(name="Lin Tao"), make_person(name="He Qing")
        manager, problem = office.who["manager"], office.problem("resolved")
        said = {"problem": problem.id, "held_on": date(2026, 3, 5), "conclusions": "Test first", "guests": "The maker"}
        with acting_as(manager):
            made = review_service.create(manager, {**said, "participants": [there.id, office.analyst_person]})
            assert names(made) == {"Lin Tao", "Zhao Lei"}
        blind = make_actor([right for right in MANAGER if right is not PERSON_READ], person=other, user_id=4009)
        unit.expire_all()
        with acting_as(blind):
            # Shown to nobody but oneself, and so is what may be changed.
            assert names(unit.get_one(Review, made.id)) == set()
            review_service.update(blind, made.id, {"participants": [other.id]})
            with pytest.raises(InvalidField) as refused:
                review_service.update(blind, made.id, {"participants": [there.id]})
            assert set(refused.value.fields) == {"participants"}
        unit.expire_all()
        with acting_as(manager):
            assert names(unit.get_one(Review, made.id)) == {"Lin Tao", "Zhao Lei", "He Qing"}
            review_service.update(manager, made.id, {"participants": []})
            review_service.update(manager, made.id, {"guests": "Nobody"})
            assert names(unit.get_one(Review, made.id)) == set()
            told = [entry.new for entry in audit.entries(unit, "problem_review", made.id)
                    if entry.field == "participants"]
            assert told == [None, sorted([there.id, office.analyst_person.id, other.id]),
                            sorted([there.id, office.analyst_person.id])]

    @pytest.mark.parametrize("wrong", [[0], ["Lin Tao"], 7**9, [True], [2**70], {"a": 1}])
    def test_nobody_else_was_there(self, unit, office, wrong):
        said = {"problem": office.problem("resolved"), "held_on": date(2026, 3, 5), "conclusions": "x"}
        manager = office.who["manager"]
        with acting_as(manager), pytest.raises(InvalidField) as refused:
            review_service.create(manager, {**said, "participants": wrong})
        assert set(refused.value.fields) == {"participants"}
        assert unit.execute(select(Review.id)).all() == unit.execute(select(Participant.id)).all() == []


def test_the_timeline_tells_of_meetings_and_of_how_tasks_ended(unit, office):
    problem, there = office.problem("resolved"), make_person(name="Lin Tao")
    with acting_as(SYSTEM), force_locale("en"):
        meeting = review_service.create(SYSTEM, {
            "problem": problem, "held_on": date(2026, 3, 5), "conclusions": "x", "chair": office.analyst_person,
            "participants": [there, office.analyst_person], "guests": "The maker"})
        for state, result in (("done", "80 %"), ("dropped", None)):
            task = task_service.create(SYSTEM, {"problem": problem, "title": "Measure", "review": meeting})
            task_service.update(SYSTEM, task.id, {"state": state, "result": result})
            task_service.update(SYSTEM, task.id, {"title": "Measure again"})
        entries = timeline.entries(unit, "problem", problem.id, stretch=timeline.Stretch(part="steps"))
        said = [str(happened(entry)) for entry in entries if entry.kind == "system"]
        assert not any(entry.is_public for entry in entries if entry.kind == "system")
    assert said[:2] == ["Task dropped: Measure", "Task done: Measure. 80 %"]
    assert said[2] == ("The review meeting of 5 Mar 2026 was recorded. "
                       "There were: Zhao Lei, Lin Tao, The maker")
    unit.expunge_all()
    with acting_as(office.who["reader"]), force_locale("en"):
        assert "There were: The maker" in happened(next(one for one in entries if "reviewed" in str(one.data)))


@pytest.mark.parametrize("confidentiality", [0, 2])
def test_they_are_seen_with_their_problem(unit, office, confidentiality):
    problem = office.problem(confidentiality=confidentiality)
    with acting_as(SYSTEM):
        rows = [why(problem), task_service.create(SYSTEM, {"problem": problem, "title": "Measure"}),
                review_service.create(SYSTEM, {"problem": problem, "held_on": date(2026, 3, 5), "conclusions": "x"})]
        kept = [(type(row), row.id) for row in rows]
    unit.expire_all()
    for who, actor in office.who.items():
        sees = who != "elsewhere" and not confidentiality
        with acting_as(actor):
            for model, key in kept:
                found = unit.execute(select(model.id).where(model.problem_id == problem.id)).all()
                # As pages and REST read it, with the problem and what else it points to.
                shown = Interface(model).get(key)
                assert (bool(found), shown is not None) == (sees, sees), (who, model)
                assert shown is None or shown.problem.title == "Mail server stops"
    unit.expire_all()
    elsewhere = office.who["elsewhere"]
    with acting_as(elsewhere), pytest.raises(NotFound):
        cause_service.update(elsewhere, kept[0][1], {"text": "Changed"})
    with acting_as(elsewhere), pytest.raises(BusinessError):
        cause_service.create(elsewhere, {"problem": problem.id, "text": "Mine"})
    with acting_as(SYSTEM):
        assert unit.execute(select(Cause.text).where(Cause.problem_id == problem.id)).scalars().all() == ["Because"]
