"""What meetings and tasks leave in the timeline of their problem, in the reader's words."""

from typing import Any

from addons.problem.models import Review
from addons.problem.services.told import HELD, TASK_ENDED
from app.db import session
from app.sdk.i18n import _
from app.web.happened import register_words
from app.web.moments import moment


def meeting(review_id: Any) -> str:
    """Say that a meeting was recorded: when it was and who was there, as far as the reader may know."""
    review = session().get(Review, review_id)
    if review is None:
        return _("A review meeting was recorded.")
    day = moment(review.held_on).striptags()
    who = [str(one) for one in dict.fromkeys([*([review.chair] if review.chair else []), *review.participants])]
    who += [review.guests] if review.guests else []
    if not who:
        return _("The review meeting of %(day)s was recorded.", day=day)
    return _("The review meeting of %(day)s was recorded. There were: %(people)s", day=day, people=", ".join(who))


def task(said: Any) -> str:
    """Say that a task was done, and how it went; or that it was dropped."""
    title, result = said
    if result is None:
        return _("Task dropped: %(task)s", task=title)
    return _("Task done: %(task)s. %(result)s", task=title, result=result)


register_words(HELD, meeting)
register_words(TASK_ENDED, task)
