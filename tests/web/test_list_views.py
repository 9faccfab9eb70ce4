"""Filters by name: shipped as tabs, kept for oneself, shared with a group or everybody; the present one is marked."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from app.db import unit_of_work
from app.records.audit import AuditEntry
from app.records.permissions import LIST_SHARE
from app.records.saved_filters import MAX_FILTERS, SavedFilter, of_page, saved_filter_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Forbidden, InvalidField, MissingFields, NotFound
from tests.fab.conftest import make_incident, written  # noqa: F401 - a fixture
from tests.support.people import CUSTOMER, csrf_token, make_actor, make_login, submit

PAGE = "incident/incidents"
LIST = f"/{PAGE}/list/"
NEW = f"/list-filters/new/{PAGE}"


def kept(app):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        rows = session.execute(select(SavedFilter).order_by(SavedFilter.id)).scalars().all()
        return [(row.name, row.query, row.shared, row.group_id) for row in rows]


def keep(client, **values):
    return submit(client, NEW, page=LIST, **{"name": "Urgent", "query": "_flt_0_state=new&q=jam", **values})


def active(text):
    """Return the marked tab, the name on the menu's button, and whether it says that it was changed."""
    tab = re.search(r'class="view-tab active"[^>]*>([^<]+)<', text)
    button = re.search(r"data-view-menu>.*?</button>", text, re.DOTALL)[0]
    name = re.search(r'class="view-name">([^<]+)<', button)[1]
    return unescape(tab[1]) if tab else None, unescape(name), "view-changed" in button


class TestService:
    def test_who_sees_what(self, unit):
        mine, other = make_login(CUSTOMER), make_login(CUSTOMER)
        group_id = mine.group_ids[0] if mine.group_ids else None
        actors = [make_actor([LIST_SHARE], user_id=one.user_id) for one in (mine, other)]
        for shared in ("nobody", "everybody"):
            saved_filter_service.create(actors[0], PAGE, {"name": shared, "query": "q=x", "shared": shared})
        assert group_id is None
        assert [(one.name, one.is_own) for one in of_page(unit, actors[0], PAGE)] == [
            ("everybody", True), ("nobody", True)]
        assert [(one.name, one.is_own) for one in of_page(unit, actors[1], PAGE)] == [("everybody", False)]
        assert of_page(unit, actors[1], "other/page") == []

    def test_refusals_change_nothing(self, unit):
        owner, other = (make_actor(user_id=make_login(CUSTOMER).user_id) for _ in range(2))
        made = saved_filter_service.create(owner, PAGE, {"name": "  A  b ", "query": "q=x"})
        assert made.name == "A b"
        for values, error in (({"name": " "}, MissingFields), ({"name": "A b"}, InvalidField),
                              ({"name": "x" * 101}, InvalidField), ({"name": "y", "query": "x" * 4001}, InvalidField),
                              ({"name": "z", "shared": "everybody"}, Forbidden),
                              ({"name": "z", "shared": "group", "group_id": 1}, InvalidField),
                              ({"name": "z", "shared": "aliens"}, InvalidField)):
            with pytest.raises(error):
                saved_filter_service.create(owner, PAGE, values)
        for act in (lambda: saved_filter_service.update(other, made.id, {"name": "Theirs"}),
                    lambda: saved_filter_service.delete(other, made.id)):
            with pytest.raises(NotFound):
                act()
        unit.refresh(made)
        assert (made.name, made.query, made.shared) == ("A b", "q=x", "nobody")
        assert unit.execute(select(func.count()).select_from(SavedFilter)).scalar() == 1

    def test_every_change_is_audited_and_there_are_not_too_many(self, unit):
        owner = make_actor(user_id=make_login(CUSTOMER).user_id)
        with acting_as(owner):
            made = saved_filter_service.create(owner, PAGE, {"name": "0", "query": "q=x"})
            saved_filter_service.update(owner, made.id, {"query": "q=y"})
        rows = unit.execute(select(AuditEntry.action, AuditEntry.field, AuditEntry.new).where(
            AuditEntry.record_type == "saved_filter", AuditEntry.record_id == made.id)).all()
        assert [(action, field) for action, field, _new in rows] == [("create", None), ("update", "query")]
        for number in range(1, MAX_FILTERS):
            saved_filter_service.create(owner, PAGE, {"name": str(number), "query": ""})
        with pytest.raises(InvalidField):
            saved_filter_service.create(owner, PAGE, {"name": "one more", "query": ""})


