"""What programs may give by REST: whatever it is, the answer names the field, and nothing is half written."""

from datetime import date

import pytest
from sqlalchemy import select

from addons.problem.models import Cause, Problem
from addons.problem.services import cause_service
from addons.problem.tests.problem_helpers import Office
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token

ROOT = "/api/v1/problem"
HUGE = 10**30


@pytest.fixture
def known(app, cast):
    """A known error with one answer to why."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        made = Office().problem("known_error")
        return made.id, cause_service.create(SYSTEM, {"problem": made, "text": "Because"}).id


@pytest.fixture
def send(cast, logged_in):
    client = logged_in(cast.admin)
    headers = {"X-CSRFToken": csrf_token(client, "/problem/problems/add")}
    return lambda method, address, body=None: client.open(address, method=method, json=body, headers=headers)


def row_of(app, statement):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(statement).one()


def test_a_step_takes_days_as_text_and_refuses_what_is_none(app, known, send):
    problem, _cause = known
    step = f"{ROOT}/{problem}/transition"
    for wrong in (5, True, [1]):
        answer = send("POST", f"{step}/publish", {"workaround": wrong})
        assert (answer.status_code, set(answer.json["fields"])) == (422, {"workaround"}), wrong
    assert send("POST", f"{step}/publish", {"workaround": "<p>Restart it</p>"}).status_code == 200
    for wrong in (5, False, "2026-13-45", "soon", []):
        answer = send("POST", f"{step}/confirm_error", {"review_on": wrong})
        assert (answer.status_code, set(answer.json["fields"])) == (422, {"review_on"}), wrong
    day = date(2100, 1, 31)
    wanted = select(Problem.edition, Problem.review_on).where(Problem.id == problem)
    assert tuple(row_of(app, wanted)) == (1, None)
    assert send("POST", f"{step}/confirm_error", {"review_on": day.isoformat()}).status_code == 200
    assert tuple(row_of(app, wanted)) == (1, day)


def test_a_number_that_no_column_holds_is_refused_by_its_field(app, known, send):
    problem, cause = known
    for number in (2**31, HUGE, -HUGE):
        changed = send("PUT", f"/api/v1/problem_cause/{cause}", {"sequence": number})
        made = send("POST", "/api/v1/problem_cause/", {"problem_id": problem, "text": "x", "sequence": number})
        for answer in (changed, made):
            assert (answer.status_code, set(answer.json["fields"])) == (422, {"sequence"})
    assert tuple(row_of(app, select(Cause.id, Cause.sequence))) == (cause, 10)


@pytest.mark.parametrize(("address", "status"), [
    (f"/problem/causes/options/parent?problem={HUGE}&q=x", 200), ("/problem/problems/options/assignee?q=%00", 200),
    (f"{ROOT}/?q=((", 400), (f"{ROOT}/?q=(page:(", 400), (f"{ROOT}/?q=(page:0)", 200),
])
def test_odd_questions_are_answered(known, send, address, status):
    assert send("GET", address).status_code == status
