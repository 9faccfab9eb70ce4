"""Who is told of what, in which language, and that nobody learns of what they may not see."""

import re

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import unit_of_work
from app.jobs import housekeeping
from app.notify import notify
from app.notify.models import Notice
from app.notify.service import CHOICES
from app.records.links import Watcher
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.security.preferences import prefer
from tests.support.people import csrf_token, make_login


@pytest.fixture
def desk(app, cast):
    """Work in committed units: `with desk(who):` acts as that person."""
    from contextlib import contextmanager

    @contextmanager
    def acting(who=None):
        with app.app_context(), unit_of_work(write=True) as session, acting_as(who.actor if who else SYSTEM):
            yield session

    return acting


@pytest.fixture
def incident(desk, cast):
    """An incident of the customer in the first group, held by nobody."""
    with desk() as _session:
        return incident_service.create(SYSTEM, {"title": "Printer jam", "caller": cast.customer.person_id,
                                                "group": cast.first_line}).id


@pytest.fixture
def told(desk):
    """`told(cast.agent)` is what somebody was told: (kind, number, is it read)."""

    def of(who):
        with desk() as session:
            rows = session.execute(select(Notice).where(Notice.user_id == who.user_id).order_by(Notice.id)).scalars()
            return [(row.kind, row.number, row.read_at is not None) for row in rows]

    return of


def step(desk, who, incident, action, **values):
    with desk(who):
        incident_service.transition(who.actor if who else SYSTEM, incident, action, values)


class TestWhoIsTold:
    def test_whoever_is_given_a_ticket_and_nobody_of_their_own_doing(self, desk, cast, incident, told):
        step(desk, cast.manager, incident, "assign", assignee=cast.agent.person_id)
        assert told(cast.agent) == [("ticket.assigned", 1, False)]
        assert told(cast.manager) == []
        step(desk, cast.agent, incident, "assign", assignee=cast.manager.person_id)
        assert told(cast.manager) == [("ticket.assigned", 1, False)]
        assert told(cast.agent) == [("ticket.assigned", 1, False)]

    def test_whoever_loses_a_ticket_to_another_group(self, desk, cast, incident, told):
        step(desk, None, incident, "assign", assignee=cast.agent.person_id)
        step(desk, cast.manager, incident, "transfer", group=cast.second_line, reason="Network")
        assert told(cast.agent) == [("ticket.assigned", 1, False), ("ticket.taken", 1, False)]

    def test_a_group_only_where_its_members_want_it(self, desk, cast, incident, told):
        step(desk, cast.agent, incident, "assign", group=cast.second_line, reason="Network")
        assert told(cast.specialist) == []
        with desk(cast.specialist):
            prefer(CHOICES, {"ticket.group": True})
        step(desk, cast.agent, incident, "assign", group=cast.first_line, reason="Back")
        step(desk, cast.agent, incident, "assign", group=cast.second_line, reason="Again")
        assert told(cast.specialist) == [("ticket.group", 1, False)]

    def test_replies_go_to_the_caller_and_notes_do_not(self, desk, cast, incident, told):
        with desk() as session:
            session.add(Watcher(record_type="incident", record_id=incident, person_id=cast.manager.person_id))
            session.add(Watcher(record_type="incident", record_id=incident, person_id=cast.customer.person_id))
        for is_public in (False, True):
            with desk(cast.agent):
                incident_service.add_note(cast.agent.actor, incident, "Look here", is_public=is_public)
        assert told(cast.manager) == [("ticket.noted", 1, False), ("ticket.replied", 1, False)]
        assert told(cast.customer) == [("ticket.replied", 1, False)]
        assert told(cast.agent) == []

    def test_the_end_is_told_to_who_waits_for_it(self, desk, cast, incident, told):
        from addons.ticket.repositories import value_id

        with desk():
            solved = value_id("incident.resolution_code", "solved")
        step(desk, None, incident, "assign", assignee=cast.agent.person_id)
        step(desk, cast.agent, incident, "resolve", solution="Paper", resolution_code=solved)
        step(desk, cast.manager, incident, "reopen", reason="Still jams")
        assert told(cast.customer) == [("ticket.resolved", 1, False), ("ticket.reopened", 1, False)]
        assert told(cast.agent) == [("ticket.assigned", 1, False), ("ticket.reopened", 1, False)]

    def test_what_a_user_switched_off_is_not_kept(self, desk, cast, incident, told):
        with desk(cast.agent):
            prefer(CHOICES, {"ticket.assigned": False})
        step(desk, cast.manager, incident, "assign", assignee=cast.agent.person_id)
        assert told(cast.agent) == []

    def test_the_same_again_is_one_line_until_it_is_read(self, desk, cast, incident, told, logged_in):
        step(desk, None, incident, "assign", assignee=cast.agent.person_id)
        for _round in range(3):
            with desk(cast.manager):
                incident_service.add_note(cast.manager.actor, incident, "More", is_public=False)
        assert told(cast.agent) == [("ticket.assigned", 1, False), ("ticket.noted", 3, False)]
        browser = logged_in(cast.agent)
        assert "3 times" in browser.get("/notices/").text
        with desk() as session:
            key = session.execute(select(Notice.id).where(Notice.kind == "ticket.noted")).scalar()
        token = csrf_token(browser, "/notices/")
        browser.post(f"/notices/{key}/read", data={"csrf_token": token})
        assert told(cast.agent) == [("ticket.assigned", 1, True), ("ticket.noted", 3, True)]
        with desk(cast.manager):
            incident_service.add_note(cast.manager.actor, incident, "Again", is_public=False)
        assert told(cast.agent)[-1] == ("ticket.noted", 1, False)

    def test_a_refused_step_tells_nobody(self, desk, cast, incident, told):
        from app.sdk.errors import BusinessError

        with pytest.raises(BusinessError):
            step(desk, cast.manager, incident, "transfer", group=cast.second_line)
        assert told(cast.specialist) == told(cast.agent) == []

    def test_a_kind_that_nobody_declared_is_not_told(self, desk, cast):
        with desk():
            assert notify([cast.agent.person_id], "nobody.knows") == 0


