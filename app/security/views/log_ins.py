"""Log-ins as rows of a list: those in the recycle bin are not among them; and where one is used, in words."""

from collections.abc import Callable
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy.orm import Query

from app.organisation.permissions import PERSON_READ, WORK_GROUP_READ
from app.records import deleted
from app.records.permissions import AUDIT_READ
from app.records.uses import Use
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _l
from app.sdk.permissions import Permission
from app.security.models import AccessRule, RoleProfile
from app.security.permissions import API_TOKEN_READ, ROLE_READ, SESSION_READ
from app.security.services.user_ending import KIND
from app.web.audit_text import log_url_of_user
from app.web.interface import Interface
from app.web.list_links import list_address
from app.web.uses import UseLine, lines_in_order

# {table: (what it is called, what it is to the user, the right to see it)}
_LINES: dict[str, tuple[LazyString, LazyString, Permission | None]] = {
    "person": (_l("People"), _l("The person behind it"), PERSON_READ),
    "group_member": (_l("Work groups"), _l("By the person; they stay"), WORK_GROUP_READ),
    "role_profile": (_l("Roles"), _l("The user's own"), ROLE_READ),
    "saved_filter": (_l("Saved filters"), _l("Owner"), None),
    "import_mapping": (_l("Import mappings"), _l("Owner"), None),
    "api_token": (_l("Keys for programs"), _l("Not taken back yet"), API_TOKEN_READ),
    "login_session": (_l("Log-in sessions"), _l("Open"), SESSION_READ),
    "audit_entry": (_l("Audit log"), _l("Done by this user"), AUDIT_READ),
}


class LogInInterface(Interface):
    """What the pages of users read their rows through."""

    def apply_filters(self, query: Query[Any], filters: Any) -> Query[Any]:
        """Leave out what lies in the recycle bin."""
        return self._without_deleted(super().apply_filters(query, filters))

    def options(self, text: str, limit: int = 20,
                narrow: Callable[[Query[Any]], Query[Any]] | None = None) -> list[tuple[int, str]]:
        """Offer no deleted ones."""
        return super().options(
            text, limit, lambda query: self._without_deleted(narrow(query) if narrow is not None else query))

    def _without_deleted(self, query: Query[Any]) -> Query[Any]:
        # Relations of a log-in are read through the same class: groups, roles.
        return query.filter(User.id.not_in(deleted.lying(KIND))) if self.obj is User else query


def lines_of_user(uses: list[Use], user: User, actor: Actor) -> list[UseLine]:
    """Return the uses of a log-in in words, most first; what the reader may not see counts as hidden."""
    return lines_in_order([_line(use, user, actor) for use in uses])


def _line(use: Use, user: User, actor: Actor) -> UseLine:
    table = use.model.__tablename__
    kind, label, right = _LINES.get(table, (_l("Others"), _l("Owner"), None))
    seen = use.seen if right is None or actor.can(right) else 0
    url = ""
    if seen and table == "audit_entry":
        url = log_url_of_user(user.username) or ""
    elif seen and table in ("person", "api_token", "login_session"):
        url = list_address(use.model, ("user", "rel_o_m", user.id))
    return UseLine(table, use.column, str(kind), str(label), seen, use.total - seen, url)


_OF_ROLE: dict[str, tuple[LazyString, LazyString]] = {
    "ab_user": (_l("Users"), _l("As their own role")),
    "group_role": (_l("Work groups"), _l("Granted to the whole group")),
    "member_role": (_l("Work groups"), _l("Granted to a member")),
    "access_rule": (_l("Data rules"), _l("Of its holders")),
    "field_right": (_l("Field rights"), _l("Of its holders")),
}


def lines_of_role(uses: list[Use], profile: RoleProfile) -> list[UseLine]:
    """Return who has a role, in words. Whoever reads roles sees each of them on the role's page."""
    return lines_in_order([
        UseLine(use.model.__tablename__, use.column, str(_OF_ROLE[use.model.__tablename__][0]),
                str(_OF_ROLE[use.model.__tablename__][1]), use.total, 0,
                list_address(use.model, ("role", "rel_o_m", profile.role_id)) if use.model is AccessRule else "")
        for use in uses])
