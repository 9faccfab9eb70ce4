"""The start page: whose tiles stand on it, how each arranges their own, what they cost, and one that fails."""

import re

import pytest
from werkzeug.datastructures import MultiDict

from addons.incident.services import incident_service
from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.web import tiles
from app.web.tiles import Tile
from tests.support.people import csrf_token, make_login, submit

AGENT = ["incident.mine", "incident.queues", "incident.waiting", "incident.flow", "notify.mine", "incident.unassigned",
         "home.recent", "home.links"]


@pytest.fixture
def made(app, cast):
    """Incidents of each kind that the tiles count: two held by the agent, one on hold, three held by nobody."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        found = []
        for holder in (cast.agent, cast.agent, cast.agent, None, None, None):
            one = incident_service.create(SYSTEM, {"title": "Printer jam", "caller": cast.customer.person_id})
            incident_service.transition(SYSTEM, one.id, "assign", {
                "group": cast.first_line, "assignee": holder.person_id if holder else None})
            found.append(one.id)
        incident_service.transition(SYSTEM, found[0], "hold", {"pending_reason": "customer"})
        return found


def shown(browser):
    """Return the keys of the tiles on the page, in their order; what could be added stands in templates."""
    page = browser.get("/").text.split("<template")[0]
    return re.findall(r'data-tile="([^"]+)"', page)


def arrange(browser, *given):
    token = csrf_token(browser, "/notices/")
    return browser.post("/tiles/arrange", data=MultiDict([("csrf_token", token), *(("tile", one) for one in given)]))


class TestWhoseTiles:
    def test_an_agent_has_work_before_everything_else(self, cast, logged_in):
        assert shown(logged_in(cast.agent)) == AGENT

    def test_a_customer_sees_what_they_reported(self, cast, logged_in):
        assert shown(logged_in(cast.customer)) == ["incident.reported", "notify.mine", "home.recent", "home.links"]

    def test_an_administrator_has_the_desk_itself_besides(self, cast, logged_in):
        keys = shown(logged_in(cast.admin))
        assert {"jobs.trouble", "addons.state", "security.without_group"} < set(keys)

    def test_a_tile_needs_its_right_whatever_somebody_kept(self, cast, logged_in):
        browser = logged_in(cast.customer)
        arrange(browser, "jobs.trouble:2", "home.links:1")
        assert shown(browser) == ["home.links"]
        assert browser.get("/tiles/jobs.trouble").status_code == 404
        assert browser.get("/tiles/no-such-tile").status_code == 404

    def test_a_visitor_has_none(self, client, cast):
        assert "/login/" in client.get("/tiles/home.links").headers["Location"]


class TestArranging:
    def test_order_width_and_what_is_hidden_are_kept(self, cast, logged_in):
        browser = logged_in(cast.agent)
        assert arrange(browser, "home.links:1", "incident.mine:3", "notify.mine:2").status_code == 302
        assert shown(browser) == ["home.links", "incident.mine", "notify.mine"]
        page = browser.get("/").text
        assert 'tile-3" data-tile="incident.mine"' in page
        assert 'data-add="incident.queues"' in page
        assert shown(logged_in(cast.manager)) == AGENT

    def test_nonsense_is_passed_over(self, cast, logged_in):
        browser = logged_in(cast.agent)
        arrange(browser, "home.links:9", "home.links:2", "nobody.knows:1", "incident.mine", ":", "incident.queues:x")
        assert shown(browser) == ["home.links"]
        assert 'tile-2" data-tile="home.links"' in browser.get("/").text

    def test_it_comes_back_as_it_was(self, cast, logged_in):
        browser = logged_in(cast.agent)
        arrange(browser, "home.links:1")
        submit(browser, "/tiles/reset", page="/")
        assert shown(browser) == AGENT

    def test_what_comes_with_an_addon_stands_at_the_end(self, cast, logged_in, app, monkeypatch):
        browser = logged_in(cast.agent)
        arrange(browser, "home.links:1", *(f"{key}:1" for key in AGENT[:3]))
        with app.app_context():
            slots = current_registry().slots
            monkeypatch.setattr(current_registry(), "slots", [*slots, Tile(
                "sample.new", "New", "desk/tiles/recent.html", lambda _actor: {"rows": []}, place=1)])
        assert shown(browser) == ["home.links", *AGENT[:3], "sample.new"]

    def test_it_needs_the_token_of_the_form(self, cast, logged_in):
        browser = logged_in(cast.agent)
        assert browser.post("/tiles/arrange", data={"tile": "home.links:1"}).status_code == 400
        assert shown(browser) == AGENT


class TestWhatTilesShow:
    def test_each_answers_in_both_languages(self, cast, logged_in, made):
        browser = logged_in(cast.admin)
        for language in ("en", "zh"):
            browser.get(f"/lang/{language}")
            for one in re.findall(r'hx-get="(/tiles/[^"]+)"', browser.get("/").text):
                answer = browser.get(one)
                assert answer.status_code == 200, one
                assert "tile-failed" not in answer.text, one

    def test_every_number_leads_to_a_list_of_as_many(self, cast, logged_in, made):
        browser = logged_in(cast.agent)
        seen = 0
        for key in ("incident.mine", "incident.queues", "incident.waiting", "incident.unassigned"):
            text = browser.get(f"/tiles/{key}").text
            for url, label in re.findall(r'<a[^>]*href="([^"]*/list/[^"]*)"[^>]*>([^<]+)</a>', text):
                number = int(re.search(r"\d+", label)[0])
                page = browser.get(url.replace("&amp;", "&")).text
                total = re.search(r'class="page-count">(\d+)', page)
                assert (int(total[1]) if total else 0) == number, (key, url)
                seen += 1
        assert seen >= 4

    def test_the_queue_and_what_waits(self, cast, logged_in, made):
        browser = logged_in(cast.agent)
        queues = browser.get("/tiles/incident.queues").text
        assert ("6 open" in queues, "3 unassigned" in queues, "1 pending" in queues) == (True, True, True)
        waiting = browser.get("/tiles/incident.waiting").text
        assert re.findall(r'tile-number[^>]*>(\d+)<', waiting) == ["2", "1"]
        assert re.findall(r'tile-number[^>]*>(\d+)<', browser.get("/tiles/incident.unassigned").text) == [
            "3", "0", "0", "0"]
        assert "Printer jam" in browser.get("/tiles/incident.mine").text

    def test_a_broken_tile_says_so_in_its_own_place(self, cast, logged_in, app, monkeypatch):
        def broken(_actor):
            raise ZeroDivisionError

        browser = logged_in(cast.agent)
        with app.app_context():
            monkeypatch.setattr(current_registry(), "slots", [
                *current_registry().slots, Tile("sample.broken", "Broken", "desk/tiles/recent.html", broken)])
        assert "tile-failed" in browser.get("/tiles/sample.broken").text
        assert browser.get("/").status_code == 200
        assert "quick-link" in browser.get("/tiles/home.links").text

    def test_who_is_shut_out_for_want_of_a_group(self, app, cast, logged_in):
        from app.organisation.models import GroupMember
        from app.organisation.services import member_service

        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            lonely = make_login("incident.role_agent", groups=[cast.first_line], username="lonely")
            member = session.query(GroupMember).filter_by(person_id=lonely.person_id).one()
            member_service.delete(SYSTEM, member.id)
        text = logged_in(cast.admin).get("/tiles/security.without_group").text
        assert "lonely" in text
        assert "customer" not in text


class TestRecent:
    def test_the_last_ten_that_one_may_see(self, cast, logged_in, made, app):
        browser = logged_in(cast.agent)
        token = csrf_token(browser, "/notices/")
        for one in (*made, made[0]):
            browser.post(f"/recent/incident/{one}", data={"csrf_token": token})
        browser.post(f"/recent/person/{cast.customer.person_id}", data={"csrf_token": token})
        browser.post("/recent/work_group/1", data={"csrf_token": token})
        text = browser.get("/tiles/home.recent").text
        order = re.findall(r'href="(?:/incident/incidents|/organisation/people)/show/(\d+)"', text)
        assert order == [str(key) for key in (cast.customer.person_id, made[0], *reversed(made[1:]))]
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.delete(SYSTEM, made[1], "Mistake")
        assert f"/show/{made[1]}\"" not in browser.get("/tiles/home.recent").text

    def test_the_page_of_a_record_says_where_to_tell(self, cast, logged_in, made):
        text = logged_in(cast.agent).get(f"/incident/incidents/show/{made[0]}").text
        assert f'data-recent="/recent/incident/{made[0]}"' in text


class TestShortcuts:
    def test_one_chooses_them(self, cast, logged_in):
        browser = logged_in(cast.agent)
        assert browser.get("/tiles/home.links").text.count('class="quick-link"') > 2
        assert submit(browser, "/shortcuts", links="incident.list").status_code == 302
        text = browser.get("/tiles/home.links").text
        assert (text.count('class="quick-link"'), "/incident/incidents/list/" in text) == (1, True)
        assert submit(browser, "/shortcuts", links="security.users").status_code == 422


class TestStart:
    @pytest.mark.parametrize(("chosen", "place"), [
        ("incident.list", "/incident/incidents/list/"), ("", "/"), ("security.users", "/")])
    def test_one_begins_where_one_chose_to(self, cast, logged_in, app, chosen, place):
        from app.security.preferences import prefer

        with app.app_context(), unit_of_work(write=True), acting_as(cast.agent.actor):
            prefer("start", chosen or None)
        assert logged_in(cast.agent).get("/start").headers["Location"] == place


class TestCosts:
    def test_the_page_is_quick_and_each_tile_small(self, cast, logged_in, statements, made):
        for who in (cast.agent, cast.admin, cast.customer):
            browser = logged_in(who)
            token = csrf_token(browser, "/notices/")
            browser.post(f"/recent/incident/{made[0]}", data={"csrf_token": token})
            for one in ["/", *re.findall(r'hx-get="(/tiles/[^"]+)"', browser.get("/").text)]:
                browser.get(one)
                with statements() as sent:
                    browser.get(one)
                # The first of them is who asks.
                assert len(sent) - 1 <= (1 if one == "/" else 3), (one, sent)

    def test_widths_are_those_of_the_grid(self):
        assert tiles.WIDEST == 3
