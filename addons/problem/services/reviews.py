"""What was learned from a problem, and who was there."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from addons.problem.models import Participant, Problem, Review
from addons.problem.permissions import PROBLEM_CLOSE
from addons.problem.services.told import HELD
from app.db import session
from app.organisation.models import Person
from app.records import audit, timeline
from app.records.service import RecordService
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

# The one name by which values say who was there: rows of a table of their own.
WHO = "participants"
MOST = 100


class ReviewService(RecordService[Review]):
    """The records of review meetings."""

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> Review:
        """Record a meeting, and say so in the timeline. Raises Forbidden, MissingFields or InvalidField."""
        made = super().create(actor, _but_who(values))
        self._put(made, values)
        problem = session().get_one(Problem, made.problem_id)
        timeline.add_entry(session(), problem, "system", data={"happened": [HELD, made.id]})
        return made

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> Review:
        """Change what was said of a meeting. Raises NotFound, Forbidden, Stale or InvalidField."""
        changed = super().update(actor, record_id, _but_who(values), version)
        self._put(changed, values)
        return changed

    @staticmethod
    def _put(review: Review, values: Mapping[str, Any]) -> None:
        if WHO not in values:
            return
        wanted = _checked(values[WHO])
        rows = session().execute(select(Participant).where(Participant.review_id == review.id)).scalars()
        present = {row.person_id: row for row in rows}
        # Whom the reader may not see stays: nobody takes out whom they were not shown.
        gone = set(_visible(present)) - wanted
        for key in gone:
            session().delete(present[key])
        came = sorted(wanted - present.keys())
        session().add_all(Participant(review_id=review.id, person_id=key) for key in came)
        session().flush()
        session().expire(review, [WHO])
        audit.write(session(), Review.record_type(), review.id, "update",
                    {WHO: (sorted(present) or None, sorted({*present, *came} - gone) or None)})


def _but_who(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != WHO}


def _checked(said: Any) -> set[int]:
    given = said if isinstance(said, list | tuple | set) else [] if said in (None, "") else [said]
    keys = [one.id if isinstance(one, Person) else one for one in given]
    if len(keys) > MOST:
        raise InvalidField(WHO, _("Choose at most %(number)s.", number=MOST))
    known = [key for key in keys if type(key) is int and 0 < key < 2**63]
    if known != keys or set(_visible(known)) != set(known):
        raise InvalidField(WHO, _("Choose entries of the list."))
    return set(known)


def _visible(keys: Iterable[int]) -> list[int]:
    return list(session().execute(select(Person.id).where(Person.id.in_(list(keys)))).scalars())


review_service = ReviewService(
    Review, PROBLEM_CLOSE,
    {"problem", "held_on", "chair", "guests", "went_well", "to_improve", "conclusions", "decisions"},
    {"problem_id", "held_on", "conclusions"})