class TestPage:
    def test_shipped_ones_are_tabs_for_those_they_are_for(self, cast, logged_in):
        agent = logged_in(cast.agent).get(LIST).text
        tabs = re.findall(r'class="view-tab[^"]*" href="([^"]+)"[^>]*>([^<]+)<', agent)
        assert [unescape(label) for _url, label in tabs] == [
            "All", "My open", "My groups' unassigned", "All open", "Waiting for the customer", "Resolved, not closed",
            "Back at my service desk, customer not told", "Opened today"]
        assert active(agent) == ("All", "Views", False)
        client = logged_in(cast.agent)
        for url, label in tabs:
            answer = client.get(unescape(url))
            assert (answer.status_code, active(answer.text)[0]) == (200, unescape(label))
        assert "My open" not in logged_in(cast.customer).get(LIST).text

    def test_a_filter_is_kept_opened_changed_kept_again_and_deleted(self, app, cast, logged_in):
        client = logged_in(cast.agent)
        made = keep(client, query="_flt_0_state=new&q=jam&page_IncidentView=4&csrf_token=x&view=open")
        assert made.status_code == 302, made.text
        assert kept(app) == [("Urgent", "_flt_0_state=new&q=jam", "nobody", None)]
        opened = made.headers["Location"]
        assert active(client.get(opened).text) == (None, "Urgent", False)
        assert active(client.get(f"{LIST}?q=jam&_flt_0_state=new").text) == (None, "Urgent", False)
        changed = client.get(f"{opened}&_flt_0_kind=incident").text
        assert active(changed) == (None, "Urgent", True)
        key = opened.rsplit("view=", 1)[1]
        again = submit(client, f"/list-filters/{key}/query", page=LIST, query="q=other")
        assert (again.status_code, kept(app)[0][1]) == (302, "q=other")
        renamed = submit(client, f"/list-filters/{key}", page=LIST, name="Calm", shared=f"group:{cast.first_line}")
        assert (renamed.status_code, kept(app)) == (302, [("Calm", "q=other", "group", cast.first_line)])
        gone = submit(client, f"/list-filters/{key}/delete", page=LIST)
        assert gone.status_code == 404
        gone = client.post(f"/list-filters/{key}/delete", data={"csrf_token": csrf_token(client, LIST), "page": PAGE})
        assert (gone.status_code, kept(app)) == (302, [])

    def test_a_refusal_stays_in_the_dialog(self, app, cast, logged_in):
        client = logged_in(cast.agent)
        for values in ({"name": ""}, {"name": "x" * 101}, {"shared": "everybody"}, {"shared": "group:999"}):
            answer = keep(client, **values)
            assert (answer.status_code, "field-error" in answer.text) == (422, True), values
        assert kept(app) == []
        assert client.get("/list-filters/new/no/such/page").status_code == 404
        assert logged_in(cast.customer).get("/list-filters/new/organisation/people").status_code in (403, 404)

    def test_what_is_shared_is_used_by_others_and_changed_by_none(self, app, cast, logged_in, written):  # noqa: F811
        with written():
            make_incident(title="jam of ours", group=cast.first_line)
        keep(logged_in(cast.manager), name="For all", shared="everybody", query="q=jam")
        keep(logged_in(cast.agent), name="Line one", shared=f"group:{cast.first_line}", query="q=jam")
        before = kept(app)
        # The specialist is in the other group, and sees only what that holds.
        specialist = logged_in(cast.specialist)
        text = specialist.get(LIST).text
        assert ("For all" in text, "Line one" in text, "Shared with me" in text) == (True, False, True)
        key = re.search(r"view=(\d+)", text)[1]
        shown = specialist.get(f"{LIST}?q=jam&view={key}")
        assert (shown.status_code, "jam of ours" in shown.text) == (200, False)
        token = csrf_token(specialist, LIST)
        for path, data in ((f"/{key}", {"name": "Mine now"}), (f"/{key}/query", {"query": ""}),
                           (f"/{key}/delete", {"page": PAGE})):
            answer = specialist.post(f"/list-filters{path}", data={"csrf_token": token, **data})
            assert answer.status_code == 404, path
        assert "Rename or share" not in shown.text
        assert kept(app) == before
        # Who may share with everybody tidies up what others shared so, but not what is a group's.
        manager = logged_in(cast.manager)
        token = csrf_token(manager, LIST)
        own = keep(logged_in(cast.agent), name="Private", query="q=x").headers["Location"].rsplit("view=", 1)[1]
        answer = manager.post(f"/list-filters/{own}/delete", data={"csrf_token": token, "page": PAGE})
        assert answer.status_code == 404

    def test_a_list_opens_with_what_its_reader_chose(self, cast, logged_in):
        client = logged_in(cast.agent)
        submit(client, f"/list-filters/opening/{PAGE}", page=LIST, view="open")
        answer = client.get(LIST)
        assert (answer.status_code, "view=open" in answer.headers["Location"]) == (302, True)
        assert active(client.get(f"{LIST}?view=all").text)[0] == "All"
        cleared = re.search(r'class="chips-clear" href="([^"]+)"', client.get(answer.headers["Location"]).text)[1]
        assert client.get(unescape(cleared)).status_code == 200
        submit(client, f"/list-filters/opening/{PAGE}", page=f"{LIST}?view=all")
        assert client.get(LIST).status_code == 200

    def test_a_visitor_keeps_nothing(self, app, cast):
        client = app.test_client()
        assert client.get(NEW).status_code == 302
        assert kept(app) == []
