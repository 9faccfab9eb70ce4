"""Who may be in the desk twice.

People of one address, one number, or one name in one department; companies of one name, one mail domain or one code.
One statement a rule, each bounded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select

from app.db import session
from app.organisation.dismissals import dismissed
from app.organisation.models import Company, Person
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _l

MAX_GROUPS = 100
MAX_ROWS = 400
MAX_PAIRS = 200
# Of these everybody may have an address: they say nothing of a company.
PUBLIC = ("gmail.com", "outlook.com", "hotmail.com", "qq.com", "163.com", "126.com", "foxmail.com", "sina.com")
# What a company's name goes without: forms of companies, longest first, and marks.
FORMS = ("有限责任公司", "股份有限公司", "有限公司", "公司", "limited", "gmbh", "ltd", "inc")
MARKS = (" ", ".", ",", "-", "&", "(", ")", "（", "）")


@dataclass(slots=True)
class Pair:
    """Two records that may be one, and why."""

    first: int
    second: int
    names: tuple[str, str]
    why: list[str] = field(default_factory=list)


def _without(column: Any, parts: tuple[str, ...]) -> ColumnElement[str]:
    found: ColumnElement[str] = func.lower(column)
    for part in parts:
        found = func.replace(found, part, "")
    return found


def _mail_domain() -> ColumnElement[str]:
    # What stands behind the @, without a function that only one database has.
    address = func.lower(Company.email)
    name = func.rtrim(address, func.replace(address, "@", ""))
    return func.nullif(func.replace(address, name, ""), "")


Rule = tuple[LazyString, Callable[[], Any]]
_PEOPLE: tuple[Rule, ...] = (
    (_l("Same e-mail address"), lambda: func.lower(Person.email)),
    (_l("Same phone number"), lambda: _without(Person.phone, ("+86", " ", "-", "(", ")"))),
    (_l("Same name and department"),
     lambda: _without(Person.name, (" ",)) + literal("/") + cast(Person.department_id, String)),
)
_COMPANIES: tuple[Rule, ...] = (
    (_l("Same name"), lambda: _without(Company.name, (*MARKS, *FORMS))),
    (_l("Same mail domain"), _mail_domain),
    (_l("Same code"), lambda: _without(Company.code, (" ", "-", "_", "."))),
)
RULES: dict[str, tuple[Any, tuple[Rule, ...]]] = {"person": (Person, _PEOPLE), "company": (Company, _COMPANIES)}


def suspected(kind: str, actor: Actor) -> list[Pair]:
    """Return pairs of records of a kind that may be one, those with most reasons first; only what the actor sees."""
    model, rules = RULES[kind]
    found: dict[tuple[int, int], Pair] = {}
    groups = [(str(label), group) for label, key in rules for group in _groups(model, key())]
    not_same = dismissed(kind, {one[0] for _label, group in groups for one in group})
    for label, group in groups:
        for place, second in enumerate(group):
            # The first one of the group that it may be; of ids the smaller one comes first.
            first = next((one for one in group[:place] if (one[0], second[0]) not in not_same), None)
            if first is not None:
                pair = found.setdefault((first[0], second[0]), Pair(first[0], second[0], (first[1], second[1])))
                pair.why.append(label)
    return sorted(found.values(), key=lambda pair: (-len(pair.why), pair.names))[:MAX_PAIRS]


def _groups(model: Any, key: Any) -> list[list[tuple[int, str]]]:
    known = key.is_not(None) & (key != "") & key.not_in(PUBLIC)
    twice = select(key).where(known).group_by(key).having(func.count() > 1).limit(MAX_GROUPS)
    rows = session().execute(
        select(key, model.id, model.name).where(key.in_(twice)).order_by(key, model.id).limit(MAX_ROWS))
    groups: dict[str, list[tuple[int, str]]] = {}
    for value, record_id, name in rows:
        groups.setdefault(value, []).append((record_id, name))
    return [group for group in groups.values() if len(group) > 1]
