"""Clients that log incidents by REST, each with a title of its own, and remember what they were told."""

import threading
import time
from dataclasses import dataclass, field

from tests.support.live import LiveServer
from tests.support.visitor import Visitor

RESOURCE = "/incident/"


@dataclass
class Told:
    """What became of each request, by the title that it asked for: the id that was answered, or None."""

    answered: dict[str, int] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def number(self) -> int:
        """Return how many requests are over."""
        return len(self.answered) + len(self.unanswered) + len(self.refused)


class Load:
    """So many clients at once, until so many incidents were asked for."""

    def __init__(self, server: LiveServer, values: dict[str, object], creates: int, clients: int = 4) -> None:
        self.server, self.values, self.creates, self.told = server, values, creates, Told()
        self._next, self._lock = 0, threading.Lock()
        self.visitors = [self._visitor() for _ in range(clients)]
        self.threads = [threading.Thread(target=self._work, args=(one,)) for one in self.visitors]

    def _visitor(self) -> Visitor:
        visitor = Visitor(self.server.url)
        visitor.log_in("admin", self.server.password)
        return visitor

    def _work(self, visitor: Visitor) -> None:
        while (title := self._title()) is not None:
            answer = visitor.rest("POST", RESOURCE, {**self.values, "title": title})
            with self._lock:
                if answer.status == 201:
                    self.told.answered[title] = int(answer.json()["id"])
                elif answer.status == 0 or answer.status >= 500:
                    self.told.unanswered.append(title)
                else:
                    self.told.refused.append(f"{title}: {answer.status} {answer.text[:200]}")
            if answer.status != 201:
                time.sleep(0.3)

    def _title(self) -> str | None:
        with self._lock:
            self._next += 1
            return f"crash {self._next}" if self._next <= self.creates else None

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for thread in self.threads:
            thread.join()
