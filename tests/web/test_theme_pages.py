"""Each kind of page in both languages: it renders, keeps the content policy, and holds nothing inline."""

import re
from io import BytesIO

import pytest

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import submit
from tests.web.test_theme_sources import BOOTSTRAP_3, FOREIGN, INLINE

LIST = "/incident/incidents/list/"
LANGUAGES = ("en", "zh")


@pytest.fixture
def incident_id(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        made = incident_service.create(SYSTEM, {"title": "Printer <b>jam</b>", "description": "See https://example.org/a",
                                                "caller": cast.customer.person_id})
        incident_service.transition(SYSTEM, made.id, "assign", {"group": cast.first_line})
        incident_service.add_note(SYSTEM, made.id, "Called back", is_public=False)
        return made.id


@pytest.fixture
def agent(logged_in, cast):
    return logged_in(cast.agent)


def addresses(key):
    base = "/incident/incidents"
    return [
        "/", LIST, f"{LIST}?q=jam", f"{LIST}?_flt_0_state=assigned&_flt_0_caller=1", f"{LIST}?q=nothing-like-it",
        f"{LIST}?_oc_IncidentView=number&_od_IncidentView=asc&psize_IncidentView=50", f"{base}/add",
        f"{base}/edit/{key}", f"{base}/show/{key}", f"{base}/show/{key}?tab=audit", f"{base}/{key}/panel/audit",
        f"{base}/{key}/transition/transfer", "/organisation/people/list/", "/organisation/people/show/1",
    ]


def proper(answer):
    """Expect a page without anything that the content policy or the theme forbids."""
    text = answer.text
    # The one attribute that holds JSON is htmx's configuration.
    assert INLINE.findall(re.sub(r'<meta name="htmx-config"[^>]*>', "", text)) == []
    assert FOREIGN.findall(text.replace("https://example.org/a", "/")) == []
    assert BOOTSTRAP_3.findall(text) == []
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_render(agent, incident_id, language):
    agent.get(f"/lang/{language}")
    for address in addresses(incident_id):
        answer = agent.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        text = proper(answer)
        if "/panel/" not in address:
            assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in text, address
            assert text.count("<h1") == 1, address
            assert text.count("<main") == 1, address


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_without_log_in_render(client, cast, language):
    client.get(f"/lang/{language}")
    assert client.get("/login/").status_code == 200
    refused = submit(client, "/login/", username="agent", password="wrong")
    assert 'role="alert"' in proper(refused)
    missing = client.get("/no-such-page")
    assert missing.status_code == 404
    assert "error-page" in proper(missing)


def test_what_people_typed_is_text_and_its_addresses_are_links(agent, incident_id):
    text = agent.get(f"/incident/incidents/show/{incident_id}").text
    assert "Printer &lt;b&gt;jam&lt;/b&gt;" in text
    assert "<b>jam</b>" not in text
    assert 'href="https://example.org/a" rel="noopener noreferrer nofollow"' in text


def test_an_error_has_the_log_in_readers_menu_and_the_request_number(agent):
    answer = agent.get("/incident/incidents/show/999999")
    assert answer.status_code == 404
    assert answer.headers["X-Request-ID"] in answer.text
    assert "side-nav" in answer.text


def test_a_step_in_the_page_is_a_part_and_leaves_by_a_redirect(agent, app, cast, incident_id):
    address = f"/incident/incidents/{incident_id}/transition/transfer"
    part = agent.get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "modal-body" in part.text
    assert "HX-Request" in part.headers["Vary"]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', part.text)[1]
    empty = agent.post(address, data={"csrf_token": token}, headers={"HX-Request": "true"})
    assert empty.status_code == 422
    assert 'id="reason-error"' in empty.text
    assert 'aria-invalid="true"' in empty.text
    done = agent.post(address, headers={"HX-Request": "true"}, data={
        "csrf_token": token, "group": cast.second_line, "reason": "Needs a specialist"})
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, f"/incident/incidents/show/{incident_id}")
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        assert session.get(Incident, incident_id).group_id == cast.second_line


def test_notes_replies_and_files_show_on_the_page(agent, incident_id):
    page = f"/incident/incidents/show/{incident_id}"
    base = f"/incident/incidents/{incident_id}"
    assert submit(agent, f"{base}/note", page=page, body="We are on it", is_public="1").status_code == 302
    sent = submit(agent, f"{base}/attachments", page=page, file=(BytesIO(b"log"), "router.log"), is_public="1")
    assert sent.status_code == 302
    text = agent.get(page).text
    assert 'class="event event-note"' in text
    assert 'class="event event-reply is-public"' in text
    assert re.search(rf'href="{base}/attachments/\d+"', text)
    assert "router.log" in text


def test_the_history_says_names_not_ids(agent, incident_id):
    text = agent.get(f"/incident/incidents/{incident_id}/panel/audit").text
    assert "Work group" in text
    assert "group_id" not in text
    assert "state_category" not in text
    assert re.search(r'class="new"><span class="chip (dotted )?chip-azure">Assigned<', text)


def test_the_menu_marks_where_one_is_and_languages_come_back_to_the_page(agent, incident_id):
    text = agent.get(f"/incident/incidents/show/{incident_id}").text
    assert re.search(rf'class="side-link active" href="{LIST}" aria-current="page"', text)
    assert f"/lang/zh?next=%2Fincident%2Fincidents%2Fshow%2F{incident_id}" in text
    back = agent.get(f"/lang/zh?next=/incident/incidents/show/{incident_id}")
    assert back.headers["Location"] == f"/incident/incidents/show/{incident_id}"


@pytest.mark.parametrize(("cookie", "attribute"), [
    ("dark", ' data-bs-theme="dark"'), ("light", ' data-bs-theme="light"'), ('"><script>', ""),
])
def test_the_chosen_theme_is_there_before_anything_is_painted(client, cast, cookie, attribute):
    client.set_cookie("theme", cookie)
    assert f'<html lang="en"{attribute}>' in client.get("/login/", headers={"Accept-Language": "en"}).text


def test_quick_search_finds_number_and_words_of_the_title(agent, incident_id):
    assert f'data-href="/incident/incidents/show/{incident_id}"' in agent.get(f"{LIST}?q=JAM").text
    assert "empty-state" in agent.get(f"{LIST}?q=%25").text
    assert "empty-state" in agent.get(f"{LIST}?q=paper").text
