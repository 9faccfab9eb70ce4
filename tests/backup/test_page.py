"""The page of backups: who may see it, have one made, take one away; what it says when they stay away."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.backup import jobs, store
from app.db import session, unit_of_work
from app.jobs.models import OutboxMessage
from app.notify.models import Notice
from app.records.audit import AuditEntry
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def folder(app):
    """The folder of backups, empty."""
    found = store.folder_of(app)
    yield found
    for path in found.iterdir():
        path.unlink()


def put_one(app, days, content=b"whole"):
    made_at = clock.now() - timedelta(days=days)
    (store.folder_of(app) / f"{made_at:desk-%Y%m%d-%H%M%S.tar}").write_bytes(content)
    return f"{made_at:desk-%Y%m%d-%H%M%S.tar}"


def test_one_is_made_and_taken_away(app, cast, logged_in, folder):
    admin = logged_in(cast.admin)
    token = csrf_token(admin, "/backups/")
    assert admin.post("/backups/make", data={"csrf_token": token}).status_code == 302
    with app.app_context(), unit_of_work():
        message = session().execute(select(OutboxMessage).where(OutboxMessage.name == jobs.BACKUP)).scalar_one()
    with app.app_context(), acting_as(SYSTEM):
        jobs.back_up(message.payload)
    end = time.monotonic() + 60
    while not (kept := store.kept(app)):
        assert time.monotonic() < end, store.failure(app)
        time.sleep(0.1)
    assert kept[0].name in admin.get("/backups/").text
    with admin.post(f"/backups/{kept[0].name}/download", data={"csrf_token": token}) as taken:
        assert taken.data[257:262] == b"ustar"
    with app.app_context(), unit_of_work():
        told = session().execute(select(AuditEntry.new).where(AuditEntry.record_type == "backup")).scalars().all()
    assert told == [kept[0].name]


@pytest.mark.parametrize("who", ["agent", "customer"])
def test_it_is_closed_to_others(app, cast, logged_in, folder, who):
    name = put_one(app, 1)
    client = logged_in(getattr(cast, who))
    assert name not in client.get("/backups/").text
    token = csrf_token(client, "/notices/")
    for address in ("/backups/make", f"/backups/{name}/download"):
        assert b"whole" not in client.post(address, data={"csrf_token": token}).data
    with app.app_context(), unit_of_work():
        assert session().execute(select(OutboxMessage.id)).all() == []
        assert session().execute(select(AuditEntry.id).where(AuditEntry.record_type == "backup")).all() == []


def test_no_other_file_is_sent(app, cast, logged_in, folder):
    (folder / "secret.txt").write_text("secret")
    admin = logged_in(cast.admin)
    token = csrf_token(admin, "/backups/")
    for name in ("secret.txt", "..%2fsecret_key", "desk-20260101-000000.tar", "last_failure.txt"):
        assert admin.post(f"/backups/{name}/download", data={"csrf_token": token}).status_code == 404


def test_old_ones_go_and_a_failure_is_told(app, cast, logged_in, folder):
    names = [put_one(app, days) for days in (5, 9, 7)]
    store.note_failure(app, "No space left")
    with app.app_context():
        jobs.warn({})
        with unit_of_work():
            (notice,) = session().execute(select(Notice.user_id, Notice.params)).all()
    assert notice == (cast.admin.user_id, {"days": 3})
    shown = logged_in(cast.admin).get("/backups/").text
    assert "No space left" in shown
    assert "The last backup is old" in shown
    assert store.keep_newest(app, 2) == [names[1]]
    assert [one.name for one in store.kept(app)] == [names[0], names[2]]
