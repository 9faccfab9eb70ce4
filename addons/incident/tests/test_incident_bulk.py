"""Many incidents at once: the preview, one result a record, the way back, and who may."""

import json
import re
from html import unescape

import pytest
from sqlalchemy import func, select

from addons.incident.models import Incident
from addons.incident.tests.page_helpers import BASE, LIST, send
from app.records.audit import AuditEntry
from app.records.links import Watcher
from app.records.tags import RecordTag

HTMX = {"HX-Request": "true"}


def token_of(answer):
    found = re.search(r'name="token" value="([^"]+)"', answer.text)
    return unescape(found[1]) if found else None


def undo(client, answer):
    return send(client, f"{BASE}/bulk/undo", token=token_of(answer))


def texts(answer, css):
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(rf'class="{css}"[^>]*>(.*?)</', answer.text)]


class TestTheBar:
    def test_offers_what_the_reader_may_do(self, cast, logged_in, queue):
        queue.make()
        agent, manager, auditor = (logged_in(one).get(LIST).text for one in (cast.agent, cast.manager, cast.auditor))
        for action, who in (("step.resolve", (True, True, False)), ("change.category", (True, True, False)),
                            ("delete", (False, True, False)), ("tags", (True, True, False)),
                            ("change.priority-priority_reason", (False, True, False))):
            assert tuple(f"/bulk/{action}" in page for page in (agent, manager, auditor)) == who, action

    def test_who_may_nothing_sees_none(self, cast, logged_in):
        page = logged_in(cast.auditor).get("/organisation/people/list/").text
        assert ("data-pick" in page, "data-bulk-bar" in page) == (False, False)

    def test_every_list_of_records_has_one_for_who_may_delete(self, cast, logged_in):
        page = logged_in(cast.admin).get("/organisation/people/list/").text
        assert ("data-pick" in page, "people/bulk/delete" in page) == (True, True)


class TestPreview:
    def test_says_what_will_change_and_why_the_rest_will_not(self, cast, logged_in, queue):
        able, closed = queue.make("Able"), queue.make("Shut", ("cancel", {"reason": "x"}))
        client = logged_in(cast.agent)
        answer = client.get(f"{BASE}/bulk/step.hold?ids={able},{closed},999999", headers=HTMX)
        assert answer.status_code == 200
        for words in ("1 record will be changed", "1 record is left as it is",
                      "Not possible in the state “Cancelled”", "1 picked record is not there any more"):
            assert words in answer.text
        assert queue.now(able, "state") == "assigned"

    def test_without_script_it_is_a_page(self, cast, logged_in, queue):
        pk = queue.make()
        page = logged_in(cast.agent).get(f"{BASE}/bulk/step.hold?rowid={pk}&back={LIST}").text
        assert ("<html" in page, f'value="{pk}:' in page) == (True, True)

    def test_has_what_all_have_in_common_filled_in(self, cast, logged_in, queue):
        one, two = queue.make(), queue.make()
        text = logged_in(cast.agent).get(f"{BASE}/bulk/step.assign?ids={one},{two}", headers=HTMX).text
        assert f'<option selected value="{cast.first_line}">' in text

    @pytest.mark.parametrize(("ids", "words"), [("", "Pick at least one record"), ("x,-1", "Pick at least one record"),
                                                (",".join(map(str, range(1, 202))), "at most 200")])
    def test_refuses_nothing_and_too_many(self, cast, logged_in, ids, words):
        answer = logged_in(cast.agent).get(f"{BASE}/bulk/step.hold?ids={ids}")
        assert (answer.status_code, words in answer.text) == (422, True)

    def test_costs_as_much_for_many_as_for_few(self, cast, logged_in, queue, statements):
        client, made = logged_in(cast.agent), [queue.make() for _ in range(12)]
        client.get(f"{BASE}/bulk/step.hold?ids={made[0]}")
        costs = []
        for some in (made[:2], made):
            with statements() as seen:
                client.get(f"{BASE}/bulk/step.hold?ids={','.join(map(str, some))}", headers=HTMX)
            costs.append(len(seen))
        assert costs[0] == costs[1] <= 12


