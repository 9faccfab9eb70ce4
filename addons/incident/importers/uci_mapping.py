"""One incident of the log as a history of ours.

A row becomes one step. What it says is kept twice: the columns of ours that it changes, and, word for word, the cells
that differ from the row before, so that the log can be put together again from the timeline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from addons.incident.importers.uci_file import UNKNOWN, Event
from addons.incident.importers.uci_terms import CHANNELS, PENDING, Terms
from app.records.history import History, Step

# The log gives these on every row of an incident, also on those from before they happened.
ENDING = {"resolved_at": "resolved", "resolved_by": "resolved", "closed_code": "resolved", "closed_at": "closed"}
# The log has no text of a solution; group, agent, caller and code may be unknown in it.
UNTOLD = frozenset({"solution", "resolution_code_id", "group_id", "caller_id"})


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the log is read in this run: with which ids, up to when, and by how much its times are moved."""

    terms: Terms
    until: datetime | None = None
    shift: timedelta = timedelta(0)

    def known(self, events: Sequence[Event]) -> list[Event]:
        """Return what was known at the end of the run's day."""
        return [event for event in events if self.until is None or event.at < self.until]

    def history(self, events: Sequence[Event]) -> History:
        """Return the history of one incident; `events` are its known rows in order, one at least."""
        first, last = events[0], events[-1]
        opened = first.moment("opened_at") or first.at
        start = min(opened, first.at)
        values = self._first(first, opened)
        state: str = values["state"]
        steps: list[Step] = []
        before: dict[str, str] = {}
        resolved: datetime | None = None
        is_whole = self.until is None
        present = dict(values)
        for event in events:
            state = self._state(event, state)
            resolved = self._resolved(event, state, resolved)
            told = self._told(event, is_last=event is last and is_whole)
            wanted = {**self._columns(event, state, resolved, told), **self._counts(event)}
            changes = {name: value for name, value in wanted.items() if present.get(name) != value}
            present.update(changes)
            cells = {name: value for name, value in told.items() if before.get(name, UNKNOWN) != value}
            before = told
            steps.append(Step(event.at + self.shift, event.get("sys_updated_by") or "?", changes,
                              data={"line": event.line, "log": cells}))
        values["title"] = title(last)
        return History(
            reference=first.cells["number"], at=start + self.shift, values=values, steps=steps,
            actor=first.get("opened_by") or first.get("sys_created_by") or "?",
            fingerprint=fingerprint(events), unknown=UNTOLD,
        )

    def _first(self, event: Event, opened: datetime) -> dict[str, Any]:
        """Return the incident as it was opened; a log that begins later tells the rest with its first row."""
        values = {
            "kind": "incident", "external_reference": event.cells["number"], "opened_at": opened + self.shift,
            "state": "new", "pending_reason": None, "group_id": None, "assignee_id": None,
            "transfer_count": 0, "reopen_count": 0, **self._classes(event),
        }
        if event.cells["incident_state"] == "New":
            values |= {"group_id": self._group(event), "assignee_id": self._agent(event), **self._counts(event)}
        return values

    def _columns(self, event: Event, state: str, resolved: datetime | None, told: dict[str, str]) -> dict[str, Any]:
        is_pending = event.cells["incident_state"] in PENDING
        closed = event.at if state == "closed" else None
        if closed is not None:
            closed = min(event.moment("closed_at") or closed, closed)
        code = told.get("closed_code", UNKNOWN)
        return {
            "state": state, "group_id": self._group(event), "assignee_id": self._agent(event),
            "pending_reason": PENDING[event.cells["incident_state"]] if is_pending else None,
            "resolution_code_id": self.terms.value("incident.resolution_code", None if code == UNKNOWN else code),
            "resolved_at": resolved + self.shift if resolved else None,
            "closed_at": closed + self.shift if closed else None, **self._classes(event),
        }

    def _classes(self, event: Event) -> dict[str, Any]:
        terms, caller, site = self.terms, event.get("caller_id"), event.get("location")
        return {
            "caller_id": terms.people[caller] if caller else None,
            "site_id": terms.sites[site] if site else None,
            "channel_id": terms.channels.get(CHANNELS.get(event.cells["contact_type"], "")),
            "category_id": terms.category(event), "symptom_id": terms.value("incident.symptom", event.get("u_symptom")),
            "impact_id": terms.level(event, "impact"), "urgency_id": terms.level(event, "urgency"),
            "priority_id": terms.level(event, "priority"),
        }

    @staticmethod
    def _counts(event: Event) -> dict[str, int]:
        return {"transfer_count": int(event.cells["reassignment_count"]),
                "reopen_count": int(event.cells["reopen_count"])}

    def _group(self, event: Event) -> int | None:
        return self.terms.group(event.get("assignment_group"))

    def _agent(self, event: Event) -> int | None:
        name = event.get("assigned_to")
        return self.terms.people[name] if name else None

    @staticmethod
    def _state(event: Event, before: str) -> str:
        """Return our state; an unknown one (-100) is taken to be the one before."""
        state = event.cells["incident_state"]
        if state in PENDING:
            return "pending"
        if state == "Active":
            return "in_progress" if event.get("assigned_to") else "assigned"
        return {"New": "new", "Resolved": "resolved", "Closed": "closed"}.get(state, before)

    @staticmethod
    def _resolved(event: Event, state: str, before: datetime | None) -> datetime | None:
        """Return when the incident was resolved, as far as the log tells it and it was known at this row."""
        if state not in {"resolved", "closed"}:
            return None
        told = event.moment("resolved_at")
        if told is None:
            return None
        return told if told <= event.at else before or event.at

    @staticmethod
    def _told(event: Event, *, is_last: bool) -> dict[str, str]:
        """Return the cells of a row without what had not happened by then."""
        hidden: set[str] = set()
        if not is_last:
            resolved, closed = event.moment("resolved_at"), event.moment("closed_at")
            is_over = event.cells["incident_state"] in {"Resolved", "Closed"} if resolved is None else (
                resolved <= event.at)
            happened = {"resolved": is_over, "closed": closed is not None and closed <= event.at}
            hidden = {name for name, when in ENDING.items() if not happened[when]}
        return {name: value for name, value in event.cells.items() if name != "number" and name not in hidden}


def title(event: Event) -> str:
    """Return what the incident is about; the log has no title of its own."""
    place = " / ".join(filter(None, (event.get("category"), event.get("subcategory"))))
    return " · ".join(filter(None, (event.get("u_symptom"), place))) or event.cells["number"]


def fingerprint(events: Sequence[Event]) -> str:
    """Return a print of the rows that were read."""
    digest = blake2b(digest_size=16)
    for event in events:
        digest.update("\x1f".join(event.cells.values()).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()
