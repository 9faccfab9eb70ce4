"""Mails through a real server: who gets which, in which language, and what becomes of those that do not go through."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from addons.incident.services import incident_service
from app.db import unit_of_work
from app.jobs.models import OutboxMessage
from app.notify import smtp
from app.notify.mails import TRIED_FOR
from app.notify.models import Mail
from app.notify.recipients import MAIL_CHOICES
from app.records.links import Watcher
from app.sdk import clock
from app.sdk.actor import SYSTEM
from app.security.preferences import prefer
from tests.notify.conftest import step
from tests.support.people import make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def parts(message):
    plain, html = message.iter_parts()
    return plain.get_content().replace("\r\n", "\n"), html.get_content()


class TestWhoGetsWhat:
    def test_a_customer_is_told_from_beginning_to_end_and_nothing_internal(self, desk, cast, incident, send,
                                                                           mail_server):
        from addons.ticket.repositories import value_id

        key = incident()
        step(desk, cast.agent, key, "assign", assignee=cast.agent.person_id)
        with desk(cast.agent):
            incident_service.add_note(cast.agent.actor, key, "Not for customers", is_public=False)
            formatted = "<p>请看 <b>这里</b></p><ul><li>一</li></ul>"
            incident_service.add_note(cast.agent.actor, key, formatted, is_public=True)
        step(desk, cast.agent, key, "hold", pending_reason="customer", reason="Secret reason")
        with desk():
            solved = value_id("incident.resolution_code", "solved")
        step(desk, cast.agent, key, "resolve", solution="换纸", resolution_code=solved)
        step(desk, None, key, "close")
        assert send() == ["sent"] * 5
        to = [message["To"] for message in mail_server.messages]
        assert to == ["wang@customer.example"] * 5
        bodies = ["".join(parts(message)) for message in mail_server.messages]
        for body, said in zip(bodies, ("已收到", "回复了", "需要您的答复", "换纸", "已关闭"), strict=True):
            assert "王伟，您好" in body
            assert said in body
        everything = "".join(bodies)
        assert "Not for customers" not in everything
        assert "Secret" not in everything
        assert "desk.example.com/incident" not in everything  # no log-in, no page
        plain, html = parts(mail_server.messages[1])
        assert "请看 这里\n\n- 一" in plain
        assert "<b>这里</b>" in html
        assert "&lt;b&gt;卡纸&lt;/b&gt;" in html
        assert "<b>卡纸</b>" in plain

    def test_mails_of_a_ticket_thread_and_say_that_a_machine_wrote_them(self, desk, cast, incident, send, mail_server):
        key = incident()
        with desk(cast.agent):
            incident_service.add_note(cast.agent.actor, key, "Paper?", is_public=True)
        send()
        first, second = mail_server.messages
        assert first["Subject"] == second["Subject"]
        assert first["Subject"].endswith("打印机 <b>卡纸</b>")
        assert first["Message-ID"] != second["Message-ID"]
        assert first["References"] == second["References"] == second["In-Reply-To"]
        assert first["Message-ID"].endswith("@example.com>")
        assert str(first["From"]) == "服务台 <desk@example.com>"
        assert (first["Auto-Submitted"], first["X-Auto-Response-Suppress"]) == ("auto-generated", "All")

    def test_each_in_their_own_language_and_staff_with_a_way_to_the_page(self, desk, cast, incident, send,
                                                                         mail_server):
        key = incident()
        with desk() as session:
            watching = [make_person(name=name, email=f"{tongue}@customer.example", language=tongue).id
                        for name, tongue in (("Ann", "en"), ("李娜", "zh"))]
            watching.append(make_address(session, cast.manager, "boss@desk.example"))
            session.add_all(Watcher(record_type="incident", record_id=key, person_id=one) for one in watching)
        with desk(cast.manager):
            prefer(MAIL_CHOICES, {"ticket.replied": True})
        with desk(cast.agent):
            incident_service.add_note(cast.agent.actor, key, "Look", is_public=True)
        send()
        found = {message["To"]: "".join(parts(message)) for message in mail_server.messages[1:]}
        assert set(found) == {"wang@customer.example", "en@customer.example", "zh@customer.example",
                              "boss@desk.example"}
        assert "Hello Ann" in found["en@customer.example"]
        assert "replied to INC" in found["en@customer.example"]
        assert "李娜，您好" in found["zh@customer.example"]
        assert "https://desk.example.com/incident/incidents/show/" in found["boss@desk.example"]
        assert "show/" not in found["en@customer.example"]

    def test_a_confidential_ticket_says_its_number_only(self, desk, cast, incident, send, mail_server):
        key = incident(confidentiality=1)
        with desk():
            incident_service.add_note(SYSTEM, key, "Salary", is_public=True)
        send()
        for message in mail_server.messages:
            said = message["Subject"] + "".join(parts(message))
            assert "INC" in message["Subject"]
            assert "卡纸" not in said
            assert "Salary" not in said
            assert "保密" in said

    def test_who_has_no_address_or_wants_none_gets_none_and_nothing_fails(self, desk, cast, incident, send,
                                                                          mail_server):
        with desk():
            silent = make_person(name="No address").id
        key = incident(caller=silent)
        with desk(cast.customer):
            prefer(MAIL_CHOICES, {"ticket.created": False})
        incident(caller=cast.customer.person_id)
        step(desk, cast.agent, key, "assign", assignee=cast.agent.person_id)
        assert send() == []
        assert mail_server.messages == []

    def test_who_may_not_see_the_record_any_more_gets_no_mail(self, desk, cast, incident, send, mail_server):
        key = incident(caller=cast.customer.person_id)
        with desk() as session:
            make_address(session, cast.customer, "customer@example.com")
            other = make_person(name="Other").id
        with desk(cast.agent):
            incident_service.add_note(cast.agent.actor, key, "Look", is_public=True)
        with desk():
            incident_service.update(SYSTEM, key, {"caller": other})
        assert send() == ["left_out"]
        assert mail_server.messages == []


def make_address(session, who, address):
    from app.organisation.models import Person

    person = session.execute(select(Person).where(Person.id == who.person_id)).scalar_one()
    person.email = address
    session.flush()
    return person.id


class TestTheServer:
    def test_without_one_nothing_is_kept(self, app, desk, incident, monkeypatch):
        incident()
        with desk() as session:
            assert session.execute(select(func.count()).select_from(Mail)).scalar() == 0

    def test_away_and_back_again(self, app, desk, incident, send, mail_server):
        incident()
        mail_server.stop()
        assert send() == ["waiting"]
        assert send() == ["waiting"]  # the server rests: not tried
        with desk() as session:
            row = session.execute(select(Mail)).scalar_one()
            assert row.attempts == 1
            assert row.error
        mail_server.start()
        app.extensions.pop(smtp.EXTENSION)
        assert send() == ["sent"]
        assert send() == ["sent"]
        assert len(mail_server.messages) == 1

    def test_a_recipient_refused_for_good_is_given_up_at_once(self, desk, incident, send, mail_server):
        mail_server.answers["wang@customer.example"] = "550 no such user"
        incident()
        assert send() == ["failed"]
        with desk() as session:
            assert "550" in session.execute(select(Mail.error)).scalar()

    def test_refused_for_now_it_is_tried_for_three_days_with_growing_pauses(self, app, desk, incident, mail_server):
        from app.notify.sending import send_mail
        from app.sdk.actor import acting_as
        from app.sdk.jobs import Again

        mail_server.answers["wang@customer.example"] = "450 later"
        incident()
        pauses = []
        with app.app_context(), acting_as(SYSTEM, via="job"):
            with unit_of_work() as session:
                payload = session.execute(select(OutboxMessage.payload)).scalar()
            for _time in range(3):
                with pytest.raises(Again) as again:
                    send_mail(payload)
                pauses.append(again.value.after)
            assert pauses == sorted(pauses)
            assert pauses[2] > 4 * pauses[0]
            with unit_of_work(write=True) as session:
                session.connection().execute(update(Mail).values(try_until=clock.now() - timedelta(seconds=1)))
            send_mail(payload)
            with unit_of_work() as session:
                assert session.execute(select(Mail.state)).scalar() == "failed"
        assert timedelta(days=3) == TRIED_FOR

    def test_after_a_crash_behind_the_servers_yes_it_goes_again_under_the_same_id(self, desk, incident, send,
                                                                                mail_server, monkeypatch):
        from app.notify import sending

        incident()
        with monkeypatch.context() as broken:
            broken.setattr(sending, "_end", lambda *_args: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                send()
        assert send() == ["sent"]
        assert len({message["Message-ID"] for message in mail_server.messages}) == 1
        assert len(mail_server.messages) == 2

    def test_what_was_taken_unheard_keeps_its_links_and_goes_again_under_the_same_id(self, app, desk, cast, incident,
                                                                                   send, mail_server):
        from addons.ticket.repositories import value_id

        key = incident()
        with desk():
            solved = value_id("incident.resolution_code", "solved")
        step(desk, cast.agent, key, "assign", assignee=cast.agent.person_id)
        mail_server.is_cut_off = True
        step(desk, cast.agent, key, "resolve", solution="换纸", resolution_code=solved)
        assert set(send()) == {"waiting"}
        mail_server.is_cut_off = False
        app.extensions.pop(smtp.EXTENSION, None)
        assert set(send()) == {"sent"}
        asked = [one for one in mail_server.messages if "/link/" in parts(one)[0]]
        assert [one["Message-ID"] for one in asked] == [asked[0]["Message-ID"]] * 2
        addresses = {re.search(r"/link/\S+", parts(one)[0])[0] for one in asked}
        client = app.test_client()
        assert [client.get(address).status_code for address in sorted(addresses)] == [200, 200]

    def test_nothing_is_sent_inside_a_transaction(self, desk, incident, send, mail_server, monkeypatch):
        from app.db.unit import current

        incident()
        seen = []
        real = smtp.send
        monkeypatch.setattr(smtp, "send", lambda *args: (seen.append(current()), real(*args)))
        assert send() == ["sent"]
        assert seen == [None]
