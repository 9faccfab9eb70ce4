"""What problems cost, in their list, in files and by REST: the same numbers as on the page, for those who may know."""

import csv
import io
import re

import pytest
from flask_babel import force_locale

from addons.incident.services import incident_service
from addons.incident_problem.services.pain import dearest, pain_of, pains_of
from addons.incident_problem.settings import HOUR_RATE
from addons.incident_problem.slots import dearest as tile
from addons.incident_problem.tests.test_pain import SEES, log
from addons.problem.permissions import PROBLEM_SEE_INTERNAL
from addons.problem.tests.problem_helpers import Office
from app.db import unit_of_work
from app.records.settings import setting_service
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token, make_actor, make_login, make_person

LIST = "/problem/problems/list/"
COLUMNS = ["title", "incident_count", "incident_minutes", "incident_cost"]


def three_problems(office):
    """Make problems on whose incidents 0, 90 and 30 minutes were worked; the second has two incidents."""
    made = []
    for title, stretches in (("Cheap", ()), ("Dear", (60, 30)), ("Middling", (30,))):
        made.append(office.problem(title=title))
        for minutes in stretches:
            incident = incident_service.create(SYSTEM, {"title": "No mail", "caller": make_person()})
            incident_service.link(SYSTEM, incident.id, "caused_by", made[-1].id)
            log(incident, minutes, office.analyst_person)
    return made


def test_many_are_added_up_at_once_as_each_is_alone(unit, statements):
    with acting_as(SYSTEM):
        ids = [one.id for one in three_problems(Office())]
    with acting_as(make_actor(SEES, user_id=4013)):
        alone = {key: pain_of(key) for key in ids}
        with statements() as sent:
            assert pains_of(ids) == alone
        assert len(sent) <= 3
        assert dearest(5) == [(ids[1], 90), (ids[2], 30)]
        assert dearest(1) == [(ids[1], 90)]
        with force_locale("en"):
            rows = [(row.title, text) for row, text in tile(SYSTEM)["rows"]]
        assert rows == [("Dear", "1 hour 30 min"), ("Middling", "30 min")]


def test_who_sees_the_work_knows_it_and_the_next_reader_of_the_session_does_not(unit):
    with acting_as(SYSTEM):
        problem = three_problems(Office())[1]
        setting_service.change(SYSTEM, {HOUR_RATE: "180"})
    with acting_as(make_actor(SEES, user_id=4014)):
        assert (problem.incident_count, problem.incident_minutes, str(problem.incident_cost)) == (2, 90, "270.00")
    with acting_as(make_actor([one for one in SEES if one is not PROBLEM_SEE_INTERNAL], user_id=4015)):
        assert (problem.incident_count, problem.incident_minutes, problem.incident_cost) == (None, None, None)


@pytest.fixture
def problems(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        setting_service.change(SYSTEM, {HOUR_RATE: "180"})
        return [one.id for one in three_problems(Office())]


def choose_columns(client):
    page = "/problem/problems/columns"
    client.post(page, data={"csrf_token": csrf_token(client, page), "column": COLUMNS})


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_list_file_and_rest_say_the_same(client, cast, logged_in, problems, statements):
    admin = logged_in(cast.admin)
    choose_columns(admin)
    with statements() as sent:
        page = admin.get(f"{LIST}?as=table&view=all").text
    assert len(sent) <= 12
    cells = [re.sub(r"<[^>]+>|\s+", " ", found).strip() for found in re.findall(
        r'<td class="[^"]*col-incident-?_?(?:minutes|cost)[^>]*>(.*?)</td>', page, re.DOTALL)]
    assert {"1 hour 30 min", "CN¥270.00", "30 min", "CN¥90.00", "0 min", "CN¥0.00"} == set(cells)
    file = admin.post("/problem/problems/export", data={"csrf_token": csrf_token(admin, LIST), "format": "csv"})
    rows = {row["Title"]: list(row.values())[1:] for row in csv.DictReader(
        io.StringIO(file.data.decode("utf-8-sig"), newline=""))}
    assert rows == {"Cheap": ["0", "0", "0.00"], "Dear": ["2", "90", "270.00"], "Middling": ["1", "30", "90.00"]}
    told = admin.get(f"/api/v1/problem/?q=(columns:!({','.join([*COLUMNS, 'cost_currency'])}))")
    assert {"title": "Dear", "incident_count": 2, "incident_minutes": 90, "incident_cost": "270.00",
            "cost_currency": "CNY"} in told.json["result"]
    assert admin.get(f"/api/v1/problem/{problems[2]}").json["result"]["incident_cost"] == "90.00"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_sees_no_work_has_no_such_columns(app, cast, logged_in, problems):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        reader = make_login("problem.role_reader", groups=[cast.first_line])
    client = logged_in(reader)
    choose_columns(client)
    page = client.get(f"{LIST}?as=table&view=all").text
    assert "Dear" in page
    assert "col-incident" not in page
    for address in (f"/api/v1/problem/{problems[1]}", "/api/v1/problem/"):
        said = client.get(address).json["result"]
        row = said if isinstance(said, dict) else said[0]
        assert row["title"]
        assert not {*COLUMNS[1:], "cost_currency"} & set(row)
