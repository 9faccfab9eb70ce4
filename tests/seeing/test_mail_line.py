"""The line of the mails on the page of the system's state."""

from datetime import timedelta

import pytest

from app.db import unit_of_work
from app.notify.models import Mail
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def kept(app, *mails):
    now = clock.now()
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        session.add_all(Mail(kind="platform.test", address="a@desk.example", actor_label="x", params={}, state=state,
                             attempts=attempts, created_at=now - age, try_until=now) for state, attempts, age in mails)


@pytest.mark.parametrize(("mails", "said", "is_fine"), [
    ((), "Waiting: 0, of them tried in vain: 0; failed in 7 days: 0", True),
    ((("waiting", 0, timedelta(minutes=2)), ("failed", 3, timedelta(days=8)), ("sent", 1, timedelta(minutes=1))),
     "Waiting: 1, of them tried in vain: 0; failed in 7 days: 0 · the oldest for 2 minutes", True),
    ((("waiting", 0, timedelta(minutes=1)), ("waiting", 2, timedelta(hours=3)), ("failed", 3, timedelta(days=6))),
     "Waiting: 2, of them tried in vain: 1; failed in 7 days: 1 · the oldest for 3 hours", False),
    ((("waiting", 0, timedelta(minutes=40)),),
     "Waiting: 1, of them tried in vain: 0; failed in 7 days: 0 · the oldest for 40 minutes", False),
], ids=["none", "fine", "failing", "late"])
def test_it_says_what_waits_and_what_failed(app, cast, logged_in, monkeypatch, mails, said, is_fine):
    monkeypatch.setitem(app.config, "SMTP_HOST", "localhost")
    kept(app, *mails)
    line = next(part for part in logged_in(cast.admin).get("/system/").text.split("<tr>") if "failed in 7 days" in part)
    assert f'<a href="/notices/mails/">{said}</a>' in line
    assert ("Fine" in line, "Needs a look" in line) == (is_fine, not is_fine)


def test_without_a_server_it_says_so(app, cast, logged_in):
    assert "There is no mail server." in logged_in(cast.admin).get("/system/").text
