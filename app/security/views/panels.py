"""What the pages of users and roles show beside their fields."""

from typing import Any

from flask import current_app
from flask_appbuilder.security.sqla.models import User, assoc_user_role
from sqlalchemy import select

from app.db import session
from app.organisation.models import GroupMember, GroupRole, MemberRole, Person, WorkGroup
from app.records import audit
from app.sdk.actor import Actor
from app.sdk.i18n import _l, bilingual
from app.security import attempts, directory, matrix, second_factor, view_as, ways
from app.security.grants import rights_by_role, rights_of
from app.security.permissions import ROLE_READ, SESSION_WRITE, USER_VIEW_AS, USER_WRITE
from app.security.role_texts import labels
from app.security.services import bindings, session_service
from app.security.views.own_sessions import row_of
from app.web.audit_text import happenings, log_url, log_url_of_user
from app.web.panels import Panel

# How many holders of a role are named of each kind.
SHOWN = 100


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
        names, by_role = labels(), ways.ways_of(item.id)
        return {
            "person": person, "groups": [(row[0], bilingual(row[1]), row[2]) for row in groups],
            "roles": sorted((bilingual(names[role]), [str(way) for way in found])
                            for role, found in by_role.items() if role in names),
            "view_as_url": f"/security/view-as/{item.id}" if self._may_view_as(item, actor) else None,
            "explain_url": f"/security/explain/?user={item.id}" if actor.can(ROLE_READ) else None,
            "password_url": f"{view.route_base}/{item.id}/password" if actor.can(USER_WRITE) else None,
        }

    @staticmethod
    def _may_view_as(item: Any, actor: Actor) -> bool:
        return actor.can(USER_VIEW_AS) and item.id != actor.user_id and bool(item.active) and view_as.present() is None


def provider_names() -> dict[str, str]:
    """Return {provider: what it is called} of this installation."""
    names = {"ldap": "LDAP", "oidc": str(current_app.config["OIDC_LABEL"])}
    return {provider: names[provider] for provider in bindings.offered()}


class SigningInPanel(Panel):
    """How a user gets in: where they are logged in, what failed, whether the account waits."""

    key, title, template = "signing-in", _l("Signing in"), "desk/panels/signing_in.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        failed = attempts.recent(item.username)
        return {
            "is_waiting": attempts.account_waits(item.username), "url": view.url_base(item.id),
            "attempts": [(row, str(attempts.REASONS.get(row.reason, row.reason))) for row in failed],
            "sessions": [row_of(found, None) for found in session_service.of_user(item.id)],
            "may_write": actor.can(USER_WRITE), "may_end": actor.can(SESSION_WRITE),
            "has_factor": second_factor.has(item.id), "needs_factor": second_factor.is_needed(item.id),
            "identity": directory.identity_of(item.id), "providers": provider_names(),
        }


class RightsPanel(Panel):
    """What a role allows, in words, by module and subject."""

    key, title, template = "rights", _l("Rights"), "desk/panels/rights.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        rights = rights_of(session(), [item.role_id])
        return {"modules": matrix.modules(rights), "role": matrix.Column(item.id, "", rights)}


class RoleHoldersPanel(Panel):
    """Who has a role: work groups, members of one, and users of their own; as many as a page shows."""

    key, title, template = "holders", _l("Who has it"), "desk/panels/role_holders.html"
    is_lazy = True

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        groups = select(WorkGroup.id, WorkGroup.name).join(GroupRole, GroupRole.group_id == WorkGroup.id).where(
            GroupRole.role_id == item.role_id).order_by(WorkGroup.id)
        members = (
            select(WorkGroup.id, WorkGroup.name, Person.name)
            .join(GroupMember, GroupMember.group_id == WorkGroup.id)
            .join(Person, Person.id == GroupMember.person_id).join(MemberRole, MemberRole.member_id == GroupMember.id)
            .where(MemberRole.role_id == item.role_id).order_by(Person.name, GroupMember.id)
        )
        users = select(User.id, User.first_name, User.username).join(
            assoc_user_role, assoc_user_role.c.user_id == User.id).where(
            assoc_user_role.c.role_id == item.role_id).order_by(User.first_name, User.id)
        rows = [session().execute(statement.limit(SHOWN + 1)).all() for statement in (groups, members, users)]
        return {"groups": rows[0][:SHOWN], "members": rows[1][:SHOWN], "users": rows[2][:SHOWN],
                "is_cut": any(len(found) > SHOWN for found in rows), "shown": SHOWN}


class EffectivePanel(Panel):
    """What a user may do at this moment, and by which way each right came to them."""

    key, title, template = "effective", _l("Effective rights"), "desk/panels/effective.html"
    permission = str(ROLE_READ)
    is_lazy = True

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        by_role = ways.ways_of(item.id)
        found = ways.sources(rights_by_role(session(), by_role), by_role)
        names = {role_id: bilingual(label) for role_id, label in labels().items()}
        told = {key: [(names.get(role_id, ""), str(way)) for role_id, way in sorted(grants, key=lambda one: one[0])]
                for key, grants in found.items()}
        return {"modules": matrix.modules(found), "told": told,
                "held": matrix.Column(item.id, "", frozenset(found))}


class UserAuditPanel(Panel):
    """Who changed a log-in, when and by which way."""

    key, title, template = "audit", _l("History"), "desk/panels/audit.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        # What happened to the log-in, and what it did.
        return {"happenings": happenings(view, audit.entries(session(), "user", item.id)),
                "log_url": log_url("user", item.id), "by_url": log_url_of_user(item.username)}
