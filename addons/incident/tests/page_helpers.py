"""Incidents of the tests of pages, committed, and what the database says of them afterwards."""

from typing import Any

from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.tests.incident_helpers import value
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import csrf_token

BASE = "/incident/incidents"
LIST = f"{BASE}/list/"
ADD = f"{BASE}/add"


def route(page: str, name: str) -> str:
    """Return the address of a record's own route, given that of its page."""
    return page.replace("/show", "") + f"/{name}"


def committed(app: Any, statement: Any) -> Any:
    """Return the first column of a SELECT, as it is after all requests."""
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return session.execute(statement).scalars().all()


class Queue:
    """Incidents of the first line, made and looked at outside any request."""

    def __init__(self, app: Any, cast: Any) -> None:
        self.app, self.cast = app, cast

    def make(self, title: str = "Printer jam", *steps: tuple[str, dict[str, Any]], **values: Any) -> int:
        """Log an incident, held by the first line unless `group` says otherwise; return its id."""
        with self.app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            given = {"title": title, "caller": self.cast.customer.person_id, "group": self.cast.first_line, **values}
            made = incident_service.create(SYSTEM, given)
            for action, said in steps:
                incident_service.transition(SYSTEM, made.id, action, said)
            return int(made.id)

    def step(self, pk: int, action: str, **values: Any) -> None:
        """Take a step, as somebody else would meanwhile."""
        with self.app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            incident_service.transition(SYSTEM, pk, action, values)

    def now(self, pk: int, *columns: str) -> Any:
        """Return columns of an incident as they are now: one value, or a tuple of several."""
        with self.app.app_context(), unit_of_work(), acting_as(SYSTEM):
            found = self.all(select(*(getattr(Incident, name) for name in columns)).where(Incident.id == pk))
        return found[0][0] if len(columns) == 1 else tuple(found[0])

    def all(self, statement: Any) -> list[Any]:
        """Return the rows of a SELECT."""
        with self.app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
            return list(session.execute(statement).all())

    def value(self, picklist: str, code: str) -> int:
        """Return the id of a list's value."""
        with self.app.app_context(), unit_of_work(), acting_as(SYSTEM):
            return value(picklist, code)

    def versions(self, *pks: int) -> list[str]:
        """Return what the preview sends along: id and version of each."""
        return [f"{pk}:{self.now(pk, 'version')}" for pk in pks]


def send(client: Any, address: str, page: str = f"{BASE}/add", **values: Any) -> Any:
    """Send a form with the token of a page that has one, as htmx does."""
    return client.post(address, data={"csrf_token": csrf_token(client, page), **values},
                       headers={"HX-Request": "true"})


def rest(client: Any) -> Any:
    """Return what calls REST as that person's browser does: (method, address, **body) -> answer."""
    token = csrf_token(client, "/profile/password")
    return lambda method, address, **body: client.open(
        address, method=method, json=body, headers={"X-CSRFToken": token})
