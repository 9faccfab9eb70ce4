"""What others may subscribe to."""

from dataclasses import dataclass

from app.sdk.events import Event


@dataclass(frozen=True, slots=True)
class WorkaroundPublished(Event):
    """The workaround of a problem was published, for the `edition`th time."""

    problem_id: int
    edition: int
