"""The scopes of data rules that every record knows: one's own, of one's groups, lines, companies and sites, all.

Each looks at the columns of the record, so that an addon's records have them by naming their columns as all do:
`created_by_id`, `caller_id`, `assignee_id`, `group_id`, `company_id`, `site_id`, `confidentiality`.
"""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.db.scopes import register_scope_kind
from app.organisation.models import Company, Person, Site, WorkGroup
from app.sdk.actor import Actor
from app.sdk.i18n import _l

Criterion = ColumnElement[bool] | None


def _column(cls: type[Any], name: str) -> Any:
    found = getattr(cls, name, None)
    return found if isinstance(found, InstrumentedAttribute) else None


def everything(_cls: type[Any], _actor: Actor, _argument: Any) -> Criterion:
    """Every row."""
    return true()


def own(cls: type[Any], actor: Actor, _argument: Any) -> Criterion:
    """What one has made, called about or works on; of people, oneself."""
    pairs = [("created_by_id", actor.user_id), ("caller_id", actor.person_id), ("assignee_id", actor.person_id)]
    if cls is Person:
        pairs.append(("id", actor.person_id))
    known = [(_column(cls, name), held) for name, held in pairs]
    return or_(false(), *(column == held for column, held in known if column is not None and held is not None))


def own_groups(cls: type[Any], actor: Actor, _argument: Any) -> Criterion:
    """What one's work groups hold."""
    column = _column(cls, "group_id")
    return None if column is None else column.in_(sorted(actor.group_ids))


def own_lines(cls: type[Any], actor: Actor, _argument: Any) -> Criterion:
    """What any group of the support lines holds that one works in."""
    column = _column(cls, "group_id")
    if column is None:
        return None
    return column.in_(select(WorkGroup.id).where(WorkGroup.support_line.in_(sorted(actor.support_lines))))  # type: ignore[no-any-return]


def own_companies(cls: type[Any], actor: Actor, _argument: Any) -> Criterion:
    """What belongs to one's company or to one below it; of companies, these themselves."""
    column = cls.id if cls is Company else _column(cls, "company_id")
    return None if column is None else column.in_(sorted(actor.company_ids))


def own_sites(cls: type[Any], actor: Actor, _argument: Any) -> Criterion:
    """What belongs to one's site or to one below it; of sites, these themselves."""
    column = cls.id if cls is Site else _column(cls, "site_id")
    return None if column is None else column.in_(sorted(actor.site_ids))


def cleared(cls: type[Any], actor: Actor, _argument: Any) -> Criterion:
    """What is no more confidential than one is cleared for."""
    column = _column(cls, "confidentiality")
    return None if column is None else column <= actor.clearance


register_scope_kind("everything", _l("All records"), everything)
register_scope_kind("own", _l("Own records"), own)
register_scope_kind("own_groups", _l("Records of one's work groups"), own_groups)
register_scope_kind("own_lines", _l("Records of one's support lines"), own_lines)
register_scope_kind("own_companies", _l("Records of one's company and those below it"), own_companies)
register_scope_kind("own_sites", _l("Records of one's site and those below it"), own_sites)
register_scope_kind("cleared", _l("Records within one's clearance"), cleared)
