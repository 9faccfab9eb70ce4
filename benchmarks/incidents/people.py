"""Whom the desk of the benchmark serves, and who works on it: companies, departments, callers, groups, four log-ins."""

import itertools
import random
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from app.db import session
from app.db.fresh_ids import take_ids
from app.organisation.models import Person, WorkGroup
from app.organisation.services import company_service, department_service
from app.records.tokens import tokens
from app.sdk import clock
from app.sdk.actor import SYSTEM
from tests.support.people import CUSTOMER, SECOND_LINE, Login, make_administrator, make_group, make_login, make_person

COMPANIES, GROUPS, MEMBERS = 40, 24, 6
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = ("静", "伟", "敏", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "秀英", "霞",
         "平", "刚", "桂英", "晓红", "建国", "志强", "文静", "雨桐", "子涵", "思远", "一鸣", "海燕")
WESTERN = tuple(f"{first} {last}" for first, last in itertools.product(
    ("Emma", "James", "Olivia", "Noah", "Sophie", "Lucas", "Marie", "Daniel", "Hannah", "Peter"),
    ("Clark", "Novak", "Schmidt", "Moreau", "Rossi", "Larsen", "Kowalski", "Garcia", "Tanaka", "Berg")))


@dataclass
class People:
    """Everybody whom incidents name, by id."""

    logins: dict[str, Login]
    # Work groups in the order of their size, each with its members.
    members: dict[int, list[int]]
    names: dict[int, str]
    # (person, company, department), so many as there are callers.
    callers: list[tuple[int, int, int]] = field(default_factory=list)

    def chances(self) -> list[tuple[int, float]]:
        """Return how much of the work each group has: the largest about a quarter."""
        return [(key, 1 / (place + 1) ** 0.95) for place, key in enumerate(self.members)]


def make(rng: random.Random, callers: int, groups: int) -> People:
    """Make all of them in the running unit of work."""
    names = itertools.cycle([*(s + g for g, s in itertools.product(GIVEN, SURNAMES)), *WESTERN])
    members, named = {}, {}
    for number in range(groups):
        people = [make_person(name=next(names)) for _ in range(MEMBERS)]
        group = make_group(*people, support_line=1 if number < 4 else 2)
        members[group.id] = [one.id for one in people]
        named |= {one.id: one.name for one in people}
    ids = list(members)
    logins = {
        "admin": make_administrator(), "customer": make_login(CUSTOMER, username="customer"),
        "nobody": make_login(CUSTOMER, username="nobody"),
        "agent": make_login(SECOND_LINE, groups=[ids[0], ids[3], ids[7]], username="agent"),
    }
    members[ids[0]].append(logins["agent"].person_id)
    named[logins["agent"].person_id] = "agent"
    return People(logins, members, named, _callers(rng, callers, names))


def _callers(rng: random.Random, count: int, names: Any) -> list[tuple[int, int, int]]:
    places = []
    for number in range(COMPANIES):
        company = company_service.create(SYSTEM, {"name": f"客户公司 {number + 1}", "code": f"C{number + 1:03}"}).id
        places += [(company, department_service.create(SYSTEM, {"name": name, "company": company}).id)
                   for name in ("财务部", "Sales", "生产部", "IT")]
    weights = [1 / (place // 4 + 1) for place in range(len(places))]
    chosen = rng.choices(places, weights, k=count)
    connection = session().connection()
    ids = take_ids(connection, Person.__table__, "person", count)
    _write(connection, ids, chosen, names)
    return [(key, *place) for key, place in zip(ids, chosen, strict=True)]


def _write(connection: Connection, ids: list[int], places: list[tuple[int, int]], names: Any) -> None:
    found, now, rows = dict[str, str](), clock.now(), []
    for key, (company, department) in zip(ids, places, strict=True):
        name = next(names)
        if name not in found:
            found[name] = " ".join(tokens(name, names=True))[:600]
        rows.append({"id": key, "name": name, "company_id": company, "department_id": department, "is_active": True,
                     "email": f"p{key}@example.com", "phone": f"1380{key:07}", "is_vip": key % 200 == 0,
                     "search_text": found[name], "version": 1, "created_at": now, "updated_at": now})
    for start in range(0, len(rows), 5000):
        connection.execute(insert(Person.__table__), rows[start:start + 5000])


def read_logins() -> dict[str, Login]:
    """Return the four log-ins of a database that is there already."""
    from flask_appbuilder.security.sqla.models import User

    from tests.support.people import _login

    return {name: _login(session().execute(select(User).where(User.username == name)).scalar_one())
            for name in ("admin", "agent", "customer", "nobody")}


def read_groups() -> list[int]:
    """Return the work groups of such a database, the largest first."""
    return list(session().execute(
        select(WorkGroup.id).where(WorkGroup.code.like("group_%")).order_by(WorkGroup.id)).scalars())


