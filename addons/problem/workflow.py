"""The life cycle of a problem, read top to bottom (ITIL 4: identification, problem control, error control)."""

from enum import StrEnum

from addons.problem.permissions import (
    PROBLEM_ACCEPT_RISK,
    PROBLEM_ASSIGN,
    PROBLEM_CANCEL,
    PROBLEM_CLOSE,
    PROBLEM_MERGE,
    PROBLEM_PUBLISH,
    PROBLEM_RESOLVE,
    PROBLEM_WRITE,
)
from app.sdk.i18n import _l, _lp
from app.sdk.workflow import ALL, CLOSED, OPEN, RESOLVED, State, Transition, Workflow


class ProblemState(StrEnum):
    NEW = "new"
    ASSESS = "assess"
    INVESTIGATING = "investigating"
    ROOT_CAUSE_KNOWN = "root_cause_known"
    KNOWN_ERROR = "known_error"
    FIX_IN_PROGRESS = "fix_in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RISK_ACCEPTED = "risk_accepted"


S, T = ProblemState, Transition
_OPEN = (S.NEW, S.ASSESS, S.INVESTIGATING, S.ROOT_CAUSE_KNOWN, S.KNOWN_ERROR, S.FIX_IN_PROGRESS)
_LOOKED_AT = (S.INVESTIGATING, S.ROOT_CAUSE_KNOWN, S.KNOWN_ERROR, S.FIX_IN_PROGRESS)
# A risk that was accepted is lived with, and so is its workaround.
_TOLD = (*_LOOKED_AT, S.RESOLVED, S.RISK_ACCEPTED)

PROBLEM = Workflow(
    "problem",
    own_states=PROBLEM_WRITE,
    states=[
        State(S.NEW, _lp("state", "New"), "blue", OPEN),
        State(S.ASSESS, _lp("state", "Assessment"), "azure", OPEN),
        State(S.INVESTIGATING, _lp("state", "Investigating"), "indigo", OPEN, required={"group_id"}),
        State(S.ROOT_CAUSE_KNOWN, _lp("state", "Root cause known"), "purple", OPEN,
              required={"root_cause", "root_cause_code_id"}),
        State(S.KNOWN_ERROR, _lp("state", "Known error"), "orange", OPEN, required={"root_cause", "workaround"}),
        State(S.FIX_IN_PROGRESS, _lp("state", "Fix in progress"), "cyan", OPEN, required={"root_cause"}),
        State(S.RESOLVED, _lp("state", "Resolved"), "green", RESOLVED, required={"root_cause", "permanent_fix"},
              read_only={"impact", "urgency", "priority", "group", "assignee"}),
        State(S.CLOSED, _lp("state", "Closed"), "secondary", CLOSED, read_only=ALL, is_final=True),
        State(S.CANCELLED, _lp("state", "Cancelled"), "secondary", CLOSED, read_only=ALL, is_final=True),
        State(S.RISK_ACCEPTED, _lp("state", "Risk accepted"), "yellow", CLOSED, read_only=ALL, is_final=True),
    ],
    transitions=[
        #  action           from                              to                  label                permission
        T("assess",         {S.NEW},                          S.ASSESS,           _l("Assess"),        PROBLEM_WRITE),
        T("investigate",    {S.NEW, S.ASSESS},                S.INVESTIGATING,    _l("Investigate"),   PROBLEM_WRITE,
          asks=("group", "assignee")),
        T("find_cause",     {S.INVESTIGATING},                S.ROOT_CAUSE_KNOWN, _l("Record the root cause"),
          PROBLEM_WRITE, required={"root_cause", "root_cause_code_id"}, asks=("root_cause_code", "root_cause")),
        T("record_error",   {S.INVESTIGATING, S.ROOT_CAUSE_KNOWN}, S.KNOWN_ERROR, _l("Record a known error"),
          PROBLEM_WRITE, required={"root_cause", "workaround"}, asks=("root_cause", "workaround", "review_on")),
        T("begin_fix",      {S.ROOT_CAUSE_KNOWN, S.KNOWN_ERROR}, S.FIX_IN_PROGRESS, _l("Begin the fix"), PROBLEM_WRITE),
        T("resolve",        {S.ROOT_CAUSE_KNOWN, S.KNOWN_ERROR, S.FIX_IN_PROGRESS}, S.RESOLVED, _l("Resolve"),
          PROBLEM_RESOLVE, required={"permanent_fix"}, asks=("root_cause_code", "permanent_fix"), colour="success"),
        T("give_up_fix",    {S.FIX_IN_PROGRESS},              S.KNOWN_ERROR,      _l("The fix did not help"),
          PROBLEM_WRITE, required={"reason"}, asks=("workaround", "reason"), colour="warning"),
        T("close",          {S.RESOLVED},                     S.CLOSED,           _l("Close"),         PROBLEM_CLOSE),
        T("reopen",         {S.RESOLVED, S.CLOSED, S.RISK_ACCEPTED}, S.INVESTIGATING, _l("Reopen"),    PROBLEM_WRITE,
          required={"reason"}, asks=("reason",), colour="warning"),
        T("accept_risk",    {S.ASSESS, *_LOOKED_AT},          S.RISK_ACCEPTED,    _l("Accept the risk"),
          PROBLEM_ACCEPT_RISK, required={"reason"}, asks=("reason", "review_on"), colour="danger"),
        T("cancel",         set(_OPEN),                       S.CANCELLED,        _l("Cancel the problem"),
          PROBLEM_CANCEL, required={"reason"}, asks=("reason",), colour="danger"),
        # By merging it into another only: the service asks for that one.
        T("merge",          {*_OPEN, S.RESOLVED},             S.CANCELLED,        _l("Merge"),         PROBLEM_MERGE,
          required={"reason"}, is_hidden=True),
        # Whatever its state is, it is handed over, and its workaround told.
        *(T("assign", {state}, state, _l("Assign"), PROBLEM_ASSIGN, asks=("group", "assignee", "reason"))
          for state in _OPEN),
        *(T("publish", {state}, state, _l("Publish the workaround"), PROBLEM_PUBLISH, required={"workaround"},
            asks=("workaround",)) for state in _LOOKED_AT),
        # What was published is looked at again now and then: it still holds, or nobody is offered it any more.
        *(T("confirm_error", {state}, state, _l("Still valid"), PROBLEM_PUBLISH, required={"review_on"},
            asks=("review_on",)) for state in _TOLD),
        *(T("retire_error", {state}, state, _l("Retire the known error"), PROBLEM_PUBLISH, required={"reason"},
            asks=("reason",), colour="danger") for state in _TOLD),
    ],
)  # fmt: skip
