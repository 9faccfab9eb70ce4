"""Each way of change by each thing that can be changed: one audit row that says it all, and none of what was undone."""

import itertools
from contextlib import contextmanager, suppress
from datetime import UTC, timedelta

import pytest
from sqlalchemy import event, func, select

from app import command_line
from app.db import DeskSession, unit_of_work
from app.jobs import lease
from app.jobs.worker import run_message
from app.orders import commands
from app.records.audit import AuditEntry
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.security import matrix, tokens
from tests.exchange.conftest import bring_in
from tests.records.ways_of_change import SUBJECTS, WAYS
from tests.support.people import csrf_token


class Lost(Exception):
    """What a transaction that does not come to its end raises."""


class Desk:
    """A desk on which the administrator changes things, by whichever way."""

    def __init__(self, app, cast, browser):
        self.app, self.cast, self.browser, self._serial = app, cast, browser, itertools.count(1)
        with app.test_request_context(), unit_of_work(write=True), acting_as(SYSTEM):
            self.token = tokens.create(cast.admin.user_id, tokens.NewToken("ways"))
            self.module = [right.key for one in matrix.modules() if one.key == "incident" for right in one.rights]
        self.caller = app.test_client()

    def serial(self):
        return next(self._serial)

    def call(self, method, path, **body):
        return self.caller.open(f"/api/v1/{path}", method=method, json=body,
                                headers={"Authorization": f"Bearer {self.token}"})

    def submit(self, address, page, **values):
        return self.browser.post(address, data={"csrf_token": csrf_token(self.browser, page), **values})

    def change(self, subject, way):
        """Change it that way, as the administrator."""
        if way in ("page", "rest", "bulk"):
            answer = getattr(subject, way)()
            assert answer.status_code < 400, (way, answer.status_code, answer.text[:3000])
            return
        with self.app.app_context():
            if way == "import":
                page, cells = subject.told()
                run, faults = bring_in(self.cast.admin, "\n".join(map(",".join, (cells, cells.values()))).encode(),
                                       "told.csv", page, key_field="@external" if "External key" in cells else "")
                assert ([one.message for one in faults], run.state) == ([], "done")
            elif way == "cli":
                self.type([*subject.order()[1], "--as", "admin"])
            else:
                self.type([*subject.order()[1], "--as", "admin", "--at", "2020-01-01"])
                self.work()

    def type(self, line):
        """Type a command; the desk is here already."""
        parsed = command_line._parser(only_serving=False).parse_args(line)
        assert commands.give(parsed.order_of(parsed), parsed.username, parsed.at) == 0, line

    def work(self):
        with unit_of_work(write=True) as session, acting_as(SYSTEM):
            claimed = [one.id for one in lease.claim(session, "test", 50) if one.name == "orders.perform"]
        assert run_message(max(claimed), "test") in ("done", "waiting")

    def told(self, session, subject, since):
        statement = select(AuditEntry).where(
            AuditEntry.id > since, AuditEntry.record_type == subject.record_type,
            AuditEntry.field == subject.field if subject.field else AuditEntry.field.is_(None))
        if getattr(subject, "pk", None):
            statement = statement.where(AuditEntry.record_id == subject.pk)
        return list(session.execute(statement.order_by(AuditEntry.id)).scalars())

    def now(self, subject, since):
        """Return (what is there, what audit says since, the highest id of audit)."""
        with self.app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            found = self.told(session, subject, since)
            session.expunge_all()
            return subject.present(session), found, session.execute(select(func.max(AuditEntry.id))).scalar()

    @contextmanager
    def losing(self, subject, since):
        """Let the transaction that changes it fail at the last moment."""
        met = []

        def refuse(session):
            if not session.in_nested_transaction() and self.told(session, subject, since):
                met.append(subject)
                raise Lost

        event.listen(DeskSession, "before_commit", refuse)
        try:
            with suppress(Lost):
                yield
        finally:
            event.remove(DeskSession, "before_commit", refuse)
        assert met, "the change never came to its end"


@pytest.fixture
def desk(app, cast, logged_in):
    return Desk(app, cast, logged_in(cast.admin))


@pytest.mark.parametrize("way", WAYS)
def test_one_row_says_it_all_and_none_what_was_undone(desk, way):
    for kind in SUBJECTS:
        if way not in kind.cannot:
            check(desk, kind(desk, way), way)


def test_the_table_is_whole():
    for kind in SUBJECTS:
        for way in WAYS:
            done = {"import": "told", "cli": "order", "job": "order"}.get(way, way)
            assert (way in kind.cannot) or hasattr(kind, done), (kind.__name__, way)
    assert all(reason for kind in SUBJECTS for reason in kind.cannot.values())


def check(desk, subject, way):
    before, _found, mark = desk.now(subject, 0)
    with desk.losing(subject, mark):
        desk.change(subject, way)
    assert desk.now(subject, mark)[:2] == (before, [])
    begun = clock.now()
    desk.change(subject, way)
    after, found, _mark = desk.now(subject, mark)
    assert after != before
    [row] = found
    assert (row.action, row.old, row.new) == subject.expected()
    assert (row.actor_id, row.actor_label, row.via) == (desk.cast.admin.user_id, "Administrator", WAYS[way])
    assert (row.at.tzinfo, begun - timedelta(seconds=1) <= row.at <= clock.now()) == (UTC, True)
    assert row.cause if way in ("cli", "import", "job") else row.request_id
