"""The log: one line an answer, one a slow statement, as documents where wanted; and never what is nobody's business."""

import io
import json
import logging

import pytest
import structlog

from app import create_app
from app.db import db
from app.seeing import requests, statements
from tests.support.databases import WITH_CAST, Database
from tests.support.people import PASSWORD, csrf_token

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def told(monkeypatch):
    """What is logged, as the documents that the lines are."""
    before = (structlog.get_config(), logging.getLogger().handlers[:], logging.getLogger().level)
    out = io.StringIO()
    logging.getLogger().handlers[:] = [logging.StreamHandler(out)]
    logging.getLogger().setLevel("INFO")
    for module in (requests, statements):  # a logger keeps the level at which it was first used
        monkeypatch.setattr(module, "log", structlog.get_logger("test"))

    def lines():
        return [json.loads(line) for line in out.getvalue().splitlines()]

    lines.raw = out.getvalue
    yield lines
    logging.getLogger().handlers[:] = before[1]
    logging.getLogger().setLevel(before[2])
    structlog.configure(**before[0])


@pytest.fixture
def watched(database: Database, cast, told):
    """An application on the same database that tells everything, as JSON."""
    url = database.copy_as("watched", WITH_CAST)  # of its own: a second application holds the file open
    app = create_app({**database.settings(url), "LOG_LEVEL": "INFO", "LOG_FORMAT": "json", "ACCESS_LOG": True,
                      "SLOW_STATEMENT_MS": 0})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def requests_of(lines):
    return [one for one in lines if one["event"] == "request"]


def test_an_answer_is_one_line_without_anything_private(watched, cast, told):
    visitor = watched.test_client()
    token = csrf_token(visitor, "/login/")
    visitor.post("/login/", data={"csrf_token": token, "username": cast.agent.username, "password": PASSWORD})
    answer = visitor.get("/incident/incidents/list/?search=Wang-Xiaoming", headers={"X-Request-ID": "asked-0815-by-me"})
    assert answer.headers["X-Request-ID"] == "asked-0815-by-me"
    assert visitor.get("/x", headers={"X-Request-ID": "no good!"}).headers["X-Request-ID"] != "no good!"
    line = next(one for one in requests_of(told()) if one["request_id"] == "asked-0815-by-me")
    assert (line["user"], line["method"], line["status"], line["level"]) == (cast.agent.user_id, "GET",
                                                                             answer.status_code, "info")
    assert line["route"].startswith("/incident/incidents/list/")
    assert 0 < line["statements"] < 30
    assert line["ms"] > 0
    for private in (PASSWORD, "Wang-Xiaoming", f"Name of {cast.agent.username}", token):
        assert private not in told.raw()


def test_what_is_asked_for_all_the_time_is_not_told(watched, told):
    for address in ("/healthz", "/static/icons.svg"):
        watched.test_client().get(address)
    assert requests_of(told()) == []


def test_a_slow_statement_is_told_without_its_values(database, told):
    app = create_app({**database.settings(database.copy_as("watched")), "LOG_LEVEL": "INFO", "LOG_FORMAT": "json",
                      "SLOW_STATEMENT_MS": 1})
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE "
                                       "x < 300000) SELECT count(*) FROM n WHERE x <> ?", (4711,))
        db.engine.dispose()
    (line,) = [one for one in told() if one["event"] == "slow_statement"]
    assert line["ms"] >= 1
    assert "WITH RECURSIVE" in line["statement"]
    assert "4711" not in told.raw()
