"""Whose people one sees: all with the right to, else oneself; and which work groups."""

from sqlalchemy import ColumnElement, false, true

from app.db import Part, register_reasons, register_scope
from app.organisation.models import Person, WorkGroup
from app.organisation.permissions import PERSON_READ, WORK_GROUP_WRITE
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
def visible_groups(actor: Actor) -> ColumnElement[bool] | None:
    """Return the criterion of the work groups that the actor may see: as each of them says.

    All of them, for whoever keeps groups; and before somebody is logged in, so that they can be.
    """
    if actor.user_id is None or actor.can(WORK_GROUP_WRITE):
        return None
    mine = sorted(actor.group_ids)
    below = (WorkGroup.visibility == "parent") & WorkGroup.parent_id.in_(mine)
    return (WorkGroup.visibility == "everybody") | WorkGroup.id.in_(mine) | below


register_scope(WorkGroup, visible_groups)
register_reasons(Person, parts)
