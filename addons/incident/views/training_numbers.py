"""Who needs training: whoever asks how things are done, again and again, and what about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select

from addons.incident.models import Incident
from app.db import session
from app.web.drill_filters import dates_value
from app.web.list_links import Condition, list_address
from app.web.local_dates import day_start, reader_zone

SHOWN, EXPORTED = 20, 1000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: incidents of these kinds that were opened on these days, both included."""

    first: date
    last: date
    kinds: tuple[str, ...]

    @property
    def before(self) -> date:
        """The first day of the stretch of the same length before."""
        return self.first - (self.last - self.first) - DAY

    def conditions(self) -> list[Condition]:
        """Return what the list of incidents says for the same rows."""
        return [("opened_at", "dates", dates_value(self.first, self.last)),
                *(("kind", "in", kind) for kind in self.kinds)]


@dataclass(frozen=True, slots=True)
class Need:
    """How often somebody or something was asked about; `url` is the list of exactly these incidents."""

    keys: tuple[int | None, ...]
    count: int
    before: int
    url: str


def needs(relations: Sequence[str], asked: Asked, limit: int = SHOWN) -> list[Need]:
    """Return where most was asked, the most first, with how often in the stretch before. One statement."""
    zone = reader_zone()
    start = day_start(asked.first, zone)
    keys = [getattr(Incident, f"{name}_id") for name in relations]
    now = func.sum(case((Incident.opened_at >= start, 1), else_=0))
    statement = (
        select(*keys, now, func.count()).where(
            Incident.opened_at >= day_start(asked.before, zone),
            Incident.opened_at < day_start(asked.last + DAY, zone), Incident.kind.in_(asked.kinds))
        .group_by(*keys).having(now > 0).order_by(now.desc(), func.count().desc(), *keys).limit(limit)
    )
    return [_need(relations, tuple(row[:-2]), int(row[-2]), int(row[-1]), asked)
            for row in session().execute(statement)]


def _need(relations: Sequence[str], keys: tuple[Any, ...], count: int, both: int, asked: Asked) -> Need:
    which: list[Condition] = [(name, "rel_o_m", key) if key is not None else (name, "empty", "")
                              for name, key in zip(relations, keys, strict=True)]
    return Need(keys, count, both - count, list_address(Incident, *which, *asked.conditions()))


def total(asked: Asked) -> tuple[int, str]:
    """Return how many incidents are counted, and the address of their list."""
    zone = reader_zone()
    statement = select(func.count(Incident.id)).where(
        Incident.opened_at >= day_start(asked.first, zone), Incident.opened_at < day_start(asked.last + DAY, zone),
        Incident.kind.in_(asked.kinds))
    return int(session().execute(statement).scalar() or 0), list_address(Incident, *asked.conditions())
