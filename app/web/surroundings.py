"""Tags and watchers of a record, at the side of its page."""

from typing import Any

from sqlalchemy import select

from app.db import session
from app.organisation.models import Person
from app.records import tags
from app.records.links import Watcher
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.panels import Panel


class SurroundingsPanel(Panel):
    """What the record is tagged with and who hears about it."""

    key, title, template = "surroundings.side", _l("Tags and watchers"), "desk/panels/surroundings.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        record_type = type(item).record_type()
        watchers = select(Watcher.person_id, Person.name).outerjoin(Person, Person.id == Watcher.person_id).where(
            Watcher.record_type == record_type, Watcher.record_id == item.id).order_by(Watcher.id)
        people = [(row[0], row[1]) for row in session().execute(watchers)]
        return {
            "tags": tags.of_record(session(), record_type, item.id), "people": people,
            "is_watching": any(key == actor.person_id for key, _name in people),
            "may_watch": actor.person_id is not None, "may_write": actor.can(f"{view.class_permission_name}.write"),
            "tags_url": f"{view.url_base(item.id)}/tags", "watch_url": f"{view.url_base(item.id)}/watch",
        }
