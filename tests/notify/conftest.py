"""What tests of mails share: acting in committed units, and sending what waits as the worker would."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from addons.incident.services import incident_service
from app.db import unit_of_work
from app.jobs.models import OutboxMessage
from app.notify.mails import JOB
from app.notify.models import Mail
from app.notify.sending import send_mail
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again
from tests.support.people import Cast, make_person


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Callable[..., Any]:
    """`with desk(who):` acts as that person, in a committed unit."""

    @contextmanager
    def acting(who=None):
        with app.app_context(), unit_of_work(write=True) as session, acting_as(who.actor if who else SYSTEM):
            yield session

    return acting


@pytest.fixture
def send(app: Flask) -> Callable[[], list[str]]:
    """`send()` runs every job of a mail that waits, once; returns the states of all mails, oldest first."""

    def run() -> list[str]:
        with app.app_context():
            with unit_of_work() as session:
                waiting = [row.payload for row in session.execute(
                    select(OutboxMessage).where(OutboxMessage.name == JOB).order_by(OutboxMessage.id)).scalars()]
            for payload in waiting:
                try:
                    with acting_as(SYSTEM, via="job"):
                        send_mail(payload)
                except Again:
                    pass
            with unit_of_work() as session, acting_as(SYSTEM):
                return list(session.execute(select(Mail.state).order_by(Mail.id)).scalars())

    return run


@pytest.fixture
def customer(desk: Callable[..., Any]) -> int:
    """A customer without log-in, who reads Chinese."""
    with desk():
        return make_person(name="王伟", email="wang@customer.example", language="zh").id


@pytest.fixture
def incident(desk: Callable[..., Any], cast: Cast, customer: int) -> Any:
    """`incident(**values)` opens one of that customer, and returns its id."""

    def opened(**values: Any) -> int:
        with desk(cast.agent):
            return incident_service.create(SYSTEM, {"title": "打印机 <b>卡纸</b>", "caller": customer,
                                                    "group": cast.first_line, **values}).id

    return opened


def step(desk, who, incident, action, **values):
    with desk(who):
        incident_service.transition(who.actor if who else SYSTEM, incident, action, values)