class TestWhatIsShown:
    def test_each_in_their_own_language(self, desk, cast, incident, logged_in):
        step(desk, cast.manager, incident, "assign", assignee=cast.agent.person_id)
        browser = logged_in(cast.agent)
        english = browser.get("/notices/latest").text
        assert "Name of manager assigned it to you" in english
        assert f'href="/incident/incidents/show/{incident}"' in english
        browser.get("/lang/zh")
        assert "Name of manager 将其分配给您" in browser.get("/notices/latest").text

    def test_nothing_of_what_the_reader_may_not_see(self, desk, cast, incident, logged_in):
        with desk():
            stranger = make_login("incident.role_second_line", groups=[cast.second_line])
            notify([stranger.person_id], "ticket.assigned", ("incident", incident))
        browser = logged_in(stranger)
        assert "Printer jam" not in browser.get("/notices/").text
        assert "count-dot" not in browser.get("/notices/count").text
        step(desk, None, incident, "transfer", group=cast.second_line, reason="Network")
        assert "Printer jam" in browser.get("/notices/").text
        assert ">1<" in browser.get("/notices/count").text
        with desk():
            incident_service.delete(SYSTEM, incident, "Made by mistake")
        assert "count-dot" not in browser.get("/notices/count").text

    def test_the_bell_costs_one_statement_and_its_menu_two(self, desk, cast, incident, logged_in, statements):
        with desk():
            for _number in range(20):
                other = incident_service.create(SYSTEM, {"title": "Jam", "caller": cast.customer.person_id}).id
                notify([cast.agent.person_id], "ticket.assigned", ("incident", other))
        browser = logged_in(cast.agent)
        for path, cost in (("/notices/count", 2), ("/notices/latest", 3), ("/notices/", 3)):
            browser.get(path)
            with statements() as sent:
                answer = browser.get(path)
            assert len(sent) == cost, (path, sent)  # the first of them is who asks
        assert answer.text.count('class="notice is-unread"') == 20

    def test_all_are_read_at_once_and_only_ones_own(self, desk, cast, incident, told, logged_in):
        with desk():
            notify([cast.agent.person_id, cast.manager.person_id], "ticket.assigned", ("incident", incident))
        browser = logged_in(cast.agent)
        token = csrf_token(browser, "/notices/")
        with desk() as session:
            others = session.execute(select(Notice.id).where(Notice.user_id == cast.manager.user_id)).scalar()
        browser.post(f"/notices/{others}/read", data={"csrf_token": token})
        browser.post("/notices/read-all", data={"csrf_token": token})
        assert (told(cast.agent), told(cast.manager)) == (
            [("ticket.assigned", 1, True)], [("ticket.assigned", 1, False)])
        assert "is-unread" not in browser.get("/notices/?show=unread").text

    def test_looking_changes_nothing(self, desk, cast, incident, told, logged_in):
        with desk():
            notify([cast.agent.person_id], "ticket.assigned", ("incident", incident))
        browser = logged_in(cast.agent)
        for path in ("/notices/", "/notices/latest", "/notices/count", "/notices/?show=unread&page=7",
                     "/notices/?page=x"):
            assert browser.get(path).status_code == 200
        assert told(cast.agent) == [("ticket.assigned", 1, False)]


def test_old_notices_are_tidied_up(desk, cast, app):
    from datetime import timedelta

    now = clock.now()
    with desk() as session:
        for days, is_read in ((10, True), (40, True), (40, False), (400, False)):
            then = now - timedelta(days=days)
            session.add(Notice(user_id=cast.agent.user_id, at=then, kind="ticket.assigned", actor_label="x", params={},
                               read_at=then if is_read else None))
    with app.app_context(), acting_as(SYSTEM, via="job"):
        housekeeping.tidy_up({})
    with desk() as session:
        rows = session.execute(select(Notice.at, Notice.read_at)).all()
    assert sorted(((now - row[0]).days, row[1] is not None) for row in rows) == [(10, True), (40, False)]


def test_a_background_question_keeps_nobody_logged_in(desk, cast, logged_in):
    from datetime import timedelta

    from app.security.models import LoginSession

    browser = logged_in(cast.agent)
    with desk() as session:
        row = session.execute(select(LoginSession).where(LoginSession.user_id == cast.agent.user_id)).scalar_one()
        row.last_seen_at = before = clock.now() - timedelta(hours=1)
    browser.get("/notices/count", headers={"X-Background": "1"})
    with desk() as session:
        assert session.execute(select(LoginSession.last_seen_at).where(LoginSession.id == row.id)).scalar() == before
    browser.get("/notices/count")
    with desk() as session:
        assert session.execute(select(LoginSession.last_seen_at).where(LoginSession.id == row.id)).scalar() > before


def test_the_page_has_the_bell(cast, logged_in):
    text = logged_in(cast.agent).get("/").text
    assert re.search(r'hx-get="/notices/count" hx-trigger="load', text)


def test_incidents_are_still_what_they_were(desk, incident):
    with desk() as session:
        assert session.get(Incident, incident).number
