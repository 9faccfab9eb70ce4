"""What others may subscribe to."""

from dataclasses import dataclass

from app.sdk.events import Event


@dataclass(frozen=True, slots=True)
class WorkaroundPublished(Event):
    """The workaround of a problem was published, for the `edition`th time."""

    problem_id: int
    edition: int


@dataclass(frozen=True, slots=True)
class KnownErrorRetired(Event):
    """The workaround of a problem is offered to nobody any more."""

    problem_id: int


@dataclass(frozen=True, slots=True)
class TaskAssigned(Event):
    """A task of a problem was given to somebody."""

    task_id: int
    problem_id: int
    assignee_id: int


@dataclass(frozen=True, slots=True)
class TaskDone(Event):
    """A task of a problem was finished."""

    task_id: int
    problem_id: int
