"""FAB loses the typed form with any refusal, commits by itself, and runs rules for pages only."""

import pytest
from flask import current_app

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import db
from app.organisation.models import Company
from app.sdk.errors import InvalidField
from app.web.interface import Interface, NotTheDoor
from tests.fab.conftest import count, make_incident
from tests.support.people import submit

ADD = "/incident/incidents/add"


@pytest.fixture
def agent(cast, logged_in):
    return logged_in(cast.agent)


def test_a_refusal_keeps_what_was_typed_and_says_where(cast, agent, seen, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise InvalidField("title", "Say it in other words.")

    monkeypatch.setattr(incident_service, "create", refuse)
    answer = submit(agent, ADD, title="Typed with care", description="A long story", kind="incident",
                    caller=cast.customer.person_id)
    assert answer.status_code == 422
    for text in ("Typed with care", "A long story", "Say it in other words."):
        assert text in answer.text
    assert f'value="{cast.customer.person_id}"' in answer.text
    with seen() as session:
        assert count(session, Incident) == 0


def test_a_form_that_does_not_fit_keeps_what_was_typed(agent, seen):
    answer = submit(agent, ADD, title="x" * 301, description="A long story", kind="incident", caller="999999")
    assert answer.status_code == 422
    assert "A long story" in answer.text
    with seen() as session:
        assert count(session, Incident) == 0


def test_a_duplicate_is_said_beside_its_field_and_the_page_still_renders(cast, logged_in, written, seen):
    client = logged_in(cast.admin)
    page = "/organisation/companies/add"
    assert submit(client, page, name="First", code="A", is_customer="y").status_code == 302
    answer = submit(client, page, name="Second", code="A", is_customer="y")
    assert answer.status_code == 422
    assert "Second" in answer.text
    with seen() as session:
        assert [company.name for company in session.query(Company)] == ["First"]


def test_a_refusal_half_way_leaves_nothing(cast, agent, seen, monkeypatch):
    original = incident_service.create

    def half(actor, values):
        original(actor, values)
        raise InvalidField("title", "Too late.")

    monkeypatch.setattr(incident_service, "create", half)
    answer = submit(agent, ADD, title="Half", kind="incident", caller=cast.customer.person_id)
    assert answer.status_code == 422
    with seen() as session:
        assert count(session, Incident) == 0


def test_any_other_fault_bubbles_and_leaves_nothing(cast, agent, seen, monkeypatch):
    original = incident_service.create

    def breaks(actor, values):
        original(actor, values)
        raise ZeroDivisionError

    monkeypatch.setattr(incident_service, "create", breaks)
    with pytest.raises(ZeroDivisionError):
        submit(agent, ADD, title="Half", kind="incident", caller=cast.customer.person_id)
    with seen() as session:
        assert count(session, Incident) == 0


def test_the_second_of_two_writers_is_told(cast, agent, written, seen):
    with written():
        incident = make_incident(title="as it was").id
    page = f"/incident/incidents/edit/{incident}"
    values = {"caller": cast.customer.person_id, "kind": "incident", "version": 1}
    assert submit(agent, page, title="first", **values).status_code == 302
    answer = submit(agent, page, title="second", **values)
    assert answer.status_code == 422
    assert "second" in answer.text
    with seen() as session:
        assert session.get(Incident, incident).title == "first"


def test_views_have_no_door_of_their_own(context):
    interface = Interface(Company)
    for write in (interface.add, interface.edit, interface.delete, interface.delete_all):
        with pytest.raises(NotTheDoor):
            write(None)
    for view in current_app.appbuilder.baseviews:
        for name in ("_add", "_edit", "_delete"):
            if hasattr(view, "service") and hasattr(view, name):
                with pytest.raises((NotImplementedError, TypeError)):
                    getattr(view, name)(*([] if name == "_add" else [1]))
    db.session.rollback()


def test_tables_have_no_naive_times_and_no_author_from_a_request(context):
    from flask_appbuilder.models.mixins import AuditMixin

    from app.db import Model

    assert [mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, AuditMixin)
            and not mapper.class_.__module__.startswith("flask_appbuilder")] == []
