"""How far somebody's rights reach: the rules of rows and fields that bind them, and the places that are theirs."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.db import field_rights, scopes
from app.organisation.models import Company, Site
from app.sdk.actor import DataRule
from app.sdk.confidentiality import HIGHEST
from app.security.guards import ADMIN_ROLE
from app.security.models import AccessRule, FieldRight, RoleProfile

_OPERATIONS = {scopes.READ: AccessRule.may_read, scopes.CREATE: AccessRule.may_create,
               scopes.WRITE: AccessRule.may_write, scopes.DELETE: AccessRule.may_delete}


# A company and a site.
Home = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Reach:
    """What roles and groups bring besides rights."""

    clearance: int
    is_administrator: bool
    rules: tuple[DataRule, ...]
    hidden: frozenset[tuple[str, str]]
    locked: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """The companies and sites that count as one's own."""

    company_ids: frozenset[int] = frozenset()
    site_ids: frozenset[int] = frozenset()
    shares_tickets: bool = False


class Bounds:
    """What all of these roles and groups bring besides rights, read in three statements."""

    def __init__(self, session: Session, roles: Iterable[int], groups: Iterable[int]) -> None:
        wanted = sorted(roles)
        levels = session.execute(
            select(Role.id, Role.name, RoleProfile.clearance)
            .outerjoin(RoleProfile, RoleProfile.role_id == Role.id).where(Role.id.in_(wanted))).all()
        self._clearances = {row[0]: row[2] or 0 for row in levels}
        self._administrators = frozenset(row[0] for row in levels if row[1] == ADMIN_ROLE)
        self._rules = _rules(session, wanted, sorted(groups))
        self._fields = session.execute(
            select(FieldRight.role_id, FieldRight.record_type, FieldRight.field, FieldRight.level)
            .where(or_(FieldRight.role_id.is_(None), FieldRight.role_id.in_(wanted)))).all()

    def of(self, roles: frozenset[int], groups: frozenset[int]) -> Reach:
        """Return the reach of somebody with some of these roles and groups; no rule of everybody for administrators."""
        is_administrator = bool(roles & self._administrators)
        clearance = HIGHEST if is_administrator else max((self._clearances.get(role, 0) for role in roles), default=0)
        hidden, locked = (frozenset(), frozenset()) if is_administrator else self._levels(roles)
        rules = tuple(rule for role_id, group_id, rule in self._rules if role_id in roles or group_id in groups
                      or (role_id is None and group_id is None and not is_administrator))
        return Reach(clearance, is_administrator, rules, hidden, locked)

    def _levels(self, roles: frozenset[int]) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        best, order = dict[tuple[str, str], str](), field_rights.LEVELS.index
        for role_id, record_type, field, level in self._fields:
            if role_id is None or role_id in roles:
                key = (record_type, field)
                best[key] = max(best.get(key, field_rights.HIDDEN), level, key=order)
        by_level = {level: frozenset(key for key, held in best.items() if held == level)
                    for level in field_rights.LEVELS}
        return by_level[field_rights.HIDDEN], by_level[field_rights.READ]


def _rules(session: Session, roles: list[int], groups: list[int]) -> list[tuple[int | None, int | None, DataRule]]:
    # (role, group, rule) of each rule that is held by one of these, or by everybody.
    rule = AccessRule
    everybody = and_(rule.role_id.is_(None), rule.group_id.is_(None))
    held = or_(rule.role_id.in_(roles), rule.group_id.in_(groups), everybody)
    statement = (
        select(rule.role_id, rule.group_id, rule.id, rule.record_type, rule.is_limit, rule.scope, rule.conditions,
               *_OPERATIONS.values()).where(rule.is_active, held).order_by(rule.id)
    )
    return [
        (row[0], row[1], DataRule(
            row[2], row[3], frozenset(name for name, may in zip(_OPERATIONS, row[7:], strict=True) if may),
            bool(row[4]), row[5], json.dumps(row[6]) if row[6] else ""))
        for row in session.execute(statement)
    ]


def places_of(session: Session, homes: Iterable[Home]) -> dict[Home, Place]:
    """Return {(company, site): both with all below them}. Needs system scope; at most three statements."""
    wanted = set(homes)
    companies = {company for company, _site in wanted if company is not None}
    shared: set[int] = set()
    if companies:
        shared.update(session.execute(select(Company.id).where(
            Company.id.in_(companies), Company.shares_tickets, Company.deleted_at.is_(None))).scalars())
    below, sites = _below(session, Company, companies), _below(
        session, Site, {site for _company, site in wanted if site is not None})
    nothing: frozenset[int] = frozenset()
    return {(company, site): Place(below.get(company, nothing), sites.get(site, nothing), company in shared)
            for company, site in wanted}


def _below(session: Session, model: type[Company] | type[Site], tops: set[int]) -> dict[int | None, frozenset[int]]:
    if not tops:
        return {}
    table, found = model.__table__.c, defaultdict[int | None, set[int]](set)
    tree = select(table.id.label("top"), table.id).where(table.id.in_(tops), table.deleted_at.is_(None)).cte(
        "tree", recursive=True)
    # UNION, not UNION ALL: a loop that some import made ends as well.
    tree = tree.union(
        select(tree.c.top, table.id).where(table.parent_id == tree.c.id, table.deleted_at.is_(None)))
    for top, key in session.execute(select(tree.c.top, tree.c.id)):
        found[top].add(key)
    return {top: frozenset(keys) for top, keys in found.items()}
