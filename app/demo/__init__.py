"""A small company to look at: who brings it, what it consists of, how it goes again."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.demo.desk import Desk


def bring(desk: "Desk") -> None:
    """Bring the platform's part: companies, people, work groups and how the desk is set up for them."""
    from app.demo import organisation, set_up

    set_up.bring_calendars(desk)
    organisation.bring(desk)
    set_up.bring_lists(desk)
