"""The answers to "why?": a tree of one problem, without circles."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from addons.problem.models import Cause, Problem
from addons.problem.permissions import PROBLEM_WRITE
from app.db import session
from app.records.ending import DELETE, Choice
from app.records.lists import check_choices
from app.records.service import RecordService
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MOST_LEVELS = 10


class CauseService(RecordService[Cause]):
    """Answers to why."""

    def prepare(self, actor: Actor, record: Cause, values: Mapping[str, Any]) -> None:
        """Check the choice and the place in the tree. Raises InvalidField."""
        check_choices(session(), values, {"category_id": "problem.cause_category"})
        if "parent_id" in values and record.parent_id is not None:
            self._check_place(record)

    @all_or_nothing
    def delete(self, actor: Actor, record_id: int, reason: str | None = None, choice: Choice | None = None) -> None:
        """Put an answer into the bin with all below it, unless it is chosen what becomes of those. Raises as ever."""
        if choice is None:
            record, choice = self.get_for_update(record_id), Choice(DELETE)
            for key in reversed(_below(_places(record), record_id)):
                super().delete(actor, key, reason, choice)
        super().delete(actor, record_id, reason, choice)

    @staticmethod
    def _check_place(record: Cause) -> None:
        above = _places(record)
        if record.parent_id not in above:
            raise InvalidField("parent", _("This answer belongs to another problem."))
        path = [record.parent_id]
        # What stands above may lie in the bin: there the path ends.
        while (place := above.get(path[-1])) is not None and place not in path:
            path.append(place)
        if record.id in path:
            raise InvalidField("parent", _("An answer cannot stand below itself."))
        if len(path) + _height(above, record.id) > MOST_LEVELS:
            raise InvalidField("parent", _("Answers go at most %(number)s levels deep.", number=MOST_LEVELS))


def roots_of(problem_id: int) -> list[str]:
    """Return what the tree of a problem calls its root causes, at most ten."""
    wanted = select(Cause.text).where(Cause.problem_id == problem_id, Cause.is_root).order_by(Cause.sequence, Cause.id)
    return list(session().execute(wanted.limit(10)).scalars())


def _places(record: Cause) -> dict[int, int | None]:
    """Return {answer: the one above it} of a problem, which is locked: two who move answers go one after the other."""
    session().execute(select(Problem.id).where(Problem.id == record.problem_id).with_for_update(of=Problem))
    with session().no_autoflush:
        rows = session().execute(select(Cause.id, Cause.parent_id).where(Cause.problem_id == record.problem_id))
        return {row.id: row.parent_id for row in rows}


def _below(above: Mapping[int, int | None], key: int | None) -> list[int]:
    """Return what stands below an answer, whatever is above first."""
    found = [key]
    for one in found:
        found += [below for below, place in above.items() if place == one and one is not None and below not in found]
    return [one for one in found[1:] if one is not None]


def _height(above: Mapping[int, int | None], key: int | None) -> int:
    """Return how many levels an answer takes with what is below it; a new one takes one."""
    below = [one for one, place in above.items() if place == key and one != key] if key is not None else []
    return 1 + max((_height(above, one) for one in below), default=0)


cause_service = CauseService(
    Cause, PROBLEM_WRITE, {"problem", "parent", "category", "text", "is_root", "sequence"}, {"problem_id", "text"})
