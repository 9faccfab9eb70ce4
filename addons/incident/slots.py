"""What incidents show on the start page: one's own, one's groups' queues, what waits, what nobody has taken."""

from datetime import timedelta
from typing import Any

from addons.incident import repositories
from addons.incident.models import Incident
from addons.incident.permissions import INCIDENT_ASSIGN, INCIDENT_READ, INCIDENT_WRITE
from addons.incident.views.cockpit_tiles import COCKPIT
from addons.incident.workflow import INCIDENT
from app.db import session
from app.organisation.permissions import PERSON_READ
from app.records.lists import by_code
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l
from app.sdk.workflow import CLOSED, OPEN, PAUSED, RESOLVED
from app.web.charts import Chart, Series
from app.web.drill_filters import dates_value
from app.web.graph_query import counted_by_day
from app.web.list_links import Condition, list_address
from app.web.local_dates import date_text
from app.web.slots import SlotItem
from app.web.tiles import Tile
from app.web.time_filters import today
from app.web.top_actions import TopAction
from app.welcome.steps import WelcomeStep

SHOWN, DAYS = 8, 14
CALLS, PAST = 5, 3
LIST = "/incident/incidents/list/"


def _open() -> tuple[Condition, ...]:
    return (("state", "open", "1"),)


def _paused() -> tuple[Condition, ...]:
    # As a rule there is one such state; where an administrator has added more, all others are left out.
    paused = INCIDENT.codes("paused")
    if len(paused) == 1:
        return (("state", "eq", paused[0]),)
    return tuple(("state", "neq", code) for code in INCIDENT.codes("open", "resolved", "closed"))


def my_incidents(actor: Actor) -> dict[str, Any]:
    """Load the open incidents that the reader holds, and how many there are."""
    rows, number = repositories.open_incidents(Incident.assignee_id, actor.person_id, SHOWN)
    return {"rows": rows, "number": number, "workflow": INCIDENT, "none": _("You hold no open incident."),
            "url": list_address(Incident, ("assignee", "rel_o_m", actor.person_id), *_open())}


def reported_by_me(actor: Actor) -> dict[str, Any]:
    """Load the open incidents that the reader has reported."""
    rows, number = repositories.open_incidents(Incident.caller_id, actor.person_id, SHOWN)
    return {"rows": rows, "number": number, "workflow": INCIDENT, "none": _("You have nothing open with the desk."),
            "url": list_address(Incident, ("caller", "rel_o_m", actor.person_id), *_open())}


def group_queues(actor: Actor) -> dict[str, Any]:
    """Load the open work of the reader's groups; each number leads to what it counts."""
    found = []
    for queue in repositories.queues_of(actor.group_ids):
        group = ("group", "rel_o_m", queue.group_id)
        found.append((queue, list_address(Incident, group, *_open()),
                      list_address(Incident, group, ("assignee", "empty", ""), *_open()),
                      list_address(Incident, group, *_paused())))
    return {"queues": found}


def waiting_for_me(actor: Actor) -> dict[str, Any]:
    """Load what the reader holds and has not begun or put on hold, by what it waits for."""
    mine, rows = ("assignee", "rel_o_m", actor.person_id), []
    for state, reason, number in repositories.waiting_of(actor.person_id):
        listed = by_code(session(), "ticket.pending_reason", reason) if reason else None
        told = (("pending_reason", "eq", reason),) if reason else ()
        rows.append((INCIDENT.state(state), listed or reason or "", number,
                     list_address(Incident, mine, ("state", "eq", state), *told)))
    return {"rows": rows}


def unassigned(_actor: Actor) -> dict[str, Any]:
    """Load how long the open incidents have waited that nobody holds, of those that the reader may see."""
    labels = (_("Less than a day"), _("1 to 3 days"), _("3 to 7 days"), _("More than a week"))
    rows = []
    for label, (newer, older), number in zip(labels, repositories.AGES, repositories.unassigned_by_age(), strict=True):
        bounds: tuple[Condition, ...] = (*((("opened_at", "last_days", newer),) if newer else ()),
                                         *((("opened_at", "older", older),) if older else ()))
        rows.append((label, number, list_address(Incident, ("assignee", "empty", ""), *bounds, *_open())))
    return {"rows": rows, "most": max((row[1] for row in rows), default=0) or 1}


def load_import(_actor: Actor) -> dict[str, Any]:
    """Load how incidents of another system come in."""
    return {"command": "python run.py import uci-incidents FILE", "url": list_address(Incident)}


