"""Why somebody sees a record or does not, and who sees it: from the very criteria by which rows are read.

    for verdict in explain(session, user, Incident, incident_id):
        verdict.operation, verdict.is_allowed, [(reason.text, reason.is_met) for reason in verdict.reasons]

Nothing here is asked for its own sake: the parts of a criterion are read as columns of one statement on the one row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, false, func, inspect, select, true
from sqlalchemy.orm import Session

from app.addon_system.registry import current_registry
from app.db import Record, field_rights, include_deleted, rights, scopes, system_scope
from app.sdk.actor import Actor, DataRule
from app.sdk.i18n import _, bilingual, listed
from app.security import epoch
from app.security.account_reading import Account
from app.security.accounts import account_of, accounts_of
from app.security.grants import rights_by_role
from app.security.models import AccessRule
from app.security.role_texts import labels
from app.security.ways import sources, users_with, ways_of

PAGE = 25
Ways = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reason:
    """One link of the chain: what was asked, whether it was met; None where it says only how things are."""

    kind: str  # login, module, function, deleted, shipped, rule, field
    text: str
    is_met: bool | None = None
    rule_id: int | None = None


@dataclass(slots=True)
class Verdict:
    """Whether an operation is possible, and why."""

    operation: str
    label: str
    is_allowed: bool = True
    reasons: list[Reason] = field(default_factory=list)

    def add(self, reason: Reason, *, decides: bool = True) -> None:
        """Add a link; one that is not met and decides makes the whole impossible."""
        self.reasons.append(reason)
        if decides and reason.is_met is False:
            self.is_allowed = False


def explain(session: Session, user: User, model: type[Record], record_id: int) -> list[Verdict]:
    """Return for each operation whether a user can do it with a record, with every reason; five statements or so.

    Operations are to read, to change and to delete; a record type's further actions are rights, which the first lines
    of "to change" name. Raises nothing for a record that is not there: then nobody can do anything with it.
    """
    account = account_of(user, epoch.current(session.connection()))
    facts = _Facts(session, account.actor, model, record_id)
    ways = _ways(session, user.id)
    found = []
    for operation, label in ((scopes.READ, _("View")), (scopes.WRITE, _("Change")), (scopes.DELETE, _("Delete"))):
        verdict = Verdict(operation, label)
        verdict.add(_log_in(account))
        verdict.add(_module(model, account.actor, ways))
        if operation != scopes.READ:
            verdict.add(_function(model, account.actor, operation, ways))
        facts.tell(verdict)
        found.append(verdict)
    for verdict in found[1:]:
        if not found[0].is_allowed and verdict.is_allowed:
            verdict.add(Reason(scopes.READ, _("Nobody changes what they cannot see."), False))
    return found


def hidden_fields(user: User, model: type[Record], session: Session) -> dict[str, str]:
    """Return {field: hidden or read} of the fields of a class that the user may not see, or not change."""
    actor = account_of(user, epoch.current(session.connection())).actor
    names = [attribute.key for attribute in inspect(model).column_attrs]
    levels = {field_rights.field_name(name): field_rights.level(model, name, actor) for name in names}
    return {name: level for name, level in levels.items() if level != field_rights.EDIT}


@dataclass(frozen=True, slots=True)
class Seer:
    """A user, and whether they see the record."""

    user_id: int
    name: str
    username: str
    is_allowed: bool


def who_can_see(session: Session, model: type[Record], record_id: int, page: int = 0) -> tuple[list[Seer], bool]:
    """Return a page of the users with the right to the record's module, and whether there are more.

    One statement says of all of them whether they see the record; who they are is read for all together.
    """
    wanted = users_with(session, f"{model.record_type()}.read", PAGE + 1, page * PAGE)
    users, more = wanted[:PAGE], len(wanted) > PAGE
    number = epoch.current(session.connection())
    accounts = accounts_of(users, number)
    base = inspect(model).base_mapper.class_
    seen = _asked(session, base, record_id, [
        rights.criterion(base, account.actor) if account.may_log_in else false() for account in accounts])
    return [Seer(user.id, account.actor.label, user.username, bool(is_allowed))
            for user, account, is_allowed in zip(users, accounts, seen, strict=True)], more


def _asked(session: Session, base: type[Record], record_id: int, parts: list[ColumnElement[bool]]) -> list[bool]:
    # Each part as a column of the one row; nothing where there is no row.
    if not parts:
        return []
    columns = [func.coalesce(part, false()).label(f"part_{number}") for number, part in enumerate(parts)]
    with system_scope(), include_deleted():
        row = session.execute(select(*columns).select_from(base).where(base.id == record_id)).one_or_none()
    return [bool(value) for value in row] if row is not None else [False] * len(parts)


class _Facts:
    """What is true of one record for one actor."""

    def __init__(self, session: Session, actor: Actor, model: type[Record], record_id: int) -> None:
        self.session, self.actor, self.model = session, actor, model
        self.base: type[Record] = inspect(model).base_mapper.class_
        self.rules = [rule for rule in actor.rules if scopes.speaks_of(rule, self.base)]
        self.names = self._names()
        self.parts = rights.parts_of(self.base, actor, model.record_type())
        shipped = rights.shipped(self.base, actor)
        asked = [true() if shipped is None else shipped, self.base.deleted_at.is_(None),
                 *(part.rows for part in self.parts), *map(self._rows, self.rules)]
        self.is_shipped, self.is_there, *rest = _asked(session, self.base, record_id, asked)
        self.part_met, self.rule_met = rest[:len(self.parts)], rest[len(self.parts):]

    def _rows(self, rule: DataRule) -> ColumnElement[bool]:
        read = scopes.left if rule.is_limit else scopes.granted
        return read(rule, self.base, self.actor)

    def _names(self) -> dict[int, str]:
        ids = [rule.id for rule in self.rules]
        rows = self.session.execute(select(AccessRule.id, AccessRule.name).where(AccessRule.id.in_(ids))) if ids else ()
        return {row[0]: bilingual(row[1]) for row in rows}

    def tell(self, verdict: Verdict) -> None:
        """Add what the rows say."""
        verdict.add(Reason("deleted", _("The record is there and not deleted"), self.is_there))
        for part, met in zip(self.parts, self.part_met, strict=True):
            verdict.add(Reason("shipped", str(part.label), met), decides=part.is_limit)
        grants = [(rule, met) for rule, met in zip(self.rules, self.rule_met, strict=True)
                  if not rule.is_limit and verdict.operation in rule.operations]
        for rule, met in grants:
            verdict.add(Reason("rule", _("Granted by the rule “%(name)s”", name=self._name(rule)), met, rule.id),
                        decides=False)
        if not self.is_shipped and not any(met for _rule, met in grants):
            verdict.add(Reason("shipped", _("At least one of these shows the record"), False))
        for rule, met in zip(self.rules, self.rule_met, strict=True):
            if rule.is_limit and verdict.operation in rule.operations:
                verdict.add(Reason("rule", _("Within the limit “%(name)s”", name=self._name(rule)), met, rule.id))

    def _name(self, rule: DataRule) -> str:
        return self.names.get(rule.id, str(rule.id))


def _log_in(account: Account) -> Reason:
    return Reason("login", _("May log in: active, and in an active work group or a customer"), account.may_log_in)


def _ways(session: Session, user_id: int) -> Ways:
    # {right: each role that holds it, with the way it came by}
    ways, names = ways_of(user_id), labels()
    found = sources(rights_by_role(session, ways), ways)
    return {key: [f"{bilingual(names.get(role_id)) or role_id} ({way})" for role_id, way in granted]
            for key, granted in found.items()}


def _module(model: type[Record], actor: Actor, ways: Ways) -> Reason:
    return _right("module", f"{model.record_type()}.read", actor, ways)


def _function(model: type[Record], actor: Actor, operation: str, ways: Ways) -> Reason:
    resource = model.record_type()
    own = f"{resource}.{operation}"
    key = own if own in current_registry().permissions else f"{resource}.write"
    return _right("function", key, actor, ways)


def _right(kind: str, key: str, actor: Actor, ways: Ways) -> Reason:
    known = current_registry().permissions.get(key)
    label = str(known.label) if known is not None else key
    by = listed(dict.fromkeys(ways.get(key, ())))
    text = _("Has the right “%(right)s” by %(ways)s", right=label, ways=by) if by and actor.can(key) else _(
        "Has the right “%(right)s”", right=label)
    return Reason(kind, text, actor.can(key))
