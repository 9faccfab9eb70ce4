"""Whose people one sees: all with the right to, else oneself. Work groups everybody sees."""

from sqlalchemy import ColumnElement, false

from app.db import register_scope
from app.organisation.models import Person, WorkGroup
from app.organisation.permissions import PERSON_READ
from app.sdk.actor import Actor


def visible_people(actor: Actor) -> ColumnElement[bool] | None:
    """Return the criterion of the people that the actor may see."""
    if actor.can(PERSON_READ):
        return None
    return Person.id == actor.person_id if actor.person_id is not None else false()


register_scope(Person, visible_people)
register_scope(WorkGroup, lambda _actor: None)
