"""The course of an incident: who held it in which state from when to when, and how far it has come by now."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

YEARS = 3
# Share of a week's incidents by the hour of the day: office hours, with some at night.
HOURS = (1, 1, 1, 1, 1, 2, 4, 12, 30, 34, 30, 22, 14, 24, 30, 28, 24, 16, 8, 5, 4, 3, 2, 1)
WEEKEND = 0.12
# Mean days until something is solved, and how often it is so.
DURATIONS = ((2.0, 0.60), (15.0, 0.30), (90.0, 0.10))
MANY_ENTRIES, EVERY = 30, 400


@dataclass(slots=True)
class Did:
    """One step: when, by whom, what changed."""

    action: str
    at: datetime
    who: int
    changes: dict[str, Any]


@dataclass(slots=True)
class Course:
    """The steps that were taken so far, and how many times somebody wrote something."""

    steps: list[Did] = field(default_factory=list)
    notes: int = 0


def opened(count: int, until: datetime, rng: random.Random) -> Iterator[datetime]:
    """Yield when incidents were opened, the oldest first: over three years, most of them in office hours."""
    first = until - timedelta(days=365 * YEARS)
    first = first.replace(minute=0, second=0, microsecond=0)
    hours = int((until - first).total_seconds() // 3600)
    weights = [HOURS[at.hour] * (WEEKEND if at.weekday() > 4 else 1)
               for at in (first + timedelta(hours=number) for number in range(hours))]
    share, left, made = count / sum(weights), 0.0, 0
    for number, weight in enumerate(weights):
        left += weight * share
        here = count - made if number == hours - 1 else int(left)
        left -= here
        made += here
        start = first + timedelta(hours=number)
        for second in sorted(rng.randrange(3600) for _ in range(here)):
            yield start + timedelta(seconds=second)


class Courses:
    """Makes courses. `groups` are work groups with their members; each step is taken by one of the holders."""

    def __init__(self, rng: random.Random, members: dict[int, list[int]], chances: list[tuple[int, float]],
                 until: datetime) -> None:
        self.rng, self.members, self.until = rng, members, until
        self._groups = [key for key, _ in chances]
        self._weights = [weight for _, weight in chances]
        self._pool: list[int] = []

    def group(self) -> int:
        """Return a work group, the large ones more often."""
        if not self._pool:
            self._pool = self.rng.choices(self._groups, self._weights, k=4096)
        return self._pool.pop()

    def make(self, at: datetime, number: int, held_by: int | None = None) -> Course:
        """Return the course of an incident; what lies ahead of now has not happened. What is `held_by` stays open."""
        found = Course()
        for step in self._planned(at, held_by):
            if step.at >= self.until:
                break
            found.steps.append(step)
        found.notes = int(self.rng.expovariate(1 / 1.6))
        if number % EVERY == 7 or held_by is not None:
            found.notes = MANY_ENTRIES - len(found.steps)
        return found

    def _planned(self, at: datetime, held_by: int | None) -> Iterator[Did]:
        rng, hour = self.rng, 1 / 3600
        group = held_by or self.group()
        who = rng.choice(self.members[group])
        at += timedelta(seconds=60 + rng.expovariate(hour))
        yield Did("assign", at, who, {"state": "assigned", "group_id": group})
        if held_by is not None:
            return
        if rng.random() < 0.03:
            yield Did("cancel", at + timedelta(seconds=rng.expovariate(hour)), who, {"state": "cancelled"})
            return
        if rng.random() < 0.2:
            group, at = self.group(), at + timedelta(seconds=60 + rng.expovariate(hour / 4))
            who = rng.choice(self.members[group])
            yield Did("transfer", at, who, {"state": "assigned", "group_id": group})
        at += timedelta(seconds=60 + rng.expovariate(hour / 2))
        yield Did("start", at, who, {"state": "in_progress", "assignee_id": who})
        yield from self._worked(at, who)

    def _worked(self, at: datetime, who: int) -> Iterator[Did]:
        rng = self.rng
        mean = rng.choices([days for days, _ in DURATIONS], [share for _, share in DURATIONS])[0]
        days = rng.expovariate(1 / mean)
        end = at + timedelta(days=days, minutes=5)
        if rng.random() < 0.2:
            middle = at + (end - at) * 0.3
            yield Did("hold", middle, who, {"state": "pending", "pending_reason": "customer"})
            yield Did("resume", middle + (end - middle) * 0.6, who, {"state": "in_progress", "pending_reason": None})
        yield Did("resolve", end, who, {"state": "resolved"})
        if rng.random() < 0.03:
            yield Did("reopen", end + timedelta(hours=5), who, {"state": "assigned"})
            end += timedelta(days=2)
            yield Did("resolve", end, who, {"state": "resolved"})
        yield Did("close", end + timedelta(days=3), who, {"state": "closed"})


def today() -> datetime:
    """Return the hour that a database made now ends with."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
