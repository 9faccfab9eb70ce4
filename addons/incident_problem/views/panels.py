"""The problems of an incident, the incidents of a problem, and what they have cost."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import format_currency
from markupsafe import Markup
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.permissions import INCIDENT_READ, INCIDENT_RESOLVE
from addons.incident.workflow import INCIDENT
from addons.incident_problem.services.matching import matching
from addons.incident_problem.services.pain import pain_of
from addons.incident_problem.services.telling import incidents_of, problems_of
from addons.incident_problem.settings import CURRENCY
from addons.incident_problem.views.making import MakeProblem
from addons.incident_problem.views.resolving import ResolveByProblem
from addons.problem.models import Problem
from addons.problem.permissions import PROBLEM_READ
from addons.problem.workflow import PROBLEM
from addons.ticket.panels.work_log import time_text
from addons.ticket.permissions import WORK_ENTRY_READ
from app.db import session
from app.records.permissions import SETTING_WRITE
from app.records.settings import setting
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.sdk.workflow import OPEN, PAUSED
from app.web.panels import Panel

MOST = 100


def numbers(problems: Iterable[Problem]) -> Markup:
    """Return the numbers of problems for a cell of a list, each leading to its page."""
    link = Markup('<a href="/problem/problems/show/{}" title="{}">{}</a>')
    return Markup(", ").join(link.format(one.id, one.title, one.number) for one in problems)


def money(amount: Any) -> str:
    """Return an amount in the currency of the desk, to its hundredth; nothing for none."""
    if not isinstance(amount, Decimal):
        return ""
    return str(format_currency(amount, str(setting(CURRENCY)), currency_digits=False))


class ProblemsPanel(Panel):
    """What is thought to be the cause of an incident, with the workaround to use meanwhile."""

    key, title, template, permission = "problems", _l("Problems"), "incident_problem/problems.html", PROBLEM_READ
    follows = "timeline"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        rows = list(session().execute(
            select(Problem).where(Problem.id.in_(problems_of(item.id))).order_by(Problem.id).limit(MOST)).scalars())
        may_link = view.may_link(actor) and view.permits(item, "write")
        # Whoever solved it without knowing of the problem needs no more help.
        is_wanted = may_link and not rows and item.state_category in (OPEN, PAUSED)
        return {
            "rows": rows, "count": len(rows), "workflow": PROBLEM, "may_link": may_link,
            "offered": matching(item) if is_wanted else [], "links_url": f"{view.url_base(item.id)}/links",
            "make_url": f"{view.route_base}/bulk/{MakeProblem.key}?ids={item.id}"
            if may_link and MakeProblem().may(view, actor) else "",
        }


class IncidentsPanel(Panel):
    """What a problem has caused, open first."""

    key, title, template, permission = "incidents", _l("Incidents"), "incident_problem/incidents.html", INCIDENT_READ
    follows = "timeline"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        order = (Incident.closed_at.is_not(None), Incident.opened_at.desc(), Incident.id.desc())
        rows = list(session().execute(
            select(Incident).where(Incident.id.in_(incidents_of(item.id))).order_by(*order).limit(MOST + 1)).scalars())
        may_resolve = actor.can(INCIDENT_RESOLVE) and bool(item.permanent_fix or item.published_workaround)
        return {"rows": rows[:MOST], "count": len(rows[:MOST]), "has_more": len(rows) > MOST, "workflow": INCIDENT,
                "resolve_url": f"/incident/incidents/bulk/{ResolveByProblem.key}",
                "to_resolve": [row.id for row in rows[:MOST] if row.state_category in (OPEN, PAUSED)]
                if may_resolve else []}


class PainPanel(Panel):
    """What a problem has cost so far, and how that was computed."""

    key, title, template, permission = "pain", _l("Cost"), "incident_problem/pain.html", WORK_ENTRY_READ
    is_internal = is_lazy = True
    follows = "reviews"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        found = pain_of(item.id)
        return {"pain": found, "rate": money(found.rate), "cost": money(found.cost), "worked": time_text(found.minutes),
                "own": time_text(found.own_minutes), "may_set": actor.can(SETTING_WRITE)}
