"""Forms of what belongs to a problem, filled in a browser without scripts."""

import re

import pytest
from sqlalchemy import select

from addons.problem.models import Cause, Review
from addons.problem.services import problem_service
from addons.ticket import repositories
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token, make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def there(app, cast):
    """A problem, and somebody who takes part in its review."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        return problem_service.create(SYSTEM, {"title": "Mail stops"}).id, make_person(name="Lin Tao").id


def test_an_address_fills_a_form_with_whatever_it_says(cast, logged_in, there):
    admin = logged_in(cast.admin)
    for page, names in (("reviews", ("held_on", "participants")), ("tasks", ("due_on",)),
                        ("causes", ("is_root", "sequence"))):
        for said in ("2026-03-05", "soon", "5", "9" * 30):
            asked = {"problem": there[0], **dict.fromkeys(names, said)}
            assert admin.get(f"/problem/{page}/add", query_string=asked).status_code == 200, asked
    assert 'value="2026-03-05"' in admin.get("/problem/tasks/add?due_on=2026-03-05").text


def test_a_review_names_people_as_links_and_in_a_file(app, cast, logged_in, there):
    admin, (problem, person) = logged_in(cast.admin), there
    form = f"/problem/reviews/add?problem={problem}"
    said = {"csrf_token": csrf_token(admin, form), "problem": problem, "held_on": "2026-03-05", "guests": "The maker",
            "conclusions": "Test first"}
    refused = admin.post(form, data={**said, "participants": ["x"]})
    assert refused.status_code == 422
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        assert session.execute(select(Review.id)).all() == []
    assert admin.post(form, data={**said, "participants": [str(person), str(cast.agent.person_id)]}).status_code == 302
    page = admin.get(f"/problem/problems/show/{problem}?tab=reviews").text
    assert f'href="/organisation/people/show/{person}">Lin Tao</a>' in page
    found = admin.get(f"/problem/reviews/list/?_flt_0_participants={person}").text
    assert "Test first" in found
    file = admin.post("/problem/reviews/export", data={
        "csrf_token": csrf_token(admin, "/problem/reviews/list/"), "format": "csv"}).data.decode("utf-8-sig")
    assert "; Lin Tao" in file
    (row,) = admin.get("/api/v1/problem_review/").json["result"]
    assert sorted(row["participants"]) == sorted([person, cast.agent.person_id])


def test_answers_are_added_on_the_spot_and_lead_to_the_cause(app, cast, logged_in, there):
    admin, (problem, _person) = logged_in(cast.admin), there
    page = f"/problem/problems/show/{problem}?tab=causes"
    said = {"csrf_token": csrf_token(admin, page), "problem": problem}
    added = admin.post("/problem/causes/add", data={**said, "text": "The memory is full", "category": ""})
    assert (added.status_code, added.location) == (302, page)
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        first = session.execute(select(Cause.id)).scalar_one()
    admin.post("/problem/causes/add", data={**said, "text": "Nobody measures it", "parent": first, "is_root": "y"})
    assert "Nothing found here" not in admin.get(page).text  # no answer stands on a bone yet
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        bone = repositories.value_id("problem.cause_category", "measurement")
        rows = session.execute(select(Cause.parent_id, Cause.sequence, Cause.is_root).order_by(Cause.id)).all()
    assert [tuple(row) for row in rows] == [(None, 10, False), (first, 10, True)]
    admin.post("/problem/causes/add", data={**said, "text": "No alarm", "category": bone})
    assert admin.get(page).text.count("Nothing found here") == 5
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        problem_service.transition(SYSTEM, problem, "investigate", {"group": cast.first_line})
    asked = admin.get(f"/problem/problems/{problem}/transition/find_cause").text
    assert re.search(r"<textarea[^>]*name=.root_cause.[^>]*>\s*Nobody measures it<", asked)


def test_a_task_is_added_by_its_title(cast, logged_in, there):
    admin, page = logged_in(cast.admin), f"/problem/problems/show/{there[0]}?tab=tasks"
    said = {"csrf_token": csrf_token(admin, page), "problem": there[0]}
    assert admin.post("/problem/tasks/add", data={**said, "title": "Measure"}).location == page
    assert admin.post("/problem/tasks/add", data={**said, "title": ""}).status_code == 422
    assert [row["title"] for row in admin.get("/api/v1/problem_task/").json["result"]] == ["Measure"]


def test_a_program_names_the_day_of_review(app, cast, logged_in, there):
    admin, url = logged_in(cast.admin), f"/api/v1/problem/{there[0]}/transition/accept_risk"
    header = {"X-CSRFToken": csrf_token(admin, "/problem/problems/list/")}
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        problem_service.transition(SYSTEM, there[0], "assess", {})
    for wrong in ("soon", 5, ["2030-01-01"], "2030-02-30"):
        refused = admin.post(url, json={"reason": "Too dear", "review_on": wrong}, headers=header)
        assert (refused.status_code, set(refused.json["fields"])) == (422, {"review_on"}), refused.json
    assert admin.get(f"/api/v1/problem/{there[0]}").json["result"]["state"] == "assess"
    taken = admin.post(url, json={"reason": "Too dear", "review_on": "2030-01-01"}, headers=header)
    assert (taken.status_code, taken.json["result"]["review_on"]) == (200, "2030-01-01")
