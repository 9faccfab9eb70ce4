"""What mails say at each turn of a ticket's life: to whoever holds it, and to whoever called, in both languages."""

import re

import pytest
from sqlalchemy import select

from addons.incident.services import incident_service
from addons.ticket.repositories import value_id
from app.notify.models import Notice
from app.notify.recipients import MAIL_CHOICES
from app.organisation.models import Person
from app.records.links import Watcher
from app.security.models import UserPreference
from app.security.preferences import prefer
from tests.notify.conftest import step

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TAKEN, GROUP, RETURNED = "ticket.taken", "ticket.group", "ticket.returned"


@pytest.fixture
def addressed(desk, cast):
    """Everybody of the cast has an address of their own; the specialist reads Chinese, the others English."""
    with desk() as session:
        for name in ("agent", "specialist", "customer"):
            who = getattr(cast, name)
            person = session.execute(select(Person).where(Person.id == who.person_id)).scalar_one()
            person.email = f"{name}@desk.example"
        reads = select(UserPreference).where(UserPreference.user_id == cast.specialist.user_id)
        session.execute(reads).scalar_one().language = "zh"
        session.flush()
    for who in (cast.agent, cast.specialist):
        with desk(who):
            prefer(MAIL_CHOICES, {TAKEN: True, GROUP: True, RETURNED: True})


@pytest.fixture
def said(send, mail_server):
    """`said()` sends what waits and returns what each was told since: {name: [plain text]}."""

    def since():
        before = len(mail_server.messages)
        assert set(send()) == {"sent"}
        found = {}
        for message in mail_server.messages[before:]:
            text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
            assert message["Subject"].startswith("[INC")
            found.setdefault(message["To"].partition("@")[0], []).append(text)
        return found

    return since


def test_a_ticket_goes_through_hands_and_is_rejected(desk, cast, incident, addressed, said):
    pk = incident(caller=cast.customer.person_id, title="Printer jam")
    opened = said()
    assert set(opened) == {"customer"}
    assert re.search(r"the number INC\S+:\n\nPrinter jam", opened["customer"][0])
    step(desk, None, pk, "assign", assignee=cast.agent.person_id)
    assert "assigned INC" in said()["agent"][0]
    with desk(cast.customer):
        incident_service.add_note(cast.customer.actor, pk, "Paper is in", is_public=True)
    answered = said()
    assert set(answered) == {"agent"}
    assert re.search(r"answered on INC\S+, Printer jam, which you hold:\n\nPaper is in", answered["agent"][0])
    assert "/incident/incidents/show/" in answered["agent"][0]

    step(desk, None, pk, "transfer", group=cast.second_line, assignee=cast.specialist.person_id, reason="Secret")
    handed = said()
    assert "transferred INC" in handed["agent"][0]
    assert "分配给您：Printer jam" in handed["specialist"][0]
    assert "Secret" not in str(handed)
    with desk():
        solved = value_id("incident.resolution_code", "solved")
    step(desk, cast.specialist, pk, "resolve", solution="New <b>drum</b>", resolution_code=solved)
    back = said()
    assert set(back) == {"agent"}
    assert "New drum" in back["agent"][0]

    step(desk, cast.agent, pk, "tell")
    asked = said()["customer"][0]
    assert "New drum" in asked
    assert re.search(r"please tell us by \w{3} \d", asked), asked
    assert "Confirm or object" in asked
    with desk() as session:
        session.add(Watcher(record_type="incident", record_id=pk, person_id=cast.specialist.person_id))
    step(desk, cast.customer, pk, "reopen", reason="It jams again")
    rejected = said()
    assert len(rejected["specialist"]) == 1
    assert "尚未解决" in rejected["specialist"][0]
    assert "It jams again" in rejected["specialist"][0]
    with desk() as session:
        kinds = session.execute(select(Notice.kind).where(Notice.user_id == cast.specialist.user_id)).scalars().all()
        assert kinds == ["ticket.assigned", "ticket.rejected"]


def test_one_that_a_colleague_reopens_was_not_rejected(desk, cast, incident, addressed, said):
    pk = incident(caller=cast.customer.person_id, group=cast.second_line)
    with desk():
        solved = value_id("incident.resolution_code", "solved")
    step(desk, None, pk, "assign", assignee=cast.specialist.person_id)
    step(desk, cast.specialist, pk, "resolve", solution="Done", resolution_code=solved)
    said()
    step(desk, cast.agent, pk, "reopen", reason="By phone")
    found = said()
    assert "is open again" in found["customer"][0]
    assert "尚未解决" not in str(found)
