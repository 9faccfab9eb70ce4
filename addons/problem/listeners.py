"""Who is told when a task is given to them, and when a workaround is published."""

from collections.abc import Callable

from addons.problem.events import TaskAssigned, WorkaroundPublished
from addons.problem.services.duties import title_of
from addons.problem.services.told import IN_PLACE_OF, PUBLISHED, TASK_ASSIGNED
from addons.ticket import repositories
from addons.ticket.services import own_words
from app.notify import notify


def register(subscribe: Callable[..., None], _after: Callable[..., None]) -> None:
    """Listen to what problems announce."""
    own_words.say("problem", IN_PLACE_OF)
    subscribe(TaskAssigned, tell_assignee)
    subscribe(WorkaroundPublished, tell_of_workaround)


def tell_assignee(event: TaskAssigned) -> None:
    """Tell somebody of a task that is theirs from now on."""
    notify([event.assignee_id], TASK_ASSIGNED, ("problem", event.problem_id), is_internal=True,
           task=title_of(event.task_id))


def tell_of_workaround(event: WorkaroundPublished) -> None:
    """Tell the holder and the watchers of the problem."""
    people = repositories.people_of("problem", event.problem_id)
    notify({people.assignee, *people.watchers}, PUBLISHED, ("problem", event.problem_id), is_internal=True)
