"""The members of a group on its page: what each is in it, can do and holds, and who of them cannot log in."""

from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.db import session
from app.organisation import open_work
from app.organisation.labels import POSITIONS
from app.organisation.models import GroupMember, MemberRole, Person
from app.organisation.skills import LEVELS, SKILLS, PersonSkill
from app.records.lists import listed
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l
from app.web.panels import Panel

MOST = 200
_ORDER = {"lead": 0, "deputy": 1, "member": 2}


class MembersPanel(Panel):
    """Everybody in the group, with ways to add, move and remove them."""

    key, title, template = "members", _l("Members"), "desk/panels/members.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        rows = self._rows(item.id)
        shown = rows[:MOST]
        people = [row.person_id for row in shown]
        work = open_work.of_members(item.id, people) if open_work.is_counted() and people else {}
        skills, roles = self._skills(people), self._roles([row.id for row in shown])
        return {
            "rows": [{"row": row, "off": self._off(row), "skills": skills.get(row.person_id, []),
                      "roles": roles.get(row.id, 0), "work": work.get(row.person_id, 0)} for row in shown],
            "count": len(rows), "has_more": len(rows) > MOST, "positions": POSITIONS,
            "counts_work": open_work.is_counted(), "may_write": actor.can("work_group.write"),
        }

    @staticmethod
    def _rows(group_id: int) -> list[Any]:
        # A person that the reader may not see is in nobody's list; their place stays theirs.
        columns = (GroupMember.id, GroupMember.person_id, GroupMember.role_in_group, GroupMember.sequence, Person.name,
                   Person.is_active, Person.user_id, User.active.label("may_log_in"))
        statement = (
            select(*columns).join(Person, Person.id == GroupMember.person_id)
            .outerjoin(User, User.id == Person.user_id).where(GroupMember.group_id == group_id)
            .order_by(GroupMember.sequence, GroupMember.id).limit(MOST + 1)
        )
        return sorted(session().execute(statement).all(), key=lambda row: _ORDER.get(row.role_in_group, 2))

    @staticmethod
    def _off(row: Any) -> str:
        """Return why somebody cannot work here, or nothing."""
        if not row.is_active:
            return _("No longer active")
        if row.user_id is None:
            return _("No log-in")
        return "" if row.may_log_in else _("Log-in switched off")

    @staticmethod
    def _skills(people: list[int]) -> dict[int, list[tuple[str, str, int]]]:
        if not people:
            return {}
        names = {value.code: str(value) for value in listed(session(), SKILLS)[SKILLS]}
        found: dict[int, list[tuple[str, str, int]]] = {}
        statement = select(PersonSkill).where(PersonSkill.person_id.in_(people)).order_by(PersonSkill.level.desc())
        for one in session().execute(statement.order_by(PersonSkill.id)).scalars():
            said = (names.get(one.skill, one.skill), str(LEVELS.get(one.level, one.level)), one.level)
            found.setdefault(one.person_id, []).append(said)
        return found

    @staticmethod
    def _roles(members: list[int]) -> dict[int, int]:
        if not members:
            return {}
        counting = select(MemberRole.member_id, func.count()).where(MemberRole.member_id.in_(members))
        return dict(map(tuple, session().execute(counting.group_by(MemberRole.member_id)).all()))
