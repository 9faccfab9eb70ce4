"""What the job of this bridge listens to."""

from dataclasses import dataclass

from app.sdk.events import Event


@dataclass(frozen=True, slots=True)
class IncidentJoined(Event):
    """An incident was linked with a problem whose workaround is published."""

    problem_id: int
