"""How far somebody's rights reach: the rules of rows and fields that bind them, and the places that are theirs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from app.db import field_rights, scopes
from app.organisation.models import Company, Site
from app.sdk.actor import DataRule
from app.sdk.confidentiality import HIGHEST
from app.security.guards import ADMIN_ROLE
from app.security.models import AccessRule, FieldRight, RoleProfile

_OPERATIONS = {scopes.READ: AccessRule.may_read, scopes.CREATE: AccessRule.may_create,
               scopes.WRITE: AccessRule.may_write, scopes.DELETE: AccessRule.may_delete}


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


def of(session: Session, roles: Iterable[int], groups: Iterable[int]) -> Reach:
    """Return the reach of somebody with these roles and groups; three statements, and no rule for administrators."""
    wanted = sorted(roles)
    levels = session.execute(
        select(Role.name, RoleProfile.clearance).outerjoin(RoleProfile, RoleProfile.role_id == Role.id)
        .where(Role.id.in_(wanted))
    ).all()
    is_administrator = any(row[0] == ADMIN_ROLE for row in levels)
    clearance = HIGHEST if is_administrator else max((row[1] or 0 for row in levels), default=0)
    hidden, locked = (frozenset(), frozenset()) if is_administrator else _fields(session, wanted)
    return Reach(clearance, is_administrator, _rules(session, wanted, groups, is_administrator), hidden, locked)


def _rules(session: Session, roles: list[int], groups: Iterable[int], is_administrator: bool) -> tuple[DataRule, ...]:
    rule = AccessRule
    everybody = and_(rule.role_id.is_(None), rule.group_id.is_(None))
    held = or_(rule.role_id.in_(roles), rule.group_id.in_(sorted(groups)),
               false() if is_administrator else everybody)
    statement = (
        select(rule.id, rule.record_type, rule.is_limit, rule.scope, rule.conditions, *_OPERATIONS.values())
        .where(rule.is_active, held).order_by(rule.id)
    )
    return tuple(
        DataRule(row[0], row[1], frozenset(name for name, may in zip(_OPERATIONS, row[5:], strict=True) if may),
                 bool(row[2]), row[3], json.dumps(row[4]) if row[4] else "")
        for row in session.execute(statement)
    )


def _fields(session: Session, roles: list[int]) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    right, best = FieldRight, dict[tuple[str, str], str]()
    statement = select(right.record_type, right.field, right.level).where(
        or_(right.role_id.is_(None), right.role_id.in_(roles)))
    order = field_rights.LEVELS.index
    for record_type, field, level in session.execute(statement):
        key = (record_type, field)
        best[key] = max(best.get(key, field_rights.HIDDEN), level, key=order)
    by_level = {level: frozenset(key for key, held in best.items() if held == level) for level in field_rights.LEVELS}
    return by_level[field_rights.HIDDEN], by_level[field_rights.READ]


def place_of(session: Session, company_id: int | None, site_id: int | None) -> Place:
    """Return the company and the site with all below them. Needs system scope; at most three statements."""
    shares = company_id is not None and session.execute(
        select(Company.shares_tickets).where(Company.id == company_id, Company.deleted_at.is_(None))).scalar()
    return Place(_below(session, Company, company_id), _below(session, Site, site_id), bool(shares))


def _below(session: Session, model: type[Company] | type[Site], top: int | None) -> frozenset[int]:
    if top is None:
        return frozenset()
    table = model.__table__.c
    tree = select(table.id).where(table.id == top, table.deleted_at.is_(None)).cte("tree", recursive=True)
    # UNION, not UNION ALL: a loop that some import made ends as well.
    tree = tree.union(select(table.id).where(table.parent_id == tree.c.id, table.deleted_at.is_(None)))
    return frozenset(session.execute(select(tree.c.id)).scalars())
