"""The audit log tells of problems, and of what belongs to them or is linked with them, only whoever may see them."""

from datetime import date

import pytest

from addons.incident.services import incident_service
from addons.problem.services import cause_service, problem_service, review_service
from addons.problem.tests.problem_helpers import Office
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import MANAGER, make_login, make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SECRETS = ("Secret leak", "Secret cause", "Secret talk", "Open leak")


@pytest.fixture
def readers(app, cast):
    """Of the audit log: without problems, with those that are not confidential, with all."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        made = Office().problem(title="Secret leak", confidentiality=2)
        other = problem_service.create(SYSTEM, {"title": "Open leak"})
        cause_service.create(SYSTEM, {"problem": made, "text": "Secret cause"})
        review_service.create(SYSTEM, {"problem": made, "held_on": date(2026, 3, 5), "conclusions": "Secret talk"})
        incident = incident_service.create(SYSTEM, {"title": "No mail", "caller": make_person()})
        incident_service.link(SYSTEM, incident.id, "related", other.id)
        both = make_login(MANAGER, "problem.role_reader", groups=[cast.first_line], username="both")
        return {"none": cast.manager, "open": both, "all": cast.admin}


@pytest.mark.parametrize(("who", "told"), [
    ("none", ()), ("open", ("Open leak",)), ("all", SECRETS),
])
def test_what_is_told(logged_in, readers, who, told):
    client = logged_in(readers[who])
    rest = client.get("/api/v1/audit/?q=(page_size:200)")
    entries = [row["id"] for row in rest.json["result"] if row["record_type"].startswith(("problem", "record_link"))]
    assert len(entries) > 4, "that something was done is told to whoever reads the log"
    pages = [client.get(f"/audit/show/{key}").get_data(as_text=True) for key in entries]
    listed = client.get("/audit/list/?view=all").get_data(as_text=True)
    for said in (rest.get_data(as_text=True), listed, "".join(pages)):
        assert [one for one in SECRETS if one in said] == [one for one in SECRETS if one in told]
