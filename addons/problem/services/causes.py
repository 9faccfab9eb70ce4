"""The answers to "why?": a tree of one problem, without circles."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from addons.problem.models import Cause
from addons.problem.permissions import PROBLEM_WRITE
from app.db import session
from app.records.lists import check_choices
from app.records.service import RecordService
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

    @staticmethod
    def _check_place(record: Cause) -> None:
        rows = session().execute(select(Cause.id, Cause.parent_id).where(Cause.problem_id == record.problem_id))
        above = {row.id: row.parent_id for row in rows}
        if record.parent_id not in above:
            raise InvalidField("parent", _("This answer belongs to another problem."))
        place, levels = record.parent_id, 1
        while place is not None:
            if place == record.id:
                raise InvalidField("parent", _("An answer cannot stand below itself."))
            place, levels = above[place], levels + 1
        if levels > MOST_LEVELS:
            raise InvalidField("parent", _("Answers go at most %(number)s levels deep.", number=MOST_LEVELS))


def roots_of(problem_id: int) -> list[str]:
    """Return what the tree of a problem calls its root causes, at most ten."""
    wanted = select(Cause.text).where(Cause.problem_id == problem_id, Cause.is_root).order_by(Cause.sequence, Cause.id)
    return list(session().execute(wanted.limit(10)).scalars())


cause_service = CauseService(
    Cause, PROBLEM_WRITE, {"problem", "parent", "category", "text", "is_root", "sequence"}, {"problem_id", "text"})
