"""What is measured: one request each, by one of four people, as a browser sends it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from addons.incident.models import Incident
from app.db import session, unit_of_work
from app.records.timeline import TimelineEntry
from app.sdk.actor import SYSTEM, acting_as
from app.web.keyset import Place, encode
from app.web.list_links import list_address
from benchmarks.incidents.course import EVERY, MANY_ENTRIES
from benchmarks.incidents.people import read_groups, read_logins
from tests.support.people import log_in

BASE = "/incident/incidents"
WHO = ("admin", "agent", "customer", "nobody")
TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
# A frequent word of each language, and one of few incidents.
CHINESE, ENGLISH, RARE = "打印", "printer", "监控告警频繁掉线"
AIM_RATIO, AIM_STATEMENTS = 2.0, 12


@dataclass(frozen=True)
class Scenario:
    """One request. `ask` sends it and returns the answer; `kind` says which aim it has."""

    name: str
    who: str
    kind: str
    ask: Callable[[], Any]
    wanted: int = 200


class Desk:
    """The logged-in clients and the records that the requests are about."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.test_request_context(), unit_of_work(), acting_as(SYSTEM):
            self.logins, self.groups = read_logins(), read_groups()
            group = self.groups[0]
            self.open = list_address(Incident, ("group", "rel_o_m", group), ("state", "open", ""))
            self.all = list_address(Incident, ("group", "rel_o_m", group))
            self.deep = self._deep(group)
            self.long = self._long(group)
        self.clients = {name: self._client(name) for name in WHO}
        self.tokens = {name: self._token(name) for name in ("admin", "agent")}
        self.made: list[str] = []

    def _client(self, name: str) -> FlaskClient:
        client = self.app.test_client()
        log_in(client, self.logins[name])
        return client

    def _token(self, name: str) -> str:
        found = TOKEN.search(self.clients[name].get(f"{BASE}/add").text)
        assert found is not None
        return unescape(found[1])

    def _deep(self, group: int) -> str:
        # The middle of the group's whole list: by number up to 10,000 rows, above that by place.
        mine = select(func.count(Incident.id)).where(Incident.group_id == group)
        count = int(session().execute(mine).scalar_one())
        if count <= 10_000:
            return f"{self.all}&page_IncidentView={count // 50}"
        newest = select(Incident.opened_at, Incident.id).where(Incident.group_id == group).order_by(
            Incident.opened_at.desc(), Incident.id.desc())
        row = session().execute(newest.offset(count // 2).limit(1)).one()
        return f"{self.all}&after_IncidentView={encode(Place(row[0], row[1]))}"

    def _long(self, group: int) -> int:
        last = int(session().execute(select(func.max(Incident.id))).scalar_one())
        mine = select(Incident.id).where(Incident.group_id == group, Incident.id > last - 40 * EVERY).order_by(
            Incident.id.desc())
        for key in session().execute(mine).scalars():
            number = select(func.count(TimelineEntry.id)).where(
                TimelineEntry.record_type == "incident", TimelineEntry.record_id == key)
            if session().execute(number).scalar_one() == MANY_ENTRIES:
                return int(key)
        raise RuntimeError("no incident with 30 timeline entries")

    def get(self, who: str, address: str) -> Callable[[], Any]:
        """Return what asks for a page."""
        client = self.clients[who]
        return lambda: client.get(address)

    def create(self, who: str) -> Callable[[], Any]:
        """Return what logs an incident by the form."""
        client, caller = self.clients[who], self.logins["agent"].person_id  # the customer keeps their five

        def ask() -> Any:
            answer = client.post(f"{BASE}/add", data={
                "csrf_token": self.tokens[who], "title": "打印机无法打印 Printer does not print", "kind": "incident",
                "caller": caller, "group": self.groups[0], "description": "自今天早上开始出现，重启后仍然如此。"})
            self.made.append(answer.headers["Location"].rsplit("/", 1)[-1])
            return answer

        return ask

    def step(self, who: str) -> Callable[[], Any]:
        """Return what picks one of the incidents that were made."""
        client = self.clients[who]
        return lambda: client.post(f"{BASE}/{self.made.pop()}/transition/pick", data={"csrf_token": self.tokens[who]})

    def scenarios(self) -> list[Scenario]:
        """Return all of them, what makes an incident before what takes one."""
        found = [Scenario("open incidents of a group", who, "page", self.get(who, self.open)) for who in WHO]
        found += [Scenario("the same, in the middle of all", who, "page", self.get(who, self.deep)) for who in WHO]
        found += [Scenario("incident with 30 entries", who, "page", self.get(who, f"{BASE}/show/{self.long}"))
                  for who in ("admin", "agent")]
        found += [Scenario("create", "agent", "write", self.create("agent"), 302),
                  Scenario("transition", "agent", "write", self.step("agent"), 302)]
        found += [Scenario(f"search {said}", who, "search", self.get(who, f"{BASE}/list/?q={word}"))
                  for said, word in (("Chinese", CHINESE), ("English", ENGLISH), ("seldom word", RARE))
                  for who in ("admin", "agent")]
        return found
