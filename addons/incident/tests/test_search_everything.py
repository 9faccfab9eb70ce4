"""The one search: everything that the reader may see and nothing else, the closest first, page by page."""

import re
from urllib.parse import quote

import pytest

from addons.incident.services import incident_service
from app.db import session, unit_of_work
from app.organisation.services import person_service
from app.records import attachments
from app.sdk.actor import SYSTEM, acting_as
from app.security.services import field_right_service
from app.web import search_kinds
from app.web.search_marks import snippet

REST = "/api/v1/search/"


def found(client, text, **more):
    """Return {kind: titles in their order}."""
    arguments = "".join(f"&{name}={value}" for name, value in more.items())
    groups = client.get(f"{REST}?q={quote(text)}{arguments}").json["result"]
    return {one["kind"]: [row["title"].split(" ", 1)[-1] for row in one["results"]] for one in groups if one["results"]}


@pytest.fixture
def known(app, cast, queue):
    """Incidents whose word stands in different places, one of them of the second line only."""
    made = {
        "text": queue.make("Something else", description="<p>the toner is <b>empty</b> &amp; dry</p>"),
        "title": queue.make("Toner low"), "chinese": queue.make("三楼打印机卡纸"),
        "said": queue.make("A question"), "inside": queue.make("Another question"),
        "file": queue.make("With a picture"), "hidden": queue.make("Secret toner", group=cast.second_line),
    }
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        incident_service.add_note(SYSTEM, made["said"], "We ordered toner", is_public=True)
        incident_service.add_note(SYSTEM, made["inside"], "They waste toner", is_public=False)
        one = incident_service.get_for_update(made["file"])
        attachments.add(session(), one, "toner 收据.txt", b"x", is_public=True)
        attachments.add(session(), one, "internal invoice.txt", b"x", is_public=False)
        person_service.update(SYSTEM, cast.customer.person_id, {"name": "欧阳晓红", "phone": "021-55667788"})
    return made


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_it_finds_what_the_reader_may_see_the_closest_first(cast, logged_in, known, statements):
    agent, customer, second = logged_in(cast.agent), logged_in(cast.customer), logged_in(cast.specialist)
    assert found(agent, "toner")["incident"] == [
        "Secret toner", "Toner low", "Something else", "With a picture", "Another question", "A question"]
    # Customers find by what is public only, and the second line what its groups hold.
    assert found(customer, "toner")["incident"] == [
        "Secret toner", "Toner low", "Something else", "With a picture", "A question"]
    assert found(second, "toner") == {"incident": ["Secret toner"]}
    assert (found(agent, "invoice"), found(customer, "invoice")) == ({"incident": ["With a picture"]}, {})
    for typed in ("打印机", "dayinji", "dyj", "INC00003", "3"):
        assert found(agent, typed)["incident"][0] == "三楼打印机卡纸", typed
    for typed in ("晓红", "ouyang", "oyxh", "+86 21 5566 7788"):
        assert found(agent, typed)["person"] == ["欧阳晓红"], typed
    assert "person" not in found(customer, "晓红")
    page = agent.get("/search/?q=toner").text
    assert "the <mark>toner</mark> is empty &amp; dry" in page
    assert "They waste <mark>toner</mark>" in page
    assert "They waste" not in customer.get("/search/?q=toner").text
    with statements() as sent:
        agent.get("/search/?q=toner")
    assert len(sent) <= 20, sent


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestSearch:
    def test_it_is_narrowed_and_gone_through_page_by_page(self, cast, logged_in, known, queue, monkeypatch):
        monkeypatch.setattr("app.web.search_view.A_PAGE", 2)
        agent = logged_in(cast.agent)
        queue.step(known["title"], "cancel", reason="Mistake")
        assert found(agent, "toner", state="over") == {"incident": ["Toner low"]}
        assert "Toner low" not in found(agent, "toner", state="open")["incident"]
        assert len(found(agent, "toner", days=7)["incident"]) == 6
        assert found(agent, "toner", kind="person") == {}
        seen, address = [], "/search/?q=toner&kind=incident"
        while address:
            page = agent.get(address).text
            seen += re.findall(r'href="/incident/incidents/show/(\d+)"', page.split("search-group")[1])
            onward = re.search(r'rel="next" href="([^"]+)"', page)
            address = onward and onward[1].replace("&amp;", "&")
        assert (len(seen), len(set(seen))) == (6, 6)

    def test_a_hidden_field_finds_nothing_and_shows_nothing(self, app, cast, logged_in, known):
        agent = logged_in(cast.agent)
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            field_right_service.set(SYSTEM, "incident", "description", {None: "hidden"})
        assert found(agent, "empty") == {}
        assert "Something else" not in agent.get("/search/?q=toner").text

    def test_a_text_that_was_changed_is_not_found_by_what_it_said(self, app, cast, logged_in, known):
        from sqlalchemy import update

        from app.records.timeline import TimelineEntry

        with app.app_context(), unit_of_work(write=True) as unit, acting_as(SYSTEM):
            unit.execute(update(TimelineEntry).where(TimelineEntry.body == "They waste toner").values(body="(removed)"))
        assert "Another question" not in found(logged_in(cast.agent), "toner")["incident"]

    def test_nonsense_finds_nothing(self, client, cast, logged_in):
        agent = logged_in(cast.agent)
        for typed in ("", "%", "'\"*", "(", "\0", "a" * 500, "<script>"):
            assert agent.get(f"/search/?q={quote(typed)}&after=9.x&state=odd&days=odd&kind=odd").status_code == 200
            assert agent.get(f"{REST}?q={quote(typed)}&after=.&days=99999").status_code == 200
        assert (client.get("/search/?q=a").status_code, client.get(REST).status_code) == (302, 401)

    def test_addons_bring_kinds_of_their_own(self, cast, logged_in, monkeypatch):
        from app.addon_system.registry import current_registry

        class Articles(search_kinds.SearchKind):
            key, label = "article", "Articles"

            def may(self, actor):
                return actor.can("incident.see_internal")

            def hits(self, actor, question):
                return [search_kinds.Hit(1, search_kinds.TEXT)] if question.text == "toner" else []

            def results(self, actor, question, hits):
                return [search_kinds.Result(hit.id, "Changing the toner", "/a/1") for hit in hits]

        with logged_in(cast.agent).application.app_context():
            monkeypatch.setattr(current_registry(), "slots", [*current_registry().slots, Articles()])
        assert found(logged_in(cast.agent), "toner")["article"] == ["the toner"]
        assert "article" not in found(logged_in(cast.customer), "toner")


def test_a_snippet_is_safe_and_says_where():
    text = "x" * 90 + " <b>Toner</b> <script>alert(1)</script> & more " + "y" * 200
    shown = str(snippet(text, "toner"))
    assert "<mark>Toner</mark>" in shown
    assert "<script>" not in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert snippet("nothing of it", "toner") == ""
