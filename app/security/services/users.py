"""Log-ins: none for somebody who works here without a work group, and none stronger than whoever makes it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import func, select
from werkzeug.security import check_password_hash

from app.db import session
from app.organisation.models import GroupMember, Person, WorkGroup
from app.organisation.services import member_service, person_service
from app.records import audit, deleted
from app.records.service import RecordService
from app.records.values import all_or_nothing, flush
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, MissingFields, NotFound
from app.sdk.i18n import LANGUAGES, _
from app.security import sessions
from app.security.grants import check_grant, check_stronger
from app.security.models import ExternalIdentity, RoleProfile, UserPreference
from app.security.permissions import ROLE_WRITE, USER_WRITE
from app.security.second_factor import profile_of
from app.security.services import passwords
from app.security.services.user_ending import KIND, UserEnding, is_deleted, next_id
from app.security.zones import is_zone

FIELDS = frozenset({
    "username", "password", "email", "active", "person", "person_id", "name", "group", "group_id", "roles", "language",
    "timezone", "must_change",
})


class UserService(UserEnding):
    """Create, change, switch off and delete log-ins. Flushes, never commits."""

    model = User

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> User:
        """Create a log-in for a person, who may be new, in a work group. A customer needs no group."""
        actor.require(USER_WRITE)
        clean = self._clean(values)
        RecordService.check_required(clean, {"username", "password"})
        username = self._free_name(clean["username"])
        passwords.check(clean["password"], username, clean.get("name"), clean.get("email"))
        roles = self._roles(clean.get("roles") or ())
        is_customer = bool(roles) and all(role.is_self_service for role in roles)
        if clean.get("group_id") is None and not self._has_group(clean.get("person_id")) and not is_customer:
            raise InvalidField("group", _("Whoever works here is in a work group: choose one."))
        self._check_roles(actor, roles)
        person = self._person(actor, clean)
        if clean.get("group_id") is not None and not self._is_member(person.id, clean["group_id"]):
            member_service.create(actor, {"group": clean["group_id"], "person": person.id})
        user = User(
            id=next_id(), username=username, password=passwords.hashed(clean["password"]),
            active=clean.get("active", True), first_name=person.name[:64], last_name="",
            email=self._free_email(clean.get("email"), username),
        )
        user.roles = [role.role for role in roles]
        session().add(user)
        flush(session(), User)
        self._keep_password(user, must_change=bool(clean.get("must_change")))
        # Last: from now on the person may log in, and is in a group.
        person.user_id = user.id
        self._prefer(user, clean)
        flush(session(), User)
        audit.write(session(), "user", user.id, "create", {"username": (None, username), "roles": ([], _codes(roles))})
        return user

    @all_or_nothing
    def update(self, actor: Actor, user_id: int, values: Mapping[str, Any], version: int | None = None) -> User:
        """Change user name, e-mail address, whether the log-in is on, its own roles, language and time zone."""
        actor.require(USER_WRITE)
        user = self.get_for_update(user_id)
        check_stronger(session(), actor, user.id)
        clean = self._clean(values)
        before = {"username": user.username, "email": user.email, "active": user.active}
        if clean.get("username"):
            user.username = self._free_name(clean["username"], user.id)
        if clean.get("email"):
            user.email = self._free_email(clean["email"], user.username, user.id)
        if clean.get("active") is not None:
            user.active = clean["active"]
        if "roles" in clean:
            self._set_roles(actor, user, self._roles(clean["roles"] or ()))
        self._prefer(user, clean)
        flush(session(), User)
        after = {"username": user.username, "email": user.email, "active": user.active}
        audit.write(session(), "user", user.id, "update", {name: (before[name], after[name]) for name in before})
        if not user.active:
            sessions.end_all(user.id, "switched_off")
        return user

    @all_or_nothing
    def change_password(self, actor: Actor, user_id: int, password: str, *, must_change: bool = False) -> None:
        """Give a log-in another password, which may have to be changed at the next log-in; all its sessions end."""
        user = self.get_for_update(user_id)
        if actor.user_id != user.id:
            actor.require(USER_WRITE)
            check_stronger(session(), actor, user.id)
        if session().execute(select(ExternalIdentity.id).where(ExternalIdentity.user_id == user.id)).first():
            raise Conflict(_("The password of this account is kept by your directory, not by the desk."))
        passwords.check_new(user, password)
        user.password = passwords.hashed(password)
        flush(session(), User)
        self._keep_password(user, must_change=must_change)
        sessions.end_all(user.id, "password")
        audit.write(session(), "user", user.id, "update", {"password": (None, "***")})

    @all_or_nothing
    def change_own_password(self, actor: Actor, old: str, password: str) -> None:
        """Give the actor's own log-in another password, for whoever knows the present one."""
        user = self.get_for_update(actor.user_id or 0)
        if not check_password_hash(user.password or "", old):
            raise InvalidField("old_password", _("This is not your present password."))
        self.change_password(actor, user.id, password)

    @all_or_nothing
    def prefer(self, actor: Actor, values: Mapping[str, Any]) -> None:
        """Keep the actor's own language and time zone."""
        user = self.get_for_update(actor.user_id or 0)
        self._prefer(user, {name: values.get(name) for name in ("language", "timezone")})
        flush(session(), UserPreference)

    def get_for_update(self, user_id: int) -> User:
        """Return the user, locked. Raises NotFound, also for one in the recycle bin."""
        statement = select(User).where(User.id == user_id, User.id.not_in(deleted.lying(KIND))).with_for_update(of=User)
        found = session().execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
        if found is None:
            raise NotFound
        return found

    @staticmethod
    def _keep_password(user: User, *, must_change: bool) -> None:
        passwords.remember(user)
        profile = profile_of(user.id)
        profile.password_at, profile.must_change_password = clock.now(), must_change
        session().flush()

    # Parts ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
        unknown = set(values) - FIELDS
        if unknown:
            raise InvalidField(min(unknown), _("This field cannot be set."))
        clean = {"person_id" if name == "person" else "group_id" if name == "group" else name: value
                 for name, value in values.items()}
        for name in ("username", "email", "name"):
            if isinstance(clean.get(name), str):
                clean[name] = clean[name].strip()
        for name in ("person_id", "group_id"):
            if clean.get(name) is not None:
                clean[name] = _whole(name, clean[name])
        return clean

    @staticmethod
    def _free_name(username: str, own_id: int | None = None) -> str:
        if len(username) > 64 or any(letter.isspace() for letter in username):
            raise InvalidField("username", _("A user name has at most 64 characters and no spaces."))
        taken = select(User.id).where(func.lower(User.username) == username.casefold(), User.id != (own_id or 0))
        found = session().execute(taken).scalar()
        if found is not None:
            raise InvalidField("username", _("A user in the recycle bin has this name.") if is_deleted(found)
                               else _("This user name is taken."))
        return username

    @staticmethod
    def _free_email(email: str | None, username: str, own_id: int | None = None) -> str:
        # Flask-AppBuilder wants an address of everybody; the domain of RFC 2606 reaches nobody.
        address = email or f"{username}@users.invalid"
        if "@" not in address or len(address) > 200:
            raise InvalidField("email", _("This is not an e-mail address."))
        taken = select(User.id).where(func.lower(User.email) == address.casefold(), User.id != (own_id or 0))
        found = session().execute(taken).scalar()
        if found is not None:
            raise InvalidField("email", _("A user in the recycle bin has this e-mail address.") if is_deleted(found)
                               else _("This e-mail address is taken."))
        return address

    @staticmethod
    def _roles(given: Iterable[Any]) -> list[RoleProfile]:
        ids = {_whole("roles", getattr(role, "id", role)) for role in given}
        found = session().execute(select(RoleProfile).where(RoleProfile.role_id.in_(ids))).scalars().all()
        if len(found) != len(ids):
            raise InvalidField("roles", _("Choose an entry of the list."))
        return list(found)

    @staticmethod
    def _check_roles(actor: Actor, roles: list[RoleProfile]) -> None:
        if any(not role.is_self_service for role in roles):
            actor.require(ROLE_WRITE)
        check_grant(session(), actor, [role.role_id for role in roles])

    def _set_roles(self, actor: Actor, user: User, roles: list[RoleProfile]) -> None:
        before = {role.id for role in user.roles}
        wanted = {profile.role_id: profile for profile in roles}
        if before == set(wanted):
            return
        actor.require(ROLE_WRITE)
        changed = before ^ set(wanted)
        check_grant(session(), actor, changed)
        old = self._roles(before)
        user.roles = list(session().execute(select(Role).where(Role.id.in_(wanted))).scalars())
        flush(session(), User)
        audit.write(session(), "user", user.id, "update", {"roles": (_codes(old), _codes(roles))})

    @staticmethod
    def _person(actor: Actor, clean: Mapping[str, Any]) -> Person:
        if clean.get("person_id") is not None:
            person = person_service.get_for_update(clean["person_id"])
            # One that lies in the bin gives way to a new one.
            if person.user_id is not None and not is_deleted(person.user_id):
                raise InvalidField("person", _("This person has a log-in already."))
            return person
        if not clean.get("name"):
            raise MissingFields(["name"])
        address = clean.get("email") or None
        return person_service.create(actor, {"name": clean["name"], "email": address})

    @staticmethod
    def _has_group(person_id: int | None) -> bool:
        if person_id is None:
            return False
        statement = (select(GroupMember.id).join(WorkGroup, WorkGroup.id == GroupMember.group_id)
                     .where(GroupMember.person_id == person_id, WorkGroup.is_active).limit(1))
        return session().execute(statement).first() is not None

    @staticmethod
    def _is_member(person_id: int, group_id: int) -> bool:
        active = session().execute(select(WorkGroup.is_active).where(WorkGroup.id == group_id)).scalar()
        if not active:
            raise InvalidField("group", _("This work group is not active."))
        statement = select(GroupMember.id).where(GroupMember.person_id == person_id, GroupMember.group_id == group_id)
        return session().execute(statement).first() is not None

    @staticmethod
    def _prefer(user: User, clean: Mapping[str, Any]) -> None:
        given = {name: clean.get(name) or None for name in ("language", "timezone") if name in clean}
        if given.get("language") not in {None, *LANGUAGES}:
            raise InvalidField("language", _("Choose an entry of the list."))
        zone = given.get("timezone")
        if zone is not None and not is_zone(zone):
            raise InvalidField("timezone", _("There is no such time zone."))
        if not given:
            return
        statement = select(UserPreference).where(UserPreference.user_id == user.id)
        preference = session().execute(statement).scalar_one_or_none()
        if preference is None:
            preference = UserPreference(user_id=user.id)
            session().add(preference)
        for name, value in given.items():
            setattr(preference, name, value)


def _whole(name: str, value: Any) -> int:
    try:
        return int(getattr(value, "id", value))
    except (TypeError, ValueError):
        raise InvalidField(name.removesuffix("_id"), _("Choose an entry of the list.")) from None


def _codes(roles: Iterable[RoleProfile]) -> list[str]:
    return sorted(role.code for role in roles)


user_service = UserService()
deleted.beside[KIND] = user_service
