"""What follows from a published workaround."""

from collections.abc import Callable

from addons.incident_problem.services.telling import JOB
from addons.problem.events import WorkaroundPublished


def register(_subscribe: Callable[..., None], after: Callable[..., None]) -> None:
    """Tell the incidents once it is committed."""
    after(WorkaroundPublished, JOB)
