from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import unit_of_work
from app.jobs import lease, scheduler
from app.jobs.models import OutboxMessage
from tests.jobs.conftest import messages, put_one
from tests.support.people import Cast, Login, csrf_token

LogIn = Callable[[Login], FlaskClient]


def give_up_one(app: Flask) -> int:
    """Leave a message that was given up and return its id."""
    with app.app_context():
        put_one("test.job")
    with app.app_context(), unit_of_work(write=True) as unit:
        (claimed,) = lease.claim(unit, "relay", 1)
        begun = lease.begin(unit, claimed.id, "worker", {"test.job": 1})
        assert begun is not None
        lease.end(unit, begun, "ValueError: no luck", 1)
    return int(claimed.id)


def state_of_all(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        return messages(OutboxMessage.state, OutboxMessage.attempts)


class TestPage:
    def test_shows_schedules_troubles_and_runs(self, app: Flask, cast: Cast, logged_in: LogIn) -> None:
        with app.app_context():
            scheduler.synchronise()
        give_up_one(app)
        shown = logged_in(cast.admin).get("/jobs/").get_data(as_text=True)
        assert "platform.tidy_up" in shown
        assert "17 3 * * *" in shown
        assert "ValueError: no luck" in shown

    def test_runs_again_what_was_given_up(self, app: Flask, cast: Cast, logged_in: LogIn) -> None:
        message_id = give_up_one(app)
        client = logged_in(cast.admin)
        token = csrf_token(client, "/jobs/")

        def run_again(which: int) -> int:
            return client.post(f"/jobs/{which}/run-again", data={"csrf_token": token}).status_code

        assert run_again(message_id) == 302
        assert state_of_all(app) == [("waiting", 0)]
        assert run_again(message_id) == 409
        assert run_again(999_999) == 404

    @pytest.mark.parametrize("who", ["agent", "customer"])
    def test_is_closed_to_others(self, app: Flask, cast: Cast, logged_in: LogIn, who: str) -> None:
        message_id = give_up_one(app)
        client = logged_in(getattr(cast, who))
        shown = client.get("/jobs/")
        assert "no luck" not in shown.get_data(as_text=True)
        assert shown.status_code in {302, 403}
        refused = client.post(f"/jobs/{message_id}/run-again", data={"csrf_token": csrf_token(client, "/")})
        assert refused.status_code in {302, 403}
        assert state_of_all(app) == [("dead", 1)]
