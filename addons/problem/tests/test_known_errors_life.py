"""A known error is confirmed or retired by those who publish, and offered exactly while it is in use."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from addons.problem.events import KnownErrorRetired
from addons.problem.models import Problem
from addons.problem.services import duties
from addons.problem.services.known_errors import in_use
from addons.problem.tests.problem_helpers import Office
from app.db import session
from app.records.lists import today
from app.records.search import matching
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict, Forbidden, InvalidField, MissingFields


@pytest.fixture
def office(unit) -> Office:
    return Office()


def published(office, **values):
    problem = office.problem("known_error", **values)
    office.step("manager", problem, "publish")
    return problem


def used(problem):
    with acting_as(SYSTEM):
        return session().execute(select(Problem.id).where(Problem.id == problem.id, in_use())).first() is not None


def held(problem):
    return (problem.state, problem.review_on, problem.reviewed_at, problem.retired_at, problem.edition)


class TestConfirm:
    def test_sets_the_next_day_and_says_when(self, office):
        problem = published(office)
        office.step("manager", problem, "confirm_error")
        assert (problem.review_on, problem.state) == (today() + timedelta(days=30), "known_error")
        assert problem.reviewed_at is not None

    @pytest.mark.parametrize(("day", "refusal"), [(0, InvalidField), (-1, InvalidField), (None, MissingFields)])
    def test_the_day_is_still_to_come(self, office, day, refusal):
        problem = published(office)
        before = held(problem)
        with pytest.raises(refusal) as refused:
            office.step("manager", problem, "confirm_error",
                        review_on=None if day is None else today() + timedelta(days=day))
        assert set(refused.value.fields) == {"review_on"}
        assert held(problem) == before

    def test_is_for_those_who_publish_and_what_is_published(self, office):
        problem, silent = published(office), office.problem("known_error")
        with pytest.raises(Forbidden):
            office.step("analyst", problem, "confirm_error")
        with pytest.raises(Conflict):
            office.step("manager", silent, "confirm_error")
        assert (problem.reviewed_at, silent.reviewed_at) == (None, None)


class TestRetire:
    def test_it_is_offered_no_more_until_it_is_published_again(self, office, monkeypatch):
        seen: list[object] = []
        problem = published(office)
        assert used(problem)
        monkeypatch.setattr("addons.problem.services.problem.announce", seen.append)
        office.step("manager", problem, "retire_error")
        assert not used(problem)
        assert seen == [KnownErrorRetired(problem.id)]
        with pytest.raises(Conflict):
            office.step("manager", problem, "retire_error")
        office.step("manager", problem, "publish", workaround=problem.workaround)
        assert (used(problem), problem.edition) == (True, 2)

    def test_it_says_why(self, office):
        problem = published(office)
        with pytest.raises(MissingFields):
            office.step("manager", problem, "retire_error", reason=" ")
        assert used(problem)

    @pytest.mark.parametrize(("action", "is_used"), [("cancel", False), ("accept_risk", True)])
    def test_what_is_over_is_offered_no_more_but_a_risk_is_lived_with(self, office, action, is_used):
        problem = published(office)
        office.step("manager", problem, action)
        assert used(problem) is is_used


def test_what_is_due_is_what_the_day_says(office):
    day = today()
    due = published(office, review_on=day)
    later = published(office, review_on=day + timedelta(days=1))
    retired = published(office, review_on=day)
    office.step("manager", retired, "retire_error")
    over = published(office, review_on=day)
    office.step("manager", over, "cancel")
    risk = office.problem("risk_accepted", review_on=day)
    with acting_as(office.who["manager"]):
        assert [one.id for one in duties.due_reviews(day, 10)] == [due.id, risk.id]
        assert [one.id for one in duties.due_reviews(day + timedelta(days=1), 10)] == [due.id, risk.id, later.id]
    with acting_as(office.who["elsewhere"]):
        assert duties.due_reviews(day, 10) == []


def test_a_workaround_is_found_by_its_words(office):
    problem = published(office, title="No mail")
    with acting_as(office.who["manager"]):
        office.step("manager", problem, "publish", workaround="<p>Restart the 邮件网关 first</p>")
        for words in ("restart gateway", "邮件网关"):
            found = session().execute(select(Problem.id).where(matching(Problem, words))).scalars().all()
            assert (problem.id in found) is (words == "邮件网关")