class TestRun:
    def test_one_that_fails_leaves_the_others_done(self, cast, logged_in, queue):
        one, stale, shut, two = queue.make(), queue.make(), queue.make(), queue.make()
        picks = queue.versions(one, stale, shut, two)
        queue.step(stale, "start")
        queue.step(shut, "cancel", reason="x")
        answer = send(logged_in(cast.agent), f"{BASE}/bulk/step.transfer", pick=picks, group=cast.second_line,
                      reason="Network fault")
        assert answer.status_code == 200
        assert [queue.now(pk, "group_id") for pk in (one, stale, shut, two)] == [
            cast.second_line, cast.first_line, cast.first_line, cast.second_line]
        assert (queue.now(stale, "state"), queue.now(one, "transfer_count")) == ("in_progress", 1)
        for words in ("2 records done", "2 refused", "Not possible in the state “Cancelled”", "Somebody else changed"):
            assert words in answer.text
        assert json.loads(answer.headers["HX-Trigger"])["records-changed"]["ids"] == [one, two]

    def test_leaves_its_audit_and_timeline(self, cast, logged_in, queue):
        pk = queue.make()
        send(logged_in(cast.agent), f"{BASE}/bulk/step.hold", pick=queue.versions(pk), pending_reason="customer")
        by = queue.all(select(AuditEntry.actor_id, AuditEntry.via, AuditEntry.new).where(
            AuditEntry.record_id == pk, AuditEntry.field == "state").order_by(AuditEntry.id))
        assert tuple(by[-1]) == (cast.agent.user_id, "ui", "pending")

    def test_asks_again_for_what_is_missing(self, cast, logged_in, queue):
        pk = queue.make()
        answer = send(logged_in(cast.agent), f"{BASE}/bulk/step.transfer", pick=queue.versions(pk),
                      group=cast.second_line)
        assert (answer.status_code, 'id="reason-error"' in answer.text) == (422, True)
        assert queue.now(pk, "group_id") == cast.first_line

    def test_an_assignment_to_nobody_in_particular_is_none(self, cast, logged_in, queue):
        pk = queue.make("x", assignee=cast.agent.person_id)
        answer = send(logged_in(cast.agent), f"{BASE}/bulk/step.assign", pick=queue.versions(pk), group="", assignee="")
        assert (answer.status_code, queue.now(pk, "assignee_id")) == (422, cast.agent.person_id)

    def test_an_empty_field_leaves_what_each_has(self, cast, logged_in, queue):
        pk = queue.make()
        done = {"solution": "Paper out", "resolution_code": queue.value("incident.resolution_code", "solved")}
        send(logged_in(cast.agent), f"{BASE}/bulk/step.resolve", pick=queue.versions(pk), cause_code="", **done)
        assert queue.now(pk, "state", "solution", "cause_code_id") == ("resolved", "Paper out", None)

    def test_who_lacks_the_right_is_refused(self, cast, logged_in, queue):
        pk = queue.make()
        auditor = logged_in(cast.auditor)
        for key, values in (("step.cancel", {"reason": "x"}), ("delete", {"reason": "x"}), ("tags", {"tags": "a"}),
                            ("change.category", {"category": queue.value("ticket.category", "hardware")})):
            assert auditor.get(f"{BASE}/bulk/{key}?ids={pk}").status_code == 403, key
            answer = send(auditor, f"{BASE}/bulk/{key}", "/profile/password", pick=f"{pk}:1", **values)
            assert answer.status_code == 403, key
        assert queue.now(pk, "state", "deleted_at", "category_id") == ("assigned", None, None)
        assert queue.all(select(RecordTag.name)) == []

    def test_no_record_that_one_does_not_see(self, cast, logged_in, queue):
        hidden = queue.make(group=cast.first_line)
        answer = send(logged_in(cast.specialist), f"{BASE}/bulk/step.cancel", pick=f"{hidden}:1", reason="x")
        assert (answer.status_code, queue.now(hidden, "state")) == (403, "assigned")
        answer = send(logged_in(cast.specialist), f"{BASE}/bulk/step.resolve", pick=f"{hidden}:1")
        assert ("is not there any more" in answer.text, queue.now(hidden, "state")) == (True, "assigned")

    def test_deletes_with_a_reason(self, cast, logged_in, queue):
        one, two = queue.make(), queue.make()
        manager = logged_in(cast.manager)
        refused = send(manager, f"{BASE}/bulk/delete", pick=queue.versions(one, two), reason="")
        assert (refused.status_code, queue.now(one, "version")) == (422, 2)
        answer = send(manager, f"{BASE}/bulk/delete", pick=queue.versions(one, two), reason="Twins")
        assert ("2 records done" in answer.text, token_of(answer)) == (True, None)
        assert queue.all(select(func.count()).select_from(Incident)) == [(0,)]

    def test_two_hundred_at_once(self, cast, logged_in, queue, statements):
        made = [queue.make() for _ in range(20)]
        client, picks = logged_in(cast.agent), queue.versions(*made)
        with statements() as seen:
            answer = send(client, f"{BASE}/bulk/step.hold", pick=picks, pending_reason="customer")
        assert "20 records done" in answer.text
        assert len(seen) / 20 < 22, f"{len(seen)} statements for 20 records"


