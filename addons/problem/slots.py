"""What problems show on the start page, in "My work" and in the cockpit: one's own, one's tasks, what is to review."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from addons.problem.models import Problem, Task
from addons.problem.permissions import PROBLEM_PUBLISH, PROBLEM_READ, PROBLEM_WRITE
from addons.problem.services import duties, figures
from addons.problem.services.known_errors import in_use
from addons.problem.workflow import PROBLEM
from addons.ticket.models import Ticket
from app.records.lists import today
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l
from app.web.drill_filters import dates_value
from app.web.list_links import Condition, list_address
from app.web.tiles import Tile
from app.web.work_parts import WorkPart

SHOWN, BOARD = 8, "cockpit"
OPEN: Condition = ("state", "open", "1")
EVER = date(2000, 1, 1)


def my_problems(actor: Actor) -> dict[str, Any]:
    """Load the open problems that the reader holds."""
    return _problems(duties.my_problems(actor, SHOWN), _("You hold no open problem."),
                     list_address(Problem, ("assignee", "rel_o_m", actor.person_id), OPEN))


def reviews_due(_actor: Actor) -> dict[str, Any]:
    """Load the known errors and accepted risks whose day of review has come."""
    return _problems(duties.due_reviews(today(), SHOWN), _("Nothing is to be reviewed."),
                     list_address(Problem, ("review_on", "dates", dates_value(EVER, today())),
                                  ("retired_at", "empty", "")))


def _problems(rows: list[Problem], none: str, url: str) -> dict[str, Any]:
    return {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN, "none": none, "url": url, "workflow": PROBLEM}


def my_tasks(actor: Actor) -> dict[str, Any]:
    """Load the tasks that the reader has to do, what is due first at the top."""
    rows = duties.my_tasks(actor, SHOWN)
    return {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN, "today": today(),
            "url": list_address(Task, ("assignee", "rel_o_m", actor.person_id), ("state", "eq", "open"))}


def at_a_glance(_actor: Actor) -> dict[str, Any]:
    """Load how problem management stands; each number leads to exactly its rows."""
    found = figures.numbers(today())
    shown: tuple[tuple[str, str, str, tuple[Condition, ...]], ...] = (
        ("open", "bug", _("Open problems"), (OPEN,)),
        ("unassigned", "user-question", _("Held by nobody"), (("assignee", "empty", ""), OPEN)),
        ("no_cause", "help-circle", _("Cause unknown"), (("root_cause_code", "empty", ""), OPEN)),
        ("published", "bulb", _("With a published workaround"), (("published_at", "nempty", ""), OPEN)),
        ("overdue", "calendar-event", _("Day of review has passed"), (("review_on", "older", 0), OPEN)),
    )
    return {"numbers": [(sign, label, found[key], list_address(Problem, *conditions))
                        for key, sign, label, conditions in shown]}


def with_my_tasks(actor: Actor) -> ColumnElement[bool] | None:
    """Problems in which the reader has something to do, whoever holds them."""
    if actor.person_id is None or not actor.can(PROBLEM_READ):
        return None
    return Ticket.id.in_(select(Task.problem_id).where(duties.tasks_of(actor.person_id)))


def for_review(actor: Actor) -> ColumnElement[bool] | None:
    """Known errors whose day of review has come, for whoever publishes them."""
    if not actor.can(PROBLEM_PUBLISH):
        return None
    return Ticket.id.in_(select(Problem.id).where(and_(Problem.review_on <= today(), in_use())))


def _at(place: int, right: Any) -> Any:
    return lambda actor: place if actor.can(right) else None


SLOTS = [
    Tile("problem.mine", _l("My open problems"), "problem/tile_problems.html", my_problems, width=2,
         permission=PROBLEM_READ, place=_at(14, PROBLEM_WRITE), icon="bug",
         help=_l("What you hold, the oldest first.")),
    Tile("problem.tasks", _l("My problem tasks"), "problem/tile_tasks.html", my_tasks, permission=PROBLEM_READ,
         place=_at(12, PROBLEM_WRITE), icon="checklist", help=_l("What is due first stands at the top.")),
    Tile("problem.reviews", _l("Known errors and risks to review"), "problem/tile_problems.html", reviews_due,
         permission=PROBLEM_READ, place=_at(16, PROBLEM_PUBLISH), icon="calendar-event",
         help=_l("Their day of review has come.")),
    Tile("problem.cockpit", _l("Problem management"), "problem/tile_numbers.html", at_a_glance, width=3,
         permission=PROBLEM_READ, place=70, icon="bug", board=BOARD),
    WorkPart("problem.tasks", _l("Problems with my tasks"), with_my_tasks, "checklist", 50,
             _l("Problems in which you have a task to do.")),
    WorkPart("problem.reviews", _l("Known errors to review"), for_review, "calendar-event", 55,
             _l("Their day of review has come: say whether they still hold.")),
]
