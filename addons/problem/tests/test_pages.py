"""Forms of what belongs to a problem, filled in a browser without scripts."""

import pytest
from sqlalchemy import select

from addons.problem.models import Review
from addons.problem.services import problem_service
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
