"""Whose people one sees: all with the right to, else oneself. Work groups everybody sees."""

from sqlalchemy import ColumnElement, false, true

from app.db import Part, register_reasons, register_scope
from app.organisation.models import Person, WorkGroup
from app.organisation.permissions import PERSON_READ
from app.sdk.actor import Actor
from app.sdk.i18n import _l


def visible_people(actor: Actor) -> ColumnElement[bool] | None:
    """Return the criterion of the people that the actor may see."""
    if actor.can(PERSON_READ):
        return None
    return Person.id == actor.person_id if actor.person_id is not None else false()


def parts(actor: Actor, _record_type: str) -> list[Part]:
    """Return by which of an actor's rights people are seen."""
    found = [Part(_l("The person themselves"), Person.id == actor.person_id)]
    return [*found, Part(_l("Sees all of this type"), true())] if actor.can(PERSON_READ) else found


register_scope(Person, visible_people)
register_scope(WorkGroup, lambda _actor: None)
register_reasons(Person, parts)
