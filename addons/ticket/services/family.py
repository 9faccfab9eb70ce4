"""Parents and children: a parent ends after its children, or with them where that is chosen.

    resolve a parent ── no open child ───────────────────────────► as ever
                     ├─ open children, nothing chosen ───────────► refused, with their number
                     ├─ "resolve the children", few ─────────────► all in this transaction, or nothing
                     └─ "resolve the children", many ────────────► a job: the children one by one, then the parent

Each child takes its own step, by its own service, with its own guard and notices. One that is over takes none, so that
a job that is done again tells nobody twice. Reopening a parent reopens no child.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from addons.ticket.events import FamilyEnding
from addons.ticket.services import graph, worked
from addons.ticket.services.graph import Node
from addons.ticket.services.links import seen_of
from app.db import session
from app.records import timeline
from app.records.service import services
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, Conflict, MissingFields
from app.sdk.events import announce
from app.sdk.i18n import _, _n
from app.sdk.workflow import CLOSED, RESOLVED, Transition, Workflow

CHILDREN, DUPLICATES = "resolve_children", "resolve_duplicates"
# More than this is done in the background.
AT_ONCE = 50
Chosen = frozenset[str]


class Families:
    """Mixed into TicketService."""

    @staticmethod
    def open_family(ticket: Any) -> tuple[int, int]:
        """Return how many children, and how many duplicates, of a ticket are open, whoever may see them."""
        children = [one for one in graph.children(ticket.id) if one.is_open]
        return len(children), len(graph.open_duplicates(ticket.id))


def taken(values: Mapping[str, Any]) -> tuple[dict[str, Any], Chosen]:
    """Return the values of a step without what is chosen for the family, and that."""
    chosen = frozenset(name for name in (CHILDREN, DUPLICATES) if values.get(name) in (True, "1", "true", "y"))
    return {name: value for name, value in values.items() if name not in (CHILDREN, DUPLICATES)}, chosen


def ends(workflow: Workflow, state: str, step: Transition) -> bool:
    """Say whether a step says that the work is done: it resolves, or closes what is resolved."""
    source, target = workflow.category(state), workflow.category(step.target)
    return (target == RESOLVED and source != RESOLVED) or (target == CLOSED and source == RESOLVED)


def is_put_off(service: Any, actor: Actor, ticket: Any, step: Transition, values: Mapping[str, Any],
               chosen: Chosen) -> bool:
    """Ask whether a step must wait for the family; True where a job takes it later. Raises Conflict, MissingFields.

    `values` are those of the step, made ready for columns, and its reason.
    """
    if not ends(service.workflow, ticket.state, step):
        return False
    chosen = chosen if _resolves(service, step) else frozenset()
    open_children = [one for one in graph.children(ticket.id) if one.is_open]
    if open_children and CHILDREN not in chosen:
        text = _n("%(num)s child is still open. Resolve it first, or choose to resolve it as well.",
                  "%(num)s children are still open. Resolve them first, or choose to resolve them as well.",
                  len(open_children))
        raise Conflict(text, code="open_children", fields={CHILDREN: text} if _resolves(service, step) else None)
    members = members_of(ticket, chosen) if open_children or DUPLICATES in chosen else []
    if len(members) <= AT_ONCE:
        return False
    missing = sorted(name for name in step.required if not (values.get(name) or getattr(ticket, name, None)))
    if missing:
        raise MissingFields(missing)
    timeline.add_entry(session(), ticket, "system", data={"happened": ["family", len(members)]})
    announce(FamilyEnding(ticket.type, ticket.id, step.action, dict(values), tuple(sorted(chosen)), actor.user_id))
    return True


def follow(service: Any, actor: Actor, ticket: Any, step: Transition, values: Mapping[str, Any],
           chosen: Chosen) -> None:
    """Let the chosen tickets end as this one just did. Raises Conflict where one of them cannot."""
    for one in members_of(ticket, chosen) if chosen and _resolves(service, step) else ():
        resolve(actor, ticket, one, step.action, values)


def members_of(ticket: Any, chosen: Iterable[str]) -> list[Node]:
    """Return the open tickets that shall end with this one, what is below first. Raises Conflict.

    A child that the actor may not see keeps all from ending; such a duplicate is left as it is.
    """
    wanted = set(chosen)
    below = graph.open_below(ticket.id) if CHILDREN in wanted else []
    hidden = {one.id for one in below} - seen_of(one.id for one in below)
    if hidden:
        text = _n("%(num)s open ticket below this one is hidden from you. Whoever sees it has to resolve it first.",
                  "%(num)s open tickets below this one are hidden from you. Whoever sees them has to resolve them "
                  "first.", len(hidden))
        raise Conflict(text, code="open_children", fields={CHILDREN: text})
    if DUPLICATES in wanted:
        found = graph.open_duplicates(ticket.id)
        seen, known = seen_of(one.id for one in found), {one.id for one in below}
        # A duplicate may have children of its own: its own step asks for them.
        below += [one for one in found if one.id in seen and one.id not in known]
    return below


def resolve(actor: Actor, ticket: Any, one: Node, action: str, values: Mapping[str, Any]) -> None:
    """Let a ticket end as another did: by its own step, once. Raises Conflict with its number where it cannot."""
    service = services.get(one.type)
    if service is None:
        raise _refused(one, _("The addon of this record is switched off."))
    try:
        child: Any = service.get_for_update(one.id)
        if child.state_category not in graph.UNDONE:
            return  # somebody was faster
        step = _way(service, child, action) or _begin(service, actor, child, ticket, action)
        names = {name for asked in (*step.asks, *step.required) for name in (asked, f"{asked}_id")}
        given = {name: value for name, value in values.items() if name in names and value not in (None, "")}
        with worked.along():
            service.transition(actor, child.id, step.action, {**given, "reason": values.get("reason")})  # type: ignore[attr-defined]
    except BusinessError as refusal:
        raise _refused(one, " ".join(dict.fromkeys(refusal.fields.values())) or refusal.message) from refusal


def _way(service: Any, child: Any, action: str) -> Transition | None:
    leading = [step for step in service.workflow.steps(child.state, child.kind)
               if service.workflow.category(step.target) == RESOLVED]
    return next((step for step in leading if step.action == action), leading[0] if leading else None)


def _begin(service: Any, actor: Actor, child: Any, ticket: Any, action: str) -> Transition:
    # What nobody has begun is given to the group that ends it: its history says who did the work.
    if any(step.action == "assign" for step in service.workflow.steps(child.state, child.kind)):
        service.transition(actor, child.id, "assign", {
            "group_id": child.group_id or ticket.solved_group_id or ticket.group_id,
            "assignee_id": child.assignee_id,
            "reason": ticket.number})
    step = _way(service, child, action)
    if step is None:
        raise Conflict(_("It cannot be resolved in its state."))
    return step


def _resolves(service: Any, step: Transition) -> bool:
    return bool(service.workflow.category(step.target) == RESOLVED)


def _refused(one: Node, why: str) -> Conflict:
    text = _("%(record)s: %(why)s", record=one.number, why=why)
    return Conflict(text, code="family", fields={CHILDREN: text})
