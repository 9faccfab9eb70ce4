"""Two layers of rights, each on its own: somebody may do everything but one thing, or all but one module.

Every door is tried with the right first, so that one that is shut for another reason is no proof.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from addons.incident.services import incident_service
from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.organisation.services import company_service, department_service, person_service, site_service
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.security.services import role_service
from tests.support.people import csrf_token, make_group, make_login

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
WORD = "Zebrafish"
REFUSED = (302, 403)
INCIDENTS, PEOPLE, COMPANIES = "/incident/incidents", "/organisation/people", "/organisation/companies"


@dataclass
class Desk:
    """Somebody with every right but those that are taken away, and one record of each kind."""

    app: Any
    client: Any
    role: int
    ids: dict[str, int]
    token: str = ""

    def without(self, *keys):
        with self.app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            role_service.change_rights(SYSTEM, self.role, take=keys)

    def send(self, method, address, values=None):
        """Send it with the token of the session: a form, or JSON to REST."""
        body: dict[str, Any] = {"json": values or {}} if address.startswith("/api/") else {
            "data": {"csrf_token": self.token, **(values or {})}}
        return self.client.open(address, method=method, headers={"X-CSRFToken": self.token},
                                **({} if method == "GET" else body))

    def entries(self):
        with self.app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            return session.execute(select(func.count(AuditEntry.id))).scalar()


@pytest.fixture
def desk(app, logged_in):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        made = role_service.create(SYSTEM, {"code": "everything", "label": {"en": "Everything"},
                                            "permissions": list(current_registry().permissions)})
        group = make_group(code="zebrafish", is_service_desk=True, name={"en": f"{WORD} group", "zh": f"{WORD}组"})
        login = make_login("everything", groups=[group])
        company = company_service.create(SYSTEM, {"name": f"{WORD} Ltd"})
        twin = company_service.create(SYSTEM, {"name": f"{WORD} Limited"})
        ids = {"company": company.id, "twin": twin.id, "work_group": group.id}
        for name, service in (("department", department_service), ("site", site_service)):
            ids[name] = service.create(SYSTEM, {"name": f"{WORD} {name}", "company": company}).id
        person = person_service.create(SYSTEM, {"name": f"{WORD} caller", "company": company})
        other = person_service.create(SYSTEM, {"name": f"{WORD} double", "company": company})
        incident = incident_service.create(SYSTEM, {"title": f"{WORD} broken", "caller": person, "group": group})
        ids |= {"person": person.id, "double": other.id, "incident": incident.id}
    client = logged_in(login)
    return Desk(app, client, made.id, ids, csrf_token(client, "/profile/password"))


@dataclass(frozen=True)
class Action:
    """One right, the page and the part of an address by which its button is known, and the doors behind it."""

    page: str
    button: str
    doors: tuple[tuple[str, str, dict[str, Any]], ...]


def step(action, **values):
    return Action(f"{INCIDENTS}/show/{{incident}}", f"{{incident}}/transition/{action}", (
        ("POST", f"{INCIDENTS}/{{incident}}/transition/{action}", values),
        ("POST", f"/api/v1/incident/{{incident}}/transition/{action}", values),
        ("GET", f"{INCIDENTS}/bulk/step.{action}?ids={{incident}}", {}),
        ("POST", f"{INCIDENTS}/bulk/step.{action}", {"pick": "{incident}:1", **values})))


def ending(base, kind):
    return Action(f"{base}/show/{{{kind}}}", f"{base}/delete/{{{kind}}}", (
        ("POST", f"{base}/delete/{{{kind}}}", {"reason": "x", "how": "delete"}),
        ("DELETE", f"/api/v1/{kind}/{{{kind}}}?reason=x&how=delete", {}),
        ("GET", f"{base}/bulk/delete?ids={{{kind}}}", {}),
        ("POST", f"{base}/bulk/delete", {"pick": f"{{{kind}}}:1", "reason": "x", "how": "delete"})))


def writing(base, kind, field):
    return Action(f"{base}/show/{{{kind}}}", f"{base}/edit/{{{kind}}}", (
        ("GET", f"{base}/add", {}), ("GET", f"{base}/edit/{{{kind}}}", {}),
        ("POST", f"{base}/add", {field: "New"}), ("POST", f"{base}/edit/{{{kind}}}", {field: "New"}),
        ("POST", f"/api/v1/{kind}/", {field: "New"}), ("PUT", f"/api/v1/{kind}/{{{kind}}}", {field: "New"})))


def merging(kind, other):
    return Action(f"/merging/?kind={kind}", f"/merging/?kind={kind}", (
        ("GET", f"/merging/{kind}/{{{kind}}}/{{{other}}}", {}),
        ("POST", f"/merging/{kind}/{{{kind}}}/{{{other}}}", {"winner": f"{{{kind}}}"}),
        ("POST", f"/api/v1/{kind}/{{{kind}}}/merge", {"loser": f"{{{other}}}"})))


ACTIONS = {
    "incident.resolve": step("resolve", solution="Off and on", reason="x"),
    "incident.assign": step("assign", reason="x"),
    "incident.transfer": step("transfer", reason="x"),
    "incident.cancel": step("cancel", reason="x"),
    "incident.delete": ending(INCIDENTS, "incident"),
    "incident.write": writing(INCIDENTS, "incident", "title"),
    "person.write": writing(PEOPLE, "person", "name"),
    "company.write": writing(COMPANIES, "company", "name"),
    "person.delete": ending(PEOPLE, "person"),
    "company.delete": ending(COMPANIES, "company"),
    "company.merge": merging("company", "twin"),
    "person.merge": merging("person", "double"),
    "list.export": Action(f"{INCIDENTS}/list/", f"{INCIDENTS}/export", tuple(
        ("POST", f"{base}/export", {"format": "csv"}) for base in (INCIDENTS, PEOPLE, COMPANIES))),
    "list.import": Action(f"{PEOPLE}/list/", "/exchange/new", (("GET", "/exchange/", {}),)),
}


@pytest.mark.parametrize("key", ACTIONS)
def test_one_function_off_shuts_all_its_doors(desk, key):
    action, fill = ACTIONS[key], lambda text: text.format(**desk.ids)
    doors = [(method, fill(address), {name: fill(value) for name, value in values.items()})
             for method, address, values in action.doors]
    assert fill(action.button) in desk.client.get(fill(action.page)).text
    looks = [door for door in doors if door[0] == "GET"]
    assert [desk.send(*door).status_code for door in looks] == [200] * len(looks)
    desk.without(key)
    before = desk.entries()
    assert fill(action.button) not in desk.client.get(fill(action.page)).text
    for door in doors:
        answer = desk.send(*door)
        allowed = (403,) if door[1].startswith("/api/") else REFUSED
        assert answer.status_code in allowed, (door, answer.status_code, answer.text[:300])
        assert answer.status_code == 403 or not answer.headers["Location"].startswith(door[1].rsplit("/", 1)[0])
    assert desk.entries() == before


# By module: its pages, and where its records are offered elsewhere. Names of work groups are seen as each group says,
# by whoever hands work over to them; to open one needs the right.
MODULES = {
    "incident": (INCIDENTS, None), "person": (PEOPLE, "/api/v1/incident/options/caller"),
    "company": (COMPANIES, "/api/v1/person/options/company"),
    "department": ("/organisation/departments", "/api/v1/department/options/parent"),
    "site": ("/organisation/sites", "/api/v1/site/options/parent"),
    "work_group": ("/organisation/groups", None),
}


@pytest.mark.parametrize("kind", MODULES)
def test_one_module_off_is_not_there_at_all(desk, kind):
    (base, options), key = MODULES[kind], desk.ids[kind]
    looks = [f"{base}/list/", f"{base}/show/{key}", f"{base}/edit/{key}", f"{base}/add", f"{base}/columns",
             f"/api/v1/{kind}/", f"/api/v1/{kind}/{key}", f"/api/v1/{kind}/_info"]
    looks += [f"{PEOPLE}/{key}/card"] if kind == "person" else []
    export = ("POST", f"{base}/export", {"format": "csv"})
    assert {look: desk.client.get(look).status_code for look in looks} == dict.fromkeys(looks, 200)
    assert desk.send(*export).status_code == 200
    assert f'href="{base}/list/"' in desk.client.get("/profile/").text
    found = f"{base}/show/{key}" in desk.client.get(f"/palette/?q={WORD}").text
    assert found or kind in ("department", "site", "work_group")
    desk.without(f"{kind}.read")
    before = desk.entries()
    for look in looks:
        allowed = (403,) if look.startswith("/api/") else REFUSED
        assert desk.client.get(look).status_code in allowed, look
    assert desk.send(*export).status_code in REFUSED
    for method, address in (("POST", f"/api/v1/{kind}/"), ("PUT", f"/api/v1/{kind}/{key}"),
                            ("DELETE", f"/api/v1/{kind}/{key}?reason=x&how=delete")):
        assert desk.send(method, address, {"name": "x"}).status_code == 403, (method, address)
    assert f"{base}/" not in desk.client.get("/profile/").text
    assert f"{base}/" not in desk.client.get(f"/palette/?q={WORD}").text
    if options is not None:
        answer = desk.client.get(f"{options}?q={WORD}")
        assert answer.status_code == 403 or answer.get_json()["results"] == []
    assert desk.entries() == before
