"""What the pages of users and roles show beside their fields."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import session
from app.organisation.models import GroupMember, Person, WorkGroup
from app.records import audit
from app.sdk.actor import Actor
from app.sdk.i18n import _l, bilingual
from app.security.grants import rights_of, roles_of
from app.security.permissions import USER_WRITE
from app.security.role_texts import labels
from app.web.audit_text import happenings
from app.web.panels import Panel
from app.web.words import subject_text


class AccessPanel(Panel):
    """Which work groups a user is in, and which roles follow."""

    key, title, template = "access", _l("Work groups and roles"), "desk/panels/access.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        groups = session().execute(
            select(WorkGroup.id, WorkGroup.name, WorkGroup.is_active)
            .join(GroupMember, GroupMember.group_id == WorkGroup.id)
            .join(Person, Person.id == GroupMember.person_id).where(Person.user_id == item.id).order_by(WorkGroup.id)
        ).all()
        person = session().execute(select(Person.id, Person.name).where(Person.user_id == item.id)).first()
        names = labels()
        return {
            "person": person, "groups": [(row[0], bilingual(row[1]), row[2]) for row in groups],
            "roles": sorted(bilingual(names.get(role)) for role in roles_of(session(), item.id) if role in names),
            "password_url": f"{view.route_base}/{item.id}/password" if actor.can(USER_WRITE) else None,
        }


class RightsPanel(Panel):
    """What a role allows, in words, by subject."""

    key, title, template = "rights", _l("Rights"), "desk/panels/rights.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        known = current_registry().permissions
        by_resource: dict[str, list[str]] = defaultdict(list)
        for key in sorted(rights_of(session(), [item.role_id])):
            if key in known:
                by_resource[key.split(".", 1)[0]].append(str(known[key].label))
        return {"subjects": [(subject_text(resource), texts) for resource, texts in sorted(by_resource.items())]}


class UserAuditPanel(Panel):
    """Who changed a log-in, when and by which way."""

    key, title, template = "audit", _l("History"), "desk/panels/audit.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        return {"happenings": happenings(view, audit.entries(session(), "user", item.id))}