class TestUndo:
    def test_puts_a_transfer_back(self, cast, logged_in, queue):
        one, two = queue.make("a", assignee=cast.agent.person_id), queue.make("b", ("start", {}))
        client = logged_in(cast.agent)
        done = send(client, f"{BASE}/bulk/step.transfer", pick=queue.versions(one, two), group=cast.second_line,
                    reason="Network fault")
        assert queue.now(two, "state", "group_id") == ("assigned", cast.second_line)
        back = undo(client, done)
        assert "2 records put back" in back.text
        assert queue.now(one, "state", "group_id", "assignee_id") == (
            "assigned", cast.first_line, cast.agent.person_id)
        assert queue.now(two, "state", "group_id", "assignee_id") == ("in_progress", cast.first_line, None)

    def test_leaves_what_somebody_changed_since(self, cast, logged_in, queue):
        one, two = queue.make(), queue.make()
        client = logged_in(cast.agent)
        done = send(client, f"{BASE}/bulk/step.transfer", pick=queue.versions(one, two), group=cast.second_line,
                    reason="Network fault")
        queue.step(one, "start")
        back = undo(client, done)
        assert ("1 record put back" in back.text, "Somebody else changed" in back.text) == (True, True)
        assert queue.now(one, "state", "group_id") == ("in_progress", cast.second_line)
        assert queue.now(two, "group_id") == cast.first_line
        again = undo(client, done)
        assert ("2 refused" in again.text, queue.now(two, "group_id")) == (True, cast.first_line)

    def test_says_where_no_step_leads_back(self, cast, logged_in, queue):
        new = queue.make("x", group=None)
        client = logged_in(cast.agent)
        answer = send(client, f"{BASE}/bulk/step.assign", pick=queue.versions(new), group=cast.first_line)
        assert ("This cannot be undone" in answer.text, token_of(answer)) == (True, None)

    def test_of_fields_puts_the_old_values_back(self, cast, logged_in, queue):
        high, low = queue.value("ticket.impact", "high"), queue.value("ticket.impact", "low")
        one, two = queue.make("a", impact=low), queue.make("b")
        client = logged_in(cast.agent)
        before = [queue.now(pk, "impact_id", "priority_id") for pk in (one, two)]
        done = send(client, f"{BASE}/bulk/change.impact-urgency", pick=queue.versions(one, two), impact=high)
        assert [queue.now(pk, "impact_id") for pk in (one, two)] == [high, high]
        assert "2 records put back" in undo(client, done).text
        assert [queue.now(pk, "impact_id", "priority_id") for pk in (one, two)] == before

    def test_of_tags_and_of_watching(self, cast, logged_in, queue):
        pk = queue.make()
        client = logged_in(cast.agent)
        send(client, f"{BASE}/{pk}/tags", tags="old")
        tagged = send(client, f"{BASE}/bulk/tags", pick=queue.versions(pk), tags="old，new")
        assert sorted(row[0] for row in queue.all(select(RecordTag.name))) == ["new", "old"]
        undo(client, tagged)
        assert [row[0] for row in queue.all(select(RecordTag.name))] == ["old"]
        watched = send(client, f"{BASE}/bulk/watch", pick=queue.versions(pk))
        assert queue.all(select(Watcher.person_id)) == [(cast.agent.person_id,)]
        undo(client, watched)
        assert queue.all(select(Watcher.person_id)) == []

    def test_is_the_readers_own(self, cast, logged_in, queue):
        pk = queue.make()
        done = send(logged_in(cast.agent), f"{BASE}/bulk/step.transfer", pick=queue.versions(pk),
                    group=cast.second_line, reason="x")
        manager = logged_in(cast.manager)
        assert undo(manager, done).status_code == 409
        assert send(manager, f"{BASE}/bulk/undo", token="made up").status_code == 409
        assert queue.now(pk, "group_id") == cast.second_line
