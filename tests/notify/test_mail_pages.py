"""The pages of mails and their texts: what is refused beside the field, looked at beforehand, sent again."""

import pytest
from sqlalchemy import select

from app.notify import mail_texts
from app.notify.models import Mail, MailTemplate
from app.organisation.models import Person
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TEXT = "/notices/texts/ticket.replied/zh"


@pytest.fixture
def admin(cast, logged_in):
    return logged_in(cast.admin)


def post(browser, address, page, **values):
    return browser.post(address, data={"csrf_token": csrf_token(browser, page), **values})


def texts(desk):
    with desk() as session:
        return [(row.kind, row.language, row.subject) for row in session.execute(select(MailTemplate)).scalars()]


class TestTexts:
    @pytest.mark.parametrize(("subject", "body", "said"), [
        ("{{ nummer }}", "x", "There is no placeholder “nummer”"),
        ("x", "{{ title", "Line 1"),
        ("x", "{% for a in title %}{{ a }}{% endfor %}", "only placeholders"),
        ("x", "{{ title.__class__ }}", "only placeholders"),
        ("x", "{{ 'a' * 1000000000 }}", "only placeholders"),
        ("", "x", "This field is required"),
    ])
    def test_a_wrong_one_is_refused_beside_its_field(self, desk, admin, subject, body, said):
        answer = post(admin, TEXT, TEXT, subject=subject, body=body)
        assert (answer.status_code, said in answer.text) == (422, True), answer.text[-3000:]
        assert texts(desk) == []

    def test_a_changed_one_is_used_and_can_be_brought_back(self, desk, admin, cast, incident, send, mail_server):
        from addons.incident.services import incident_service

        post(admin, TEXT, TEXT, subject="新 {{ number }}", body="{% if text %}说：{{ text }}{% endif %}")
        assert [row[:2] for row in texts(desk)] == [("ticket.replied", "zh")]
        key = incident()
        with desk(cast.agent):
            incident_service.add_note(cast.agent.actor, key, "好", is_public=True)
        send()
        assert mail_server.messages[-1]["Subject"].startswith("新 INC")
        assert "说：好" in mail_server.messages[-1].get_body(("plain",)).get_content()
        post(admin, f"{TEXT}/reset", TEXT)
        assert texts(desk) == []

    def test_it_is_looked_at_with_a_real_record_and_nothing_is_kept(self, desk, admin, incident):
        incident()
        seen = post(admin, f"{TEXT}/preview", TEXT, subject="x", body="工单 {{ title }}", number="")
        assert "工单 打印机 &lt;b&gt;卡纸&lt;/b&gt;" in seen.text
        assert "sandbox" in seen.headers["Content-Security-Policy"]
        assert seen.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "You see no record" in post(admin, f"{TEXT}/preview", TEXT, subject="x", body="y", number="INC9").text
        assert texts(desk) == []

    def test_who_may_not_change_them_does_not(self, desk, admin, cast, logged_in):
        agent = logged_in(cast.agent)
        assert agent.get("/notices/texts/").status_code in (302, 403)
        token = csrf_token(agent, "/profile/")
        assert agent.post(TEXT, data={"csrf_token": token, "subject": "x", "body": "y"}).status_code in (302, 403)
        assert texts(desk) == []
        assert admin.get("/notices/texts/nobody.knows/zh").status_code == 404

    def test_every_shipped_text_is_one_that_could_be_saved(self, context, unit):
        for kind in mail_texts.kinds_with_texts():
            for language in ("zh", "en"):
                text = mail_texts.shipped(kind, language)
                mail_texts.check(kind, "subject", text.subject)
                if mail_texts.text_for(kind, language).body == text.body:
                    mail_texts.check(kind, "body", text.body)


class TestMails:
    def test_what_failed_is_listed_with_its_reason_and_sent_again(self, desk, admin, incident, send, mail_server):
        mail_server.answers["wang@customer.example"] = "550 no such user"
        incident()
        assert send() == ["failed"]
        shown = admin.get("/notices/mails/?state=failed").text
        assert "wang@customer.example" in shown
        assert "550 no such user" in shown
        assert "卡纸" not in shown
        mail_server.answers.clear()
        with desk() as session:
            key = session.execute(select(Mail.id)).scalar()
        assert post(admin, f"/notices/mails/{key}/send-again", "/notices/mails/").status_code == 302
        assert send() == ["sent"]
        assert post(admin, f"/notices/mails/{key}/send-again", "/notices/mails/").status_code == 409
        assert "wang@" not in admin.get("/notices/mails/?state=failed&before=x").text

    def test_a_test_mail_goes_to_oneself(self, desk, cast, admin, send, mail_server):
        assert post(admin, "/notices/mails/test", "/notices/mails/").status_code == 409  # no address
        with desk() as session:
            person = session.execute(select(Person).where(Person.id == cast.admin.person_id)).scalar_one()
            person.email = "admin@desk.example"
            session.flush()
        assert post(admin, "/notices/mails/test", "/notices/mails/").status_code == 302
        assert send() == ["sent"]
        assert mail_server.messages[0]["To"] == "admin@desk.example"

    def test_without_a_server_the_page_says_so(self, admin):
        shown = admin.get("/notices/mails/").text
        assert "There is no mail server" in shown
        assert "test mail" not in shown

    def test_only_who_may_sees_and_sends(self, desk, cast, incident, send, mail_server, logged_in):
        mail_server.answers["wang@customer.example"] = "550 no"
        incident()
        send()
        agent = logged_in(cast.agent)
        assert "wang@" not in agent.get("/notices/mails/").text
        with desk() as session:
            key = session.execute(select(Mail.id)).scalar()
        token = csrf_token(agent, "/profile/")
        assert agent.post(f"/notices/mails/{key}/send-again", data={"csrf_token": token}).status_code in (302, 403)
        assert send() == ["failed"]


def test_each_chooses_for_the_desk_and_for_mail(desk, cast, logged_in):
    agent = logged_in(cast.agent)
    page = agent.get("/profile/").text
    assert 'name="mail-ticket-assigned" value="y" aria-label="A ticket is assigned to me: By mail" checked' in page
    post(agent, "/profile/", "/profile/", has_notices="1", language="en", timezone="Asia/Shanghai",
         **{"notice-ticket-assigned": "y", "mail-ticket-noted": "y"})
    after = agent.get("/profile/").text
    noted = "An internal note on a ticket that I hold or watch: By mail"
    assert f'name="mail-ticket-noted" value="y" aria-label="{noted}" checked' in after
    assert 'name="mail-ticket-assigned" value="y" aria-label="A ticket is assigned to me: By mail">' in after
