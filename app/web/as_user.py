"""What a job does for a user: with the rights that they hold by then."""

from app.orders.performing import actor_of
from app.sdk.actor import Actor


def user_actor(user_id: int | None) -> Actor:
    """Return a user as they are at this moment, the system for None. Raises Forbidden for one who may not log in."""
    return actor_of(user_id)