def _works_here(place: int) -> Any:
    return lambda actor: place if actor.group_ids else None


def calls_of(person: Any, _actor: Actor) -> dict[str, Any]:
    """Load what a person has called about: what is open, and the last that are not."""
    rows, past = repositories.incidents_of_caller(person.id, CALLS + 1, PAST)
    theirs: Condition = ("caller", "rel_o_m", person.id)
    return {"rows": rows[:CALLS], "has_more": len(rows) > CALLS, "past": past, "workflow": INCIDENT,
            "url": list_address(Incident, theirs, *_open()), "all_url": list_address(Incident, theirs)}


def _within(*categories: str) -> tuple[Condition, ...]:
    return tuple(("state", "in", code) for code in INCIDENT.codes(*categories))


def calls_of_company(company: Any, _actor: Actor) -> dict[str, Any]:
    """Load what a company has open and had; each number leads to exactly its rows."""
    counts = repositories.counts_of_company(company.id)
    theirs: Condition = ("company", "rel_o_m", company.id)
    shown = ((_("Open"), (OPEN, PAUSED), _open()), (_("On hold"), (PAUSED,), _paused()),
             (_("Resolved, not closed"), (RESOLVED,), _within(RESOLVED)), (_("Closed"), (CLOSED,), _within(CLOSED)))
    return {
        "numbers": [(title, sum(counts.get(one, 0) for one in categories), list_address(Incident, theirs, *conditions))
                    for title, categories, conditions in shown],
        "rows": repositories.latest_of_company(company.id, CALLS) if counts else [], "workflow": INCIDENT,
        "all_url": list_address(Incident, theirs),
    }


def opened_and_resolved(_actor: Actor) -> dict[str, Any]:
    """Load how many incidents were opened and resolved on each of the last days; each number leads to its list."""
    last = today()
    first = last - timedelta(days=DAYS - 1)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    series = []
    for name, column, tone in ((_("Opened"), "opened_at", "blue"), (_("Resolved"), "resolved_at", "green")):
        urls = [list_address(Incident, (column, "dates", dates_value(day, day))) for day in days]
        series.append(Series(name, counted_by_day(getattr(Incident, column), first, last), tone, urls))
    title = _("Incidents opened and resolved, last 14 days")
    return {"chart": Chart("bar", title, [date_text(day, "day") for day in days], series, is_time=True)}


SLOTS = [
    *COCKPIT,
    TopAction("incident.quick", _l("Quick log"), "/incident/quick/", "q", "phone-incoming",
              (INCIDENT_READ, INCIDENT_WRITE, PERSON_READ)),
    Tile("incident.mine", _l("My open incidents"), "incident/my_incidents.html", my_incidents, width=2,
         permission=INCIDENT_READ, place=_works_here(10), icon="user-check",
         help=_l("What you hold, the oldest first.")),
    Tile("incident.queues", _l("Queues of my work groups"), "incident/group_queues.html", group_queues,
         permission=INCIDENT_READ, place=_works_here(20), icon="users-group",
         help=_l("What is open, held by nobody or on hold in each of your groups.")),
    Tile("incident.waiting", _l("Waiting for me"), "incident/waiting.html", waiting_for_me, permission=INCIDENT_READ,
         place=_works_here(25), icon="hourglass", help=_l("What you have not begun, and what you put on hold.")),
    Tile("incident.unassigned", _l("Held by nobody, by age"), "incident/unassigned.html", unassigned,
         permission=INCIDENT_ASSIGN, place=35, icon="chart-bar", help=_l("How long incidents wait for a holder.")),
    Tile("incident.reported", _l("Reported by me"), "incident/my_incidents.html", reported_by_me, width=2,
         permission=INCIDENT_READ, place=lambda actor: None if actor.group_ids else 10, icon="user",
         help=_l("What you have asked the desk for and is not done yet.")),
    Tile("incident.flow", _l("Incidents opened and resolved, last 14 days"), "incident/opened_and_resolved.html",
         opened_and_resolved, width=2, permission=INCIDENT_READ, place=_works_here(30), icon="chart-bar",
         help=_l("What came in and what was done, day by day.")),
    SlotItem("caller.card", "incident/calls.html", calls_of, permission=INCIDENT_READ, sequence=10),
    SlotItem("company.card", "incident/company_calls.html", calls_of_company, permission=INCIDENT_READ, sequence=10),
    WelcomeStep("import", _l("Incidents so far"), _l("Bring in what another system holds."),
                "incident/welcome_import.html", load_import, None, 60, "file-import", LIST),
]
