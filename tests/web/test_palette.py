"""The command palette answers within rights, in both languages, by pinyin and initials, and costs few statements."""

from urllib.parse import urlencode

import pytest

from addons.incident.services import incident_service
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.web.palette import fits
from tests.support.people import make_person

ADD, LIST = "/incident/incidents/add", "/incident/incidents/list/"


@pytest.fixture
def made(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        person = make_person(name="王芳")
        incident = incident_service.create(SYSTEM, {"title": "Plotter <b>jam</b>", "description": "x",
                                                    "caller": cast.customer.person_id})
        return person.id, incident.id, incident.number


def lines(client, text="", language="en"):
    client.get(f"/lang/{language}")
    answer = client.get("/palette/", query_string={"q": text})
    assert answer.status_code == 200
    return [(group["label"], item["label"], item["url"]) for group in answer.json["groups"] for item in group["items"]]


def urls(client, text="", language="en"):
    # Without the last line, which leads to all results.
    found = [url for _group, _label, url in lines(client, text, language)]
    assert found[-1:] == [f"/search/?{urlencode({'q': text})}"] or not text
    return [url for url in found if not url.startswith("/search/")]


def test_nothing_typed_offers_what_may_be_created_and_opened(logged_in, cast):
    agent = logged_in(cast.agent)
    found = lines(agent)
    assert found[0] == ("Create", "Log an incident", ADD)
    assert ("Go to", "Incidents", LIST) in found
    assert ("前往", "事件", LIST) in lines(agent, language="zh")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("typed", ["incidents", "事件", "shijian", "sj", "INCID", "service incid"])
def test_a_place_is_found_in_either_language(logged_in, cast, typed, language):
    assert LIST in urls(logged_in(cast.agent), typed, language)


def test_records_are_found_by_number_words_and_pinyin(logged_in, cast, made):
    person, incident, number = made
    agent = logged_in(cast.agent)
    assert urls(agent, number) == [f"/incident/incidents/show/{incident}"]
    assert f"/incident/incidents/show/{incident}" in urls(agent, "plotter jam")
    for typed in ("王芳", "wangfang", "wf"):
        assert f"/organisation/people/show/{person}" in urls(agent, typed), typed
    assert urls(agent, "no such thing at all") == []


def test_only_what_the_reader_may(logged_in, cast, made):
    person, incident, number = made
    customer = logged_in(cast.customer)
    assert f"/organisation/people/show/{person}" not in urls(customer, "wangfang")
    assert "/organisation/people/list/" not in urls(customer)
    assert f"/incident/incidents/show/{incident}" in urls(customer, number)
    assert "/administration/apps/" not in urls(logged_in(cast.agent))


def test_odd_texts_are_only_texts(logged_in, cast):
    agent = logged_in(cast.agent)
    for typed in ("%", "_", "\\", "'", "\0", "x" * 5000, "  ", "<script>"):
        assert agent.get("/palette/", query_string={"q": typed}).status_code == 200


def test_it_costs_few_statements(logged_in, cast, made, statements):
    agent = logged_in(cast.agent)
    agent.get("/palette/?q=jam")
    with statements() as sent:
        agent.get("/palette/?q=jam")
    assert len(sent) <= 12, sent


def test_a_visitor_logs_in_first(client, cast):
    assert "/login" in client.get("/palette/").headers["Location"]


def test_each_page_has_the_palette_and_the_sheet_within_rights(logged_in, cast):
    agent = logged_in(cast.agent).get("/").text
    assert 'id="palette"' in agent
    assert f'data-create="{ADD}"' in agent
    assert f'data-jump="i" data-url="{LIST}"' in agent
    customer = logged_in(cast.customer).get("/").text
    assert 'data-jump="p"' not in customer


def test_each_word_must_fit():
    assert fits("work gr", "Work groups", "工作组")
    assert fits("gzz", "Work groups", "工作组")
    assert not fits("work gzx", "Work groups", "工作组")
