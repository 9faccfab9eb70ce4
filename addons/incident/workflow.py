"""The life cycle of an incident, read top to bottom. "Reopened" is an event, not a state."""

from enum import StrEnum

from addons.incident.permissions import (
    INCIDENT_ASSIGN,
    INCIDENT_CANCEL,
    INCIDENT_CLOSE,
    INCIDENT_CONFIRM,
    INCIDENT_MERGE,
    INCIDENT_REOPEN,
    INCIDENT_RESOLVE,
    INCIDENT_TRANSFER,
    INCIDENT_WRITE,
)
from app.sdk.i18n import _l, _lp
from app.sdk.workflow import ALL, CLOSED, OPEN, PAUSED, RESOLVED, State, Transition, Workflow


class IncidentState(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


S, T = IncidentState, Transition
_OPEN: set[str] = {S.NEW, S.ASSIGNED, S.IN_PROGRESS, S.PENDING}

INCIDENT = Workflow(
    "incident",
    own_states=INCIDENT_WRITE,
    kinds="incident.kind",
    states=[
        State(S.NEW, _lp("state", "New"), "blue", OPEN),
        State(S.ASSIGNED, _lp("state", "Assigned"), "azure", OPEN, required={"group_id"}),
        State(S.IN_PROGRESS, _lp("state", "In progress"), "indigo", OPEN, required={"group_id"}),
        State(S.PENDING, _lp("state", "Pending"), "yellow", PAUSED, required={"pending_reason"}),
        State(S.RESOLVED, _lp("state", "Resolved"), "green", RESOLVED, required={"solution", "resolution_code_id"},
              read_only={"impact", "urgency", "priority", "group", "assignee", "kind"}),
        State(S.CLOSED, _lp("state", "Closed"), "secondary", CLOSED, read_only=ALL, is_final=True),
        State(S.CANCELLED, _lp("state", "Cancelled"), "secondary", CLOSED, read_only=ALL, is_final=True),
    ],
    transitions=[
        #  action      from                             to             label              permission
        T("pick",      {S.NEW, S.ASSIGNED},             S.IN_PROGRESS, _l("Pick"),        INCIDENT_WRITE),
        T("assign",    {S.NEW, S.ASSIGNED, S.IN_PROGRESS}, S.ASSIGNED, _l("Assign"),      INCIDENT_ASSIGN,
          asks=("group", "assignee", "reason"), clears=("pending_reason",)),
        T("start",     {S.ASSIGNED},                    S.IN_PROGRESS, _l("Start work"),  INCIDENT_WRITE),
        T("transfer",  {S.ASSIGNED, S.IN_PROGRESS, S.PENDING}, S.ASSIGNED, _l("Transfer"), INCIDENT_TRANSFER,
          required={"reason"}, asks=("group", "assignee", "reason"), clears=("pending_reason",)),
        T("hold",      {S.ASSIGNED, S.IN_PROGRESS},     S.PENDING,     _l("Put on hold"), INCIDENT_WRITE,
          required={"pending_reason"}, asks=("pending_reason", "reason"), colour="warning"),
        T("resume",    {S.PENDING},                     S.IN_PROGRESS, _l("Resume"),      INCIDENT_WRITE,
          clears=("pending_reason",)),
        T("resolve",   {S.ASSIGNED, S.IN_PROGRESS, S.PENDING}, S.RESOLVED, _l("Resolve"), INCIDENT_RESOLVE,
          required={"solution", "resolution_code_id"}, asks=("resolution_code", "cause_code", "solution"),
          clears=("pending_reason",), colour="success"),
        T("tell",      {S.RESOLVED},                    S.RESOLVED,    _l("Tell the customer"), INCIDENT_CLOSE),
        T("close",     {S.RESOLVED},                    S.CLOSED,      _l("Close"),       INCIDENT_CLOSE,
          asks=("reason",)),
        T("confirm",   {S.RESOLVED},                    S.CLOSED,      _l("Confirm the solution"), INCIDENT_CONFIRM,
          colour="success"),
        T("reopen",    {S.RESOLVED, S.CLOSED},          S.ASSIGNED,    _l("Reopen"),      INCIDENT_REOPEN,
          required={"reason"}, asks=("reason",), colour="warning"),
        T("cancel",    _OPEN,                           S.CANCELLED,   _l("Cancel the incident"), INCIDENT_CANCEL,
          required={"reason"}, asks=("reason",), clears=("pending_reason",), colour="danger"),
        # What happens of its own accord: the caller answers what one waited for, or says nothing for too long.
        T("answer",    {S.PENDING},                     S.IN_PROGRESS, _l("Answered by the caller"), INCIDENT_WRITE,
          clears=("pending_reason",), is_hidden=True),
        T("answer_assigned", {S.PENDING},               S.ASSIGNED,    _l("Answered by the caller"), INCIDENT_WRITE,
          clears=("pending_reason",), is_hidden=True),
        T("expire",    {S.RESOLVED},                    S.CLOSED,      _l("Closed by timeout"), INCIDENT_CLOSE,
          is_hidden=True),
        # By merging it into another only: the service asks for that one.
        T("merge",     _OPEN | {S.RESOLVED},            S.CANCELLED,   _l("Merge"),       INCIDENT_MERGE,
          required={"reason"}, clears=("pending_reason",), is_hidden=True),
    ],
)  # fmt: skip
