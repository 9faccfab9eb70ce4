"""What the caller's word does: a reply, a link, and silence."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from structlog.testing import CapturingLogger

from addons.incident.jobs import close_unanswered
from addons.incident.services import incident_service
from addons.incident.tests.life_helpers import Owned
from addons.incident.tests.page_helpers import BASE, route
from addons.ticket.models import Ticket
from app.db import past_audit, unit_of_work
from app.notify import links, patience
from app.notify.models import Notice
from app.records.audit import AuditEntry
from app.records.picklists import PicklistValue
from app.records.settings import setting_service
from app.records.timeline import TimelineEntry, entries
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(unit) -> Owned:
    return Owned()


def write(desk, who, incident, *, is_public=True):
    with acting_as(desk.who[who], via="mail"):
        incident_service.add_note(desk.who[who], incident.id, "Here is the error number", is_public=is_public)


class TestReply:
    @pytest.mark.parametrize("state", ["assigned", "in_progress"])
    def test_the_incident_is_as_it_was_before_it_waited(self, unit, desk, state):
        incident = desk.in_state(state)
        desk.step("working", incident, "hold", pending_reason="customer")
        write(desk, "caller", incident)
        assert (incident.state, incident.pending_reason, incident.group_id) == (state, None, desk.other.id)
        audit = unit.execute(select(AuditEntry.actor_label, AuditEntry.via, AuditEntry.new).where(
            AuditEntry.record_type == "incident", AuditEntry.record_id == incident.id,
            AuditEntry.field == "state").order_by(AuditEntry.id)).all()
        assert tuple(audit[-1]) == ("Li Na", "mail", state)
        step, said = entries(unit, "incident", incident.id)[:2]
        assert (said.kind, step.data["source"], step.data["target"]) == ("reply", "pending", state)

    @pytest.mark.parametrize(("who", "is_public", "reason"), [
        ("working", True, "customer"), ("working", False, "customer"), ("caller", True, "supplier")])
    def test_nothing_else_sets_it_going(self, desk, who, is_public, reason):
        incident = desk.in_state("in_progress")
        desk.step("working", incident, "hold", pending_reason=reason)
        write(desk, who, incident, is_public=is_public)
        assert (incident.state, incident.pending_reason) == ("pending", reason)

    def test_an_administrator_names_other_reasons(self, unit, desk):
        reason = unit.execute(select(PicklistValue).where(PicklistValue.code == "scheduled")).scalar_one()
        reason.attributes = {"resumes_on_reply": True}
        unit.flush()
        incident = desk.in_state("in_progress")
        desk.step("working", incident, "hold", pending_reason="scheduled")
        write(desk, "caller", incident)
        assert incident.state == "in_progress"

    @pytest.mark.parametrize("state", ["new", "resolved", "closed"])
    def test_what_does_not_wait_stays(self, desk, state):
        incident = desk.in_state(state)
        write(desk, "caller", incident)
        assert incident.state == state


class TestPages:
    """By the page of a customer, and by the link."""

    @pytest.fixture(autouse=True)
    def patient(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "PUBLIC_URL", "http://localhost")
        app.extensions.pop(patience.EXTENSION, None)

    @pytest.fixture
    def solved(self, queue, cast):
        """An incident of the customer, held by an agent, that the second line has solved and the desk told of."""
        code = queue.value("incident.resolution_code", "solved")
        return queue.make("Router down", ("assign", {"group": cast.first_line, "assignee": cast.agent.person_id}),
                          ("transfer", {"group": cast.second_line, "assignee": cast.specialist.person_id,
                                        "reason": "x"}),
                          ("resolve", {"solution": "New <b>router</b>", "resolution_code": code}), ("tell", {}))

    def link(self, app, cast, pk):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            made = links.make("incident.confirm", ("incident", pk), cast.customer.person_id)
        return made.removeprefix("http://localhost")

    def answer(self, client, path, **values):
        return client.post(path, data={"csrf_token": csrf_token(client, path), **values})

    @staticmethod
    def closings(queue, pk):
        rows = queue.all(select(AuditEntry.actor_label, AuditEntry.via, AuditEntry.cause, AuditEntry.new).where(
            AuditEntry.record_type == "incident", AuditEntry.record_id == pk, AuditEntry.field == "state"))
        return [tuple(row)[:3] for row in rows if row[3] == "closed"]

    def test_a_reply_of_the_customer(self, cast, logged_in, queue):
        pk = queue.make("x", ("start", {}), ("hold", {"pending_reason": "customer"}))
        client, page = logged_in(cast.customer), f"{BASE}/show/{pk}"
        for action in ("start", "hold", "resume", "pick", "close"):
            assert f"{pk}/transition/{action}" not in client.get(page).text, action
        client.post(route(page, "note"), data={"csrf_token": csrf_token(client, page), "body": "It is the blue one",
                                               "is_public": "1"})
        assert queue.now(pk, "state", "pending_reason") == ("in_progress", None)
        # Nobody holds it: the group is told.
        told = queue.all(select(Notice.kind).where(Notice.user_id == cast.agent.user_id, Notice.record_id == pk))
        assert ("ticket.replied",) in [tuple(row) for row in told]

    def test_confirmed(self, app, client, cast, queue, solved):
        path, other = self.link(app, cast, solved), self.link(app, cast, solved)
        shown = client.get(path, headers={"Accept-Language": "en"}).text
        assert ("Router down" in shown, "<b>router</b>" in shown) == (True, True)
        assert queue.now(solved, "state") == "resolved"
        assert self.answer(client, path, answer="yes").status_code == 200
        assert queue.now(solved, "state", "answer_by") == ("closed", None)
        assert self.closings(queue, solved) == [(cast.customer.actor.label, "mail", "link")]
        assert client.get(other).status_code == 410

    def test_objected_with_a_comment(self, app, client, cast, queue, solved):
        path = self.link(app, cast, solved)
        assert self.answer(client, path, answer="no", comment=" ").status_code == 422
        assert queue.now(solved, "state") == "resolved"
        assert self.answer(client, path, answer="no", comment="Still <i>down</i>").status_code == 200
        assert queue.now(solved, "state", "group_id", "assignee_id", "reopen_count", "told_at") == (
            "assigned", cast.second_line, cast.specialist.person_id, 1, None)
        said = queue.all(select(TimelineEntry.body, TimelineEntry.actor_label).where(
            TimelineEntry.record_id == solved, TimelineEntry.is_public))
        assert [tuple(row) for row in said] == [("Still <i>down</i>", cast.customer.actor.label)]

    def test_nothing_to_decide_any_more(self, app, client, cast, queue, solved):
        queue.step(solved, "reopen", reason="By phone")
        path = self.link(app, cast, solved)
        assert client.get(path).status_code == 409
        assert queue.now(solved, "reopen_count") == 1

    def due(self, app, pk, when):
        with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM), past_audit("of the test"):
            session.connection().execute(update(Ticket.__table__).where(Ticket.id == pk).values(answer_by=when))

    def test_silence(self, app, cast, queue, solved):
        waiting = queue.now(solved, "answer_by")
        assert waiting > clock.now() + timedelta(days=2)
        with app.app_context():
            close_unanswered({})
        assert queue.now(solved, "state") == "resolved"
        self.due(app, solved, clock.now() - timedelta(minutes=1))
        with app.app_context():
            close_unanswered({})
            close_unanswered({})
        assert queue.now(solved, "state", "answer_by") == ("closed", None)
        assert self.closings(queue, solved) == [("system", "job", "closed by timeout")]

    def test_one_that_cannot_be_closed_holds_up_no_other(self, app, queue, solved, monkeypatch):
        code = queue.value("incident.resolution_code", "solved")
        child, later = (queue.make(title, ("assign", {"group": queue.cast.first_line}),
                                   ("resolve", {"solution": "x", "resolution_code": code}))
                        for title in ("Cable", "Other"))
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.link(SYSTEM, child, "parent", solved)
        queue.step(child, "reopen", reason="Broken again")
        for pk in (solved, later):
            self.due(app, pk, clock.now() - timedelta(minutes=1))
        said = CapturingLogger()
        monkeypatch.setattr("addons.incident.jobs.log", said)
        with app.app_context():
            close_unanswered({})
        assert (queue.now(solved, "state"), queue.now(later, "state")) == ("resolved", "closed")
        assert [(call.kwargs["incident"], call.kwargs["code"]) for call in said.calls] == [(solved, "open_children")]
        queue.step(child, "resolve", solution="x", resolution_code=code)
        with app.app_context():
            close_unanswered({})
        assert queue.now(solved, "state") == "closed"


def test_no_limit_where_none_is_set(desk):
    setting_service.change(SYSTEM, {"incident.answer_days": 0})
    incident = desk.in_state("resolved")
    desk.step("desk", incident, "tell")
    assert (incident.told_at is not None, incident.answer_by) == (True, None)
