"""Bringing in the incident log: names first, then the incidents batch by batch, through the history door."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from addons.incident.importers import uci_terms
from addons.incident.importers.uci_file import Event, LogFile, Problem, in_order
from addons.incident.importers.uci_mapping import Mapping, fingerprint
from addons.incident.services.incident import incident_service
from addons.ticket.services.history import TicketHistoryService
from app.db import unit_of_work
from app.db.batches import Batches
from app.records.history import Prepared
from app.records.origins import known
from app.sdk import clock
from app.sdk.errors import BusinessError
from app.sdk.i18n import _


@dataclass
class Outcome:
    """What a run did."""

    brought_in: int = 0
    events: int = 0
    unchanged: int = 0
    different: int = 0
    later: int = 0
    problems: list[Problem] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)


@dataclass
class UciImport:
    """One run over one file. `as_of` leaves out what happened after that day (in UTC); `to_now` moves all times."""

    path: Path
    as_of: date | None = None
    to_now: bool = False
    outcome: Outcome = field(default_factory=Outcome)

    def run(self) -> Outcome:
        """Bring in what is not there yet. Raises BusinessError where the file is not the log or cannot be read."""
        if not self.path.is_file():
            raise BusinessError(_("There is no file “%(path)s”.", path=str(self.path)))
        log = LogFile(self.path)
        names, last = self._survey(log)
        self.outcome.problems = list(log.problems)
        if last is None:
            return self.outcome
        mapping = Mapping(uci_terms.make(names), self._until(), self._shift(last))
        with unit_of_work() as session:
            door = TicketHistoryService(session, incident_service, uci_terms.SOURCE)
            present = known(session, uci_terms.SOURCE, door.record_type)

        def write(batch: list[Prepared]) -> None:
            with unit_of_work(write=True) as session:
                door.write(session, batch)

        batches = Batches(write, self._refused)
        histories = self._prepared(log, mapping, door, {name: mark for name, (_id, mark) in present.items()})
        self.outcome.brought_in = batches.run(histories)
        self.outcome.holds = batches.holds
        self.outcome.problems.sort(key=lambda problem: problem.line)
        return self.outcome

    def _until(self) -> datetime | None:
        return datetime.combine(self.as_of, time(), UTC) + timedelta(days=1) if self.as_of else None

    def _shift(self, last: datetime) -> timedelta:
        if not self.to_now:
            return timedelta(0)
        return clock.now().replace(microsecond=0) - (self._until() or last)

    def _survey(self, log: LogFile) -> tuple[uci_terms.Names, datetime | None]:
        """Read the file once: its names, and the time of the last event that counts."""
        names, last, until = uci_terms.Names(), None, self._until()
        for events in log.survey():
            for event in in_order(events):
                if until is None or event.at < until:
                    names.add(event)
                    last = event.at if last is None else max(last, event.at)
        return names, last

    def _prepared(self, log: LogFile, mapping: Mapping, door: TicketHistoryService,
                  present: dict[str, str]) -> Iterator[Prepared]:
        for events in log.incidents():
            seen = mapping.known(events)
            if not seen:
                self.outcome.later += 1
                continue
            mark = present.get(seen[0].cells["number"])
            if mark is not None:
                is_same = mark == fingerprint(seen)
                self.outcome.unchanged += is_same
                self.outcome.different += not is_same
                continue
            try:
                yield door.prepare(mapping.history(seen))
            except BusinessError as error:
                self._refuse(seen, error)
            else:
                self.outcome.events += len(seen)

    def _refused(self, prepared: Prepared, error: Exception) -> None:
        steps = prepared.history.steps
        self.outcome.events -= len(steps)
        self._note(steps[0].data["line"] if steps[0].data else 0, prepared.history.reference, error)

    def _refuse(self, events: list[Event], error: Exception) -> None:
        self._note(events[0].line, events[0].cells["number"], error)

    def _note(self, line: int, reference: str, error: Exception) -> None:
        told = str(getattr(error, "orig", error)).partition("\n")[0]
        fields = getattr(error, "fields", {})
        text = "; ".join([told, *(f"{name}: {what}" for name, what in fields.items() if what != told)])
        self.outcome.problems.append(Problem(line, f"{reference}: {text}"))
