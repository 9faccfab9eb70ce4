"""What fields offer: only what fits, by page and by REST alike; labels for codes."""

import pytest

from app.db import unit_of_work
from app.organisation.services import person_service
from app.records.lists import listed
from app.sdk.actor import SYSTEM, acting_as
from app.web.choices import below, options_of_list
from tests.support.people import submit

OPTIONS = "/incident/incidents/options"


@pytest.fixture
def agent(cast, logged_in):
    return logged_in(cast.agent)


def texts(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return [row["text"] for row in answer.json.get("results", answer.json.get("result"))]


@pytest.mark.parametrize(("field", "expected"), [
    ("impact", ["High (many people or a key service)", "Medium (a department or a group)", "Low (one person)"]),
    ("priority", ["Critical", "High", "Medium", "Low"]),
])
@pytest.mark.parametrize("base", [OPTIONS, "/api/v1/incident/options"])
def test_a_relation_to_one_list_offers_that_list(agent, base, field, expected):
    assert texts(agent, f"{base}/{field}") == expected


@pytest.mark.parametrize(("typed", "expected"), [
    ("toner", ["Hardware / Printer and scanner / Toner or ink"]),
    ("xigu", ["Hardware / Printer and scanner / Toner or ink"]),
    ("zzz", []), ("%", []),
])
def test_a_tree_is_searched_by_words_and_pinyin_and_shows_paths(agent, typed, expected):
    assert texts(agent, f"{OPTIONS}/category?q={typed}") == expected


@pytest.mark.parametrize("base", [OPTIONS, "/api/v1/incident/options"])
def test_assignees_are_members_of_the_chosen_group(cast, agent, base):
    assert texts(agent, f"{base}/assignee?group={cast.second_line}") == ["Name of specialist"]
    first = texts(agent, f"{base}/assignee?group={cast.first_line}")
    assert first == ["Name of agent", "Name of manager", "Name of auditor"]
    assert "Name of customer" not in texts(agent, f"{base}/assignee")
    assert texts(agent, f"{base}/assignee?group=99999") == []


def test_who_left_is_not_offered(app, cast, agent):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        person_service.update(SYSTEM, cast.specialist.person_id, {"is_active": False})
    assert texts(agent, f"{OPTIONS}/assignee?group={cast.second_line}") == []


@pytest.mark.parametrize("field", ["state", "number", "password", "created_by", "nonsense"])
@pytest.mark.parametrize("base", [OPTIONS, "/api/v1/incident/options"])
def test_other_fields_offer_nothing(agent, base, field):
    assert agent.get(f"{base}/{field}").status_code == 404


def test_a_code_reads_as_its_label_and_is_searched_whole(cast, agent):
    made = submit(agent, "/incident/incidents/add", caller=cast.agent.person_id, title="Broken door", kind="complaint")
    assert made.status_code == 302, made.text
    page = agent.get(made.headers["Location"]).text
    assert "CMP00001" in page
    assert "Complaint" in page
    listed = agent.get("/incident/incidents/list/?_flt_0_kind=complaint").text
    other = agent.get("/incident/incidents/list/?_flt_0_kind=comp").text
    assert ("CMP00001" in listed, "CMP00001" in other) == (True, False)


def test_a_form_refuses_a_code_that_is_not_offered(cast, agent):
    answer = submit(agent, "/incident/incidents/add", caller=cast.agent.person_id, title="x", kind="wish")
    assert (answer.status_code, 'id="kind-error"' in answer.text) == (422, True)


def test_an_incident_has_a_caller(cast, agent):
    answer = submit(agent, "/incident/incidents/add", title="x", kind="incident")
    assert (answer.status_code, 'id="caller-error"' in answer.text) == (422, True)


def test_a_customer_calls_for_themselves(cast, logged_in):
    browser = logged_in(cast.customer)
    assert "Name of customer" in browser.get("/incident/incidents/add").text
    assert texts(browser, f"{OPTIONS}/caller") == ["Name of customer"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_part_of_a_tree_is_offered_at_any_depth(unit):
    ids = {value.code: value.id for value in listed(unit, "ticket.category")["ticket.category"]}
    narrowed = below("ticket.category", "category")
    assert narrowed.needs == ("category",)
    under = options_of_list(narrowed.picklist, "", ids["hardware"])
    toner = next(key for key, _text in options_of_list("ticket.category", "toner"))
    assert [text.count(" / ") for key, text in under if key == toner] == [1]
    assert ids["hardware"] not in {key for key, _text in under}
    assert {key for key, _text in under} < {key for key, _text in options_of_list("ticket.category", "")}
    assert options_of_list("ticket.category", "toner", ids["network"]) == []
