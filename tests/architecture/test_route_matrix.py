"""Every route by every shipped role, by somebody without a role and by a visitor: as the stored matrix says.

    ROUTE_MATRIX=write pytest tests/architecture/test_route_matrix.py      write it anew, to be read in the diff

A line is a method and a route, then a sign for each of WHO: + is let in, . is refused (sent to the log-in, 401 or 403),
o is told that there is nothing (404: not there, or hidden from this role). Forms and bodies are empty, and whatever a
request does is rolled back, so that all see the same desk.
"""

import os
from pathlib import Path

import pytest
from flask import request
from flask_appbuilder.baseviews import BaseView
from sqlalchemy import func, select

from app.db import doom, system_scope, unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.security.models import RoleProfile
from app.web import api_docs, problems
from app.web.request import SAFE_METHODS
from tests.architecture.test_walk import address_of, rules, view_of
from tests.fab.conftest import make_incident
from tests.support.people import csrf_token, log_in, make_login

STORED = Path(__file__).with_name("route_matrix.txt")
VISITOR, NOBODY = "visitor", "nobody"
WHO = (
    VISITOR, NOBODY, "platform.role_admin", "platform.role_user_administrator", "platform.role_configuration_manager",
    "platform.role_access_reviewer", "ticket.role_service_owner", "incident.role_agent", "incident.role_second_line",
    "incident.role_manager", "incident.role_customer", "incident.role_customer_manager", "incident.role_auditor",
    "problem.role_manager", "problem.role_analyst", "problem.role_reader",
)
# These end what the next request needs, on a connection of their own that no rollback reaches.
LEFT_OUT = {"/logout/"}

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(app, cast):
    """One of everything that the cast does not bring: an incident that the customer called about."""
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        make_incident(caller=cast.customer.person_id)
        with system_scope():
            return {view: session.execute(select(func.min(view.datamodel.obj.id))).scalar() or 1
                    for view in app.appbuilder.baseviews if hasattr(getattr(view, "datamodel", None), "obj")}


def login_of(app, cast, who):
    known = {"platform.role_admin": cast.admin, "incident.role_customer": cast.customer}
    if who in known:
        return known[who]
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        return make_login(*([] if who == NOBODY else [who]), groups=[cast.first_line])


def test_every_shipped_role_has_its_column(unit):
    shipped = set(unit.execute(select(RoleProfile.code).where(RoleProfile.addon != "")).scalars())
    assert shipped == set(WHO) - {VISITOR, NOBODY}


@pytest.mark.parametrize("who", WHO)
def test_it_is_let_in_where_the_matrix_says(app, cast, desk, who, monkeypatch):
    client = app.test_client()
    token = ""
    if who != VISITOR:
        log_in(client, login_of(app, cast, who))
        token = csrf_token(client, "/profile/password")
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    # Whether one is let in is decided before a page is made; making 3,000 of them takes minutes and says no more.
    monkeypatch.setattr(BaseView, "render_template", lambda *_args, **_data: "")
    monkeypatch.setattr(problems, "render_template", lambda *_args, **_data: "")
    monkeypatch.setattr(api_docs, "spec_of", lambda _actor: {})
    found = {}
    answers = Answers(app)
    try:
        for rule in rules(app):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                if rule.rule not in LEFT_OUT:
                    address = address_of(rule, desk.get(view_of(app, rule), 1))
                    found[f"{method} {rule.rule}"] = answers.sign(client, method, address, token)
    finally:
        answers.stop()
    if os.environ.get("ROUTE_MATRIX") == "write":
        write(found, WHO.index(who))
    stored = {line: signs[WHO.index(who)] for line, signs in read().items()}
    assert {line: sign for line, sign in found.items() if stored.get(line) != sign} == {}
    assert stored.keys() == found.keys()


class Answers:
    """What requests would be answered, each of them rolled back."""

    def __init__(self, app):
        self.app, self.status = app, 0
        self.hooks = app.after_request_funcs.setdefault(None, [])
        self.hooks.append(self._seen)

    def _seen(self, response):
        if not self.status:  # the page of the rollback comes second
            is_sent = response.status_code in (301, 302, 308) and "/login" in response.headers.get("Location", "")
            self.status = 401 if is_sent else response.status_code
        if request.method not in SAFE_METHODS and response.status_code < 400:
            doom()  # what is refused is rolled back by itself
        return response

    def sign(self, client, method, address, token):
        fresh = self.app.test_client()
        fresh._cookies = dict(client._cookies)
        self.status = 0
        is_rest = address.startswith("/api/")
        body = {"json": {}} if is_rest else {"data": {"csrf_token": token}} if method == "POST" else {}
        answer = fresh.open(address, method=method, headers={"X-CSRFToken": token}, **body)
        answer.get_data()
        answer.close()
        status = self.status or answer.status_code
        assert status < 500, (method, address, status)
        return "." if status in (401, 403) else "o" if status == 404 else "+"

    def stop(self):
        self.hooks.remove(self._seen)


def read():
    lines = STORED.read_text(encoding="utf-8").splitlines() if STORED.exists() else []
    return {line[len(WHO) + 1:]: line[:len(WHO)] for line in lines if line and not line.startswith("#")}


def write(found, place):
    kept = {line: signs for line, signs in read().items() if line in found}
    for line, sign in found.items():
        signs = kept.get(line, "?" * len(WHO))
        kept[line] = signs[:place] + sign + signs[place + 1:]
    head = "".join(f"# {'.' * number}{who}\n" for number, who in enumerate(WHO))
    body = "".join(f"{kept[line]} {line}\n" for line in sorted(kept, key=lambda one: one.split(" ", 1)[::-1]))
    STORED.write_text(head + body, encoding="utf-8")
