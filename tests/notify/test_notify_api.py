"""Notices and mails by REST: one's own are read, mails are for whoever looks after them."""

import pytest
from sqlalchemy import select, update

from addons.incident.tests.page_helpers import rest
from app.notify import notify
from app.notify.api import LINES
from app.notify.mail_services import PAGE
from app.notify.models import Mail, Notice

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
BASE, MAILS = "/api/v1/notice/", "/api/v1/mail/"


def unread(desk, who):
    with desk() as session:
        return session.execute(select(Notice.id).where(
            Notice.user_id == who.user_id, Notice.read_at.is_(None)).order_by(Notice.id)).scalars().all()


def tell(desk, who, record, kind="ticket.assigned"):
    with desk():
        notify([who.person_id], kind, ("incident", record))


class TestNotices:
    def test_are_listed_told_apart_and_read(self, desk, cast, logged_in, incident):
        agent, other = logged_in(cast.agent), rest(logged_in(cast.specialist))
        first, second = incident(title="Printer jam"), incident(title="No paper")
        for record, kind in ((first, "ticket.assigned"), (first, "ticket.noted"), (second, "ticket.assigned")):
            tell(desk, cast.agent, record, kind)
        call = rest(agent)
        page = call("GET", BASE)
        told = page.json["result"]
        assert [(one["kind"], one["record"], one["is_read"]) for one in told] == [
            ("ticket.assigned", second, False), ("ticket.noted", first, False), ("ticket.assigned", first, False)]
        assert (page.json["unread"], page.json["next"]) == (3, None)
        assert "No paper" in told[0]["subject"]
        assert told[0]["message"] == "System assigned it to you"
        assert agent.get(told[0]["url"]).status_code == 200
        assert agent.get(BASE, headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
        # Of a record all, and nobody else's.
        assert other("POST", f"{BASE}{told[1]['id']}/read").status_code == 404
        assert len(unread(desk, cast.agent)) == 3
        assert call("POST", f"{BASE}{told[1]['id']}/read").json == {"unread": 1}
        assert [one["record"] for one in call("GET", f"{BASE}?unread=1").json["result"]] == [second]
        assert call("POST", f"{BASE}read").json == {"unread": 0}
        assert agent.get(BASE, headers={"If-None-Match": page.headers["ETag"]}).status_code == 200

    def test_come_in_pages_and_nonsense_is_refused(self, desk, cast, logged_in):
        with desk():
            for _time in range(LINES + 3):
                notify([cast.agent.person_id], "ticket.noted", None, url="/")
        call = rest(logged_in(cast.agent))
        page = call("GET", BASE).json
        rest_of = call("GET", f"{BASE}?after={page['next']}").json
        ids = [one["id"] for one in page["result"] + rest_of["result"]]
        assert (len(ids), len(set(ids)), rest_of["next"]) == (LINES + 3, LINES + 3, None)
        for wrong in ("after=x", "after=", "unread=yes", "page=2"):
            assert call("GET", f"{BASE}?{wrong}").json["fields"].keys() == {wrong.partition("=")[0]}

    def test_a_visitor_and_a_cookie_without_its_header_are_refused(self, desk, cast, client, logged_in, incident):
        tell(desk, cast.agent, incident())
        assert client.get(BASE).status_code == 401
        assert logged_in(cast.agent).post(f"{BASE}read").status_code == 403
        assert len(unread(desk, cast.agent)) == 1


class TestMails:
    def test_are_listed_and_sent_again(self, desk, cast, logged_in, incident, send, mail_server):
        mail_server.answers["wang@customer.example"] = "550 no such user"
        incident()
        assert send() == ["failed"]
        call = rest(logged_in(cast.admin))
        page = call("GET", f"{MAILS}?state=failed").json
        one = page["result"][0]
        assert (one["address"], one["kind"], one["state"]) == ("wang@customer.example", "ticket.created", "failed")
        assert "550" in one["error"]
        assert page["counts"] == {"waiting": 0, "failed": 1}
        assert call("GET", f"{MAILS}?state=sent").json["result"] == []
        mail_server.answers.clear()
        assert call("POST", f"{MAILS}{one['id']}/send_again").status_code == 200
        assert call("POST", f"{MAILS}{one['id']}/send_again").status_code == 409
        assert call("POST", f"{MAILS}999/send_again").status_code == 404
        assert send()[-1] == "sent"

    def test_come_in_pages_and_nonsense_is_refused(self, desk, cast, logged_in, incident, mail_server):
        incident()
        with desk() as session:
            row = {column.key: value for column, value in zip(
                Mail.__table__.columns, session.execute(select(Mail.__table__)).one(), strict=True)}
            session.connection().execute(Mail.__table__.insert(), [
                {**row, "id": row["id"] + number} for number in range(1, PAGE + 2)])
        call = rest(logged_in(cast.admin))
        page = call("GET", MAILS).json
        following = call("GET", f"{MAILS}?after={page['next']}").json
        assert (len(page["result"]), len(following["result"]), following["next"]) == (PAGE, 2, None)
        for wrong in ("state=lost", "after=x", "all=1"):
            assert call("GET", f"{MAILS}?{wrong}").json["fields"].keys() == {wrong.partition("=")[0]}

    def test_are_not_for_agents(self, desk, cast, logged_in, incident, mail_server):
        incident()
        with desk() as session:
            session.connection().execute(update(Mail).values(state="failed"))
            key = session.execute(select(Mail.id)).scalar_one()
        call = rest(logged_in(cast.agent))
        assert call("GET", MAILS).status_code == call("POST", f"{MAILS}{key}/send_again").status_code == 403
        with desk() as session:
            assert session.execute(select(Mail.state)).scalar_one() == "failed"
