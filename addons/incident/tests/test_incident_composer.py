"""What people say about an incident: canned replies, mentions, pictures, and who else is looking."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import Desk
from addons.incident.tests.page_helpers import ADD, committed, route
from app.db import unit_of_work
from app.notify.models import Notice
from app.records import timeline
from app.records.attachments import Attachment
from app.records.events import PersonMentioned
from app.records.links import Watcher
from app.records.presence import RecordPresence
from app.records.settings import setting_service
from app.records.timeline import TimelineEntry
from app.sdk import clock, events
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import InvalidField
from tests.records.test_attachments import PNG
from tests.support.people import csrf_token, make_login, make_person, submit

# What does not depend on the database is shown on one of them.
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
JSON = {"Accept": "application/json"}


def write(client, page, **values):
    return client.post(route(page, "note"), headers=JSON, data={"csrf_token": csrf_token(client, page), **values})


def poll(client, page, after=0, **values):
    return client.post(route(page, "presence"), headers={"X-CSRFToken": csrf_token(client, page), **JSON},
                       data={"after": after, **values})


def upload(client, page, content=PNG, name="screen.png", is_public=""):
    answer = client.post(route(page, "attachments"), headers=JSON, data={
        "csrf_token": csrf_token(client, page), "is_public": is_public, "file": (io.BytesIO(content), name)})
    assert answer.status_code == 200, answer.text
    return answer.json["files"][0]


@on_sqlite
class TestCannedReplies:
    def test_they_come_filled_from_the_record(self, cast, logged_in, incident):
        answer = logged_in(cast.agent).get(route(incident, "canned?public=1"))
        texts = {one["name"]: one["text"] for one in answer.json["results"]}
        assert "INC00001" in texts["We are looking into it"]
        assert "Name of customer" in texts["We are looking into it"]
        assert "Name of agent" in texts["We are looking into it"]
        assert not any("{{" in text for text in texts.values())
        assert "Called without success" not in texts

    def test_a_reply_speaks_the_language_of_the_caller_and_a_note_that_of_the_writer(self, app, cast, logged_in):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            caller = make_login("incident.role_customer", language="zh", name="李娜")
        agent = logged_in(cast.agent)
        page = submit(agent, ADD, caller=caller.person_id, title="x", kind="incident").headers["Location"]
        reply = agent.get(route(page, "canned?public=1")).json["results"][0]
        assert reply["name"] == "We are looking into it"
        assert reply["text"].startswith("李娜，您好！")
        note = agent.get(route(page, "canned?public=")).json["results"][0]
        assert note["text"] == "Called 李娜, nobody answered. Will try again."

    def test_they_are_found_by_pinyin_and_initials(self, cast, logged_in, incident):
        words = logged_in(cast.agent).get(route(incident, "canned?public=")).json["results"][0]["words"]
        for typed in ("called", "电话", "dianhua", "dhwjt"):
            assert typed in words, typed

    def test_neither_customers_nor_who_writes_nothing_are_told(self, cast, logged_in, incident):
        for who, status in ((cast.customer, 404), (cast.auditor, 403)):
            client = logged_in(who)
            for name in ("canned", "colleagues?q="):
                assert client.get(route(incident, name)).status_code == status, (who.username, name)

    def test_their_page_is_for_who_may_write_them(self, app, cast, logged_in):
        base = "/records/canned-replies"
        assert logged_in(cast.agent).get(f"{base}/list/").status_code in (302, 403)
        manager = logged_in(cast.manager)
        refused = submit(manager, f"{base}/add", **{"name-en": "Hi", "text-en": "Dear {{you}}", "use": "both"})
        assert refused.status_code == 422
        assert "{{you}}" in refused.text
        made = submit(manager, f"{base}/add", **{"name-en": "Hi", "text-en": "Dear {{caller}}", "use": "both",
                                                 "is_active": "y"})
        assert made.status_code == 302, made.text
        assert "Dear {{caller}}" in manager.get(made.headers["Location"]).text


class TestMentions:
    def test_colleagues_are_found_and_customers_are_not(self, cast, logged_in, incident):
        agent = logged_in(cast.agent)
        found = {one["name"] for one in agent.get(route(incident, "colleagues?q=name")).json["results"]}
        assert {"Name of specialist", "Name of manager"} <= found
        assert "Name of customer" not in found

    def test_a_mentioned_colleague_watches_and_is_linked(self, app, cast, logged_in, incident):
        heard = []
        events.subscribe(PersonMentioned, heard.append)
        agent, person = logged_in(cast.agent), cast.specialist.person_id
        body = "@Name of specialist please look, mail@Name of specialist"
        assert write(agent, incident, body=body, mention=person).json == {"reload": False}
        assert committed(app, select(Watcher.person_id)) == [person]
        assert [(one.person_id, one.is_public, one.text) for one in heard] == [(person, False, body)]
        # Told once: as somebody who is named, not besides as somebody who watches.
        assert committed(app, select(Notice.kind).where(Notice.user_id == cast.specialist.user_id)) == [
            "ticket.mentioned"]
        page = agent.get(incident).text
        assert f'<a class="mention" href="/organisation/people/show/{person}">@Name of specialist</a>' in page
        # A second time nobody watches twice.
        assert write(agent, incident, body=body, mention=person).status_code == 200
        assert committed(app, select(Watcher.person_id)) == [person]

    def test_whose_name_is_not_in_the_text_is_not_mentioned(self, app, cast, logged_in, incident):
        write(logged_in(cast.agent), incident, body="nobody", mention=cast.specialist.person_id)
        assert committed(app, select(Watcher.person_id)) == []

    def test_a_customer_mentions_nobody_and_nothing_is_written(self, app, cast, logged_in, incident):
        before = len(committed(app, select(TimelineEntry.id)))
        answer = write(logged_in(cast.customer), incident, body="@Name of specialist", is_public="1",
                       mention=cast.specialist.person_id)
        assert (answer.status_code, set(answer.json["fields"])) == (422, {"body"})
        assert len(committed(app, select(TimelineEntry.id))) == before
        assert committed(app, select(Watcher.person_id)) == []

    def test_whoever_has_no_log_in_is_no_colleague(self, unit):
        desk = Desk()
        ticket = desk.incident()
        before = unit.execute(select(func.count(TimelineEntry.id))).scalar()
        for person in (desk.caller, make_person(), desk.specialist):
            with acting_as(desk.agent), pytest.raises(InvalidField) as refused:
                incident_service.add_note(desk.agent, ticket.id, f"@{person.name}", is_public=False,
                                          mentions=[person.id])
            assert set(refused.value.fields) == {"body"}
        with acting_as(SYSTEM):
            assert unit.execute(select(func.count(Watcher.id))).scalar() == 0
            assert unit.execute(select(func.count(TimelineEntry.id))).scalar() == before

    def test_a_customer_reads_the_name_without_a_link(self, cast, logged_in, incident):
        write(logged_in(cast.agent), incident, body="@Name of specialist comes", is_public="1",
              mention=cast.specialist.person_id)
        page = logged_in(cast.customer).get(incident).text
        assert '<span class="mention">@Name of specialist</span> comes' in page
        assert "/organisation/people/show/" not in page

    def test_by_rest(self, app, cast, logged_in, incident):
        agent = logged_in(cast.agent)
        headers = {"X-CSRFToken": csrf_token(agent, ADD)}
        address = f"/api/v1/incident/{incident.rsplit('/', 1)[1]}/note"
        person = cast.specialist.person_id
        refused = agent.post(address, json={"body": "x", "mentions": ["1"]}, headers=headers)
        assert refused.status_code == 422
        made = agent.post(address, json={"body": "@Name of specialist", "mentions": [person]}, headers=headers)
        assert made.status_code == 201, made.text
        assert committed(app, select(Watcher.person_id)) == [person]


@on_sqlite
class TestPictures:
    def test_one_stands_in_its_note(self, cast, logged_in, incident):
        agent = logged_in(cast.agent)
        file = upload(agent, incident)
        assert file["is_picture"]
        write(agent, incident, body=f"see\n![screen.png](attachment:{file['id']})\nthere")
        url = route(incident, f"attachments/{file['id']}/picture").replace("http://localhost", "")
        assert f'<img src="{url}" alt="screen.png" loading="lazy">' in agent.get(incident).text
        with agent.get(url) as shown:
            assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/png", PNG)
            assert shown.headers["X-Content-Type-Options"] == "nosniff"
            assert "attachment" not in shown.headers.get("Content-Disposition", "")

    @pytest.mark.parametrize(("name", "content"), [
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("notes.txt", b"plain"),
    ])
    def test_nothing_else_is_shown_in_place(self, cast, logged_in, incident, name, content):
        agent = logged_in(cast.agent)
        file = upload(agent, incident, content, name)
        assert not file["is_picture"]
        assert agent.get(route(incident, f"attachments/{file['id']}/picture")).status_code == 404

    def test_a_customer_sees_that_of_a_reply_and_no_other(self, app, cast, logged_in, incident):
        agent, customer = logged_in(cast.agent), logged_in(cast.customer)
        ids = [upload(agent, incident, PNG + bytes([number]))["id"] for number in range(2)]
        for key in ids:
            assert customer.get(route(incident, f"attachments/{key}/picture")).status_code == 404
        write(agent, incident, body=f"![a](attachment:{ids[0]})", is_public="1")
        assert committed(app, select(Attachment.is_public).order_by(Attachment.id)) == [True, False]
        for key, status in zip(ids, (200, 404), strict=True):
            with customer.get(route(incident, f"attachments/{key}/picture")) as answer:
                assert answer.status_code == status

    def test_nobody_shows_what_somebody_else_kept_inside(self, app, cast, logged_in, incident):
        key = upload(logged_in(cast.agent), incident)["id"]
        for who in (cast.customer, cast.manager):
            write(logged_in(who), incident, body=f"![a](attachment:{key})", is_public="1")
        assert committed(app, select(Attachment.is_public)) == [False]

    def test_not_by_another_record(self, cast, logged_in, incident):
        agent = logged_in(cast.agent)
        key = upload(agent, incident)["id"]
        other = submit(agent, ADD, caller=cast.agent.person_id, title="y", kind="incident").headers["Location"]
        assert agent.get(route(other, f"attachments/{key}/picture")).status_code == 404

    def test_names_and_tags_do_nothing(self, cast, logged_in, incident):
        agent = logged_in(cast.agent)
        body = '![x" onerror="alert(1)](attachment:1) <b>@Name of specialist</b> ![<i>](attachment:2)'
        write(agent, incident, body=body, mention=cast.specialist.person_id)
        page = agent.get(incident).text
        assert 'alt="x&quot; onerror=&quot;alert(1)"' in page or 'alt="x&#34; onerror=&#34;alert(1)"' in page
        assert "<i>" not in page.split('id="timeline-entries"')[1]

    def test_files_say_who_and_when(self, cast, logged_in, incident):
        agent = logged_in(cast.agent)
        upload(agent, incident)
        files = agent.get(incident).text.split('class="files"')[1]
        assert "Name of agent" in files
        assert "<time" in files


@on_sqlite
class TestSending:
    def test_a_refusal_is_told_as_data_and_nothing_is_written(self, app, cast, logged_in, incident):
        before = len(committed(app, select(TimelineEntry.id)))
        answer = write(logged_in(cast.agent), incident, body="   ")
        assert (answer.status_code, set(answer.json["fields"])) == (422, {"body"})
        refused = write(logged_in(cast.customer), incident, body="internal")
        assert refused.status_code == 403
        assert len(committed(app, select(TimelineEntry.id))) == before

    def test_without_a_script_the_page_comes_back(self, cast, logged_in, incident):
        answer = submit(logged_in(cast.agent), route(incident, "note"), page=incident, body="plain")
        assert (answer.status_code, answer.headers["Location"]) == (302, incident.replace("http://localhost", ""))


@on_sqlite
class TestTimeline:
    def fill(self, app, incident, number):
        key = int(incident.rsplit("/", 1)[1])
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
            record = session.get(Incident, key)
            for count in range(number):
                timeline.add_note(session, record, f"note {count}", is_public=count % 2 == 0)

    def test_the_page_shows_the_newest_and_the_rest_on_demand(self, app, cast, logged_in, incident):
        self.fill(app, incident, 70)
        agent = logged_in(cast.agent)
        shown = agent.get(incident).text.split('id="timeline-entries"')[1]
        seen, number = [], 0
        while True:
            seen += [part.split('"')[0] for part in shown.split('data-entry="')[1:]]
            if "before=" not in shown:
                break
            address = shown.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
            shown, number = agent.get(address, headers={"HX-Request": "true"}).text, number + 1
        assert number == 2
        assert sorted(seen) == sorted(map(str, committed(app, select(TimelineEntry.id))))
        assert len(seen) == len(set(seen))
        assert ("logged this" in shown, "Name of agent" in shown) == (True, True)

    def test_a_part_is_for_its_reader(self, app, cast, logged_in, incident):
        self.fill(app, incident, 4)
        asked = {"HX-Request": "true"}
        ours = logged_in(cast.agent).get(route(incident, "entries?only=conversation"), headers=asked).text
        theirs = logged_in(cast.customer).get(route(incident, "entries?only=conversation"), headers=asked).text
        assert (ours.count("data-entry="), theirs.count("data-entry=")) == (4, 2)
        assert ("note 1" in ours, "note 1" in theirs) == (True, False)

    def test_by_its_own_address_it_is_the_page(self, cast, logged_in, incident):
        assert logged_in(cast.agent).get(route(incident, "entries")).status_code == 302


class TestPresence:
    def test_two_agents_see_each_other_and_what_is_written(self, cast, logged_in, incident):
        agent, manager = logged_in(cast.agent), logged_in(cast.manager)
        assert poll(agent, incident, after=10**6).status_code == 204
        seen = poll(manager, incident, after=10**6).json
        assert "Name of agent" in seen["people"]
        assert (seen["typing"], seen["entries"]) == ("", "")
        poll(agent, incident, after=10**6, typing="1")
        assert poll(manager, incident, after=10**6).json["typing"] == "Name of agent is typing…"
        last = seen["last"]
        write(agent, incident, body="Found it")
        news = poll(manager, incident, after=last).json
        assert "Found it" in news["entries"]
        assert news["entries"].count("data-entry=") == 1
        assert poll(manager, incident, after=news["last"]).json["entries"] == ""

    @pytest.mark.parametrize("shows_people", [True, False])
    def test_an_open_page_learns_of_what_is_changed_and_withdrawn(self, app, cast, logged_in, incident, shows_people):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            setting_service.change(SYSTEM, {"web.presence": shows_people})
        agent, customer = logged_in(cast.agent), logged_in(cast.customer)
        write(agent, incident, body="Call 110", is_public="1")
        write(agent, incident, body="Wrong ticket")
        note, reply = committed(app, select(TimelineEntry.id).order_by(TimelineEntry.id.desc()).limit(2))
        assert poll(agent, incident, after=note, changed="").status_code == 204
        submit(agent, route(incident, f"entries/{reply}/edit"), body="Call 120", seen="")
        told = poll(agent, incident, after=note, changed="").json
        assert (told["entries"], "Call 120" in told["changed"], told["changed"].count("data-entry=")) == ("", True, 1)
        assert f'data-changed="{told["changed_at"]}"' in agent.get(incident).text
        assert poll(agent, incident, after=note, changed=told["changed_at"]).status_code == 204
        submit(agent, route(incident, f"entries/{note}/withdraw"), reason="Of another")
        told = poll(agent, incident, after=note, changed=told["changed_at"]).json
        assert "Of another" in told["changed"]
        assert f'data-entry="{note}"' in told["changed"]
        heard = poll(customer, incident, after=note, changed="nonsense").json
        assert ("Call 120" in heard["changed"], "Of another" in heard["changed"]) == (True, False)

    def test_a_customer_hears_of_no_agent_and_no_note(self, cast, logged_in, incident):
        agent, customer = logged_in(cast.agent), logged_in(cast.customer)
        poll(agent, incident, typing="1")
        assert poll(customer, incident).status_code == 204
        write(agent, incident, body="Psst internal")
        assert poll(customer, incident).status_code == 204
        write(agent, incident, body="We are coming", is_public="1")
        told = poll(customer, incident)
        assert "We are coming" in told.json["entries"]
        for words in ("Psst", "is viewing", "is typing"):
            assert words not in told.text
        assert "Name of customer" in poll(agent, incident, after=10**6).json["people"]

    def test_who_may_not_see_the_record_is_not_there(self, app, cast, logged_in, incident):
        # Given to the first line: the second line's specialist does not see it.
        specialist = logged_in(cast.specialist)
        token = csrf_token(specialist, ADD)
        answer = specialist.post(route(incident, "presence"), headers={"X-CSRFToken": token, **JSON}, data={"after": 0})
        assert answer.status_code == 404
        assert committed(app, select(RecordPresence.id)) == []
        assert app.test_client().post(route(incident, "presence")).status_code in (302, 400, 401)

    def test_it_costs_four_statements_and_the_page_no_more_than_it_may(self, cast, logged_in, incident, statements):
        agent, manager = logged_in(cast.agent), logged_in(cast.manager)
        poll(manager, incident)
        token = csrf_token(agent, incident)
        with statements() as sent:
            answer = agent.post(route(incident, "presence"), headers={"X-CSRFToken": token, **JSON},
                                data={"after": 10**6})
        assert "Name of manager" in answer.json["people"]
        assert len(sent) <= 4, sent
        with statements() as sent:
            agent.get(incident)
        assert len(sent) <= 12, sent

    def test_silence_is_absence(self, cast, logged_in, incident, monkeypatch):
        agent, manager = logged_in(cast.agent), logged_in(cast.manager)
        poll(agent, incident)
        now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=50))
        assert poll(manager, incident, after=10**6).status_code == 204


