"""Who works while an administrator switches: by pages and by REST, on incidents and on what the addon adds."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.support.live import LiveServer
from tests.support.visitor import Answer, Visitor

INCIDENTS, PROBLEMS = "/incident/incidents", "/problem/problems"
GONE = 404


@dataclass
class Told:
    """What the clients were answered."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # the addon was off
    failed: list[tuple[str, int, str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    incidents: dict[str, int] = field(default_factory=dict)  # title: id, 0 where a page does not say it
    problems: dict[str, int] = field(default_factory=dict)
    published: dict[int, int] = field(default_factory=dict)  # problem: an incident of it, linked before


class Clients:
    """So many at once, in turns of each kind of work; `values` are an incident's, a caller and a group among them."""

    def __init__(self, server: LiveServer, number: int, values: dict[str, Any]) -> None:
        self.server, self.values = server, values
        self.told, self.over, self.lock = Told(), threading.Event(), threading.Lock()
        kinds = (self._rest_incidents, self._page_incidents, self._rest_problems, self._page_problems,
                 self._looks, self._exports)
        self.threads = [threading.Thread(target=self._work, args=(place, kinds[place % len(kinds)]), daemon=True)
                        for place in range(number)]

    def __enter__(self) -> "Clients":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(90)

    def _work(self, number: int, kind: Any) -> None:
        visitor, turn = Visitor(self.server.url), 0
        visitor.log_in("admin", self.server.password)
        while not self.over.is_set():
            turn += 1
            try:
                kind(visitor, f"Switched {number}.{turn}")
            except Exception as error:  # noqa: BLE001 - told at the end, as what went wrong
                self.told.failed.append((kind.__name__, -1, "", repr(error)))
            time.sleep(0.01)

    # The kinds of work -----------------------------------------------------------------------------------------------

    def _rest_incidents(self, visitor: Visitor, title: str) -> None:
        made = self._ask("REST create", 201, visitor.rest, "POST", "/incident/", {**self.values, "title": title})
        if made.status == 201:
            key = made.json()["id"]
            self.told.incidents[title] = key
            self._ask("REST read", 200, visitor.rest, "GET", f"/incident/{key}")
            self._ask("REST change", 200, visitor.rest, "PUT", f"/incident/{key}", {"description": title})
        self._ask("REST list", 200, visitor.rest, "GET", "/incident/?q=(page_size:20)")

    def _page_incidents(self, visitor: Visitor, title: str) -> None:
        # With the column that the bridge adds, as whoever has arranged nothing sees it.
        self._ask("list", 200, visitor.get, f"{INCIDENTS}/list/")
        self._ask("options", 200, visitor.get, f"{INCIDENTS}/options/caller?q=a")
        self._ask("known errors", 200, visitor.get, f"{INCIDENTS}/hints?title=Switched")
        form = self._ask("form", 200, visitor.get, f"{INCIDENTS}/add")
        if form.status == 200:
            made = self._ask("form sent", 200, visitor.submit, f"{INCIDENTS}/add", None, title=title,
                             caller=str(self.values["caller_id"]), description=title, kind="incident")
            if made.status == 200 and "/show/" in made.url:
                self.told.incidents[title] = 0
            elif made.status == 200:
                self.told.failed.append(("form sent", made.status, made.url, "not saved"))

    def _rest_problems(self, visitor: Visitor, title: str) -> None:
        made = self._ask("REST create problem", 201, visitor.rest, "POST", "/problem/",
                         {"title": title, "group_id": self.values["group_id"]}, may_be_off=True)
        if made.status != 201:
            return
        key = made.json()["id"]
        self.told.problems[title] = key
        with self.lock:
            ready = [one for one in self.told.incidents.values() if one and one not in self.told.published.values()]
        linked = 0
        if ready:
            # While the addon is off there is nothing of that name to link with.
            answer = self._ask("REST link", 201, visitor.rest, "POST", f"/incident/{ready[-1]}/links",
                               {"kind": "caused_by", "other": key}, also=(422,))
            linked = ready[-1] if answer.status == 201 else 0
        for step, said in (("investigate", {}), ("record_error", {"root_cause": "A leak", "workaround": "None yet"})):
            self._ask("REST step", 200, visitor.rest, "POST", f"/problem/{key}/transition/{step}", said,
                      may_be_off=True, also=(409,))
        answer = self._ask("REST publish", 200, visitor.rest, "POST", f"/problem/{key}/transition/publish",
                           {"workaround": f"Restart {key}"}, may_be_off=True, also=(409,))
        if answer.status == 200:
            self.told.published[key] = linked

    def _page_problems(self, visitor: Visitor, title: str) -> None:
        self._ask("problem list", 200, visitor.get, f"{PROBLEMS}/list/", may_be_off=True)
        form = self._ask("problem form", 200, visitor.get, f"{PROBLEMS}/add", may_be_off=True)
        if form.status != 200:
            return
        made = self._ask("problem form sent", 200, visitor.send, f"{PROBLEMS}/add", form, title=title, may_be_off=True)
        if made.status == 200 and "/show/" in made.url:
            self.told.problems[title] = 0
            self._ask("problem page", 200, visitor.get, made.url.removeprefix(self.server.url), may_be_off=True)
        self._ask("known error list", 200, visitor.get, "/problem/known-errors/list/", may_be_off=True)

    def _looks(self, visitor: Visitor, _title: str) -> None:
        # What an open page asks for by itself, and what stands on it.
        with self.lock:
            keys = [one for one in self.told.incidents.values() if one]
        self._ask("bell", 200, visitor.get, "/notices/count")
        self._ask("start page", 200, visitor.get, "/")
        self._ask("palette", 200, visitor.get, "/palette/?q=Switched")
        if keys:
            self._ask("incident page", 200, visitor.get, f"{INCIDENTS}/show/{keys[-1]}")
            self._ask("entries", 200, visitor.get, f"{INCIDENTS}/{keys[-1]}/entries")
            self._ask("row", 200, visitor.get, f"{INCIDENTS}/{keys[-1]}/row")
            self._ask("problems of an incident", 200, visitor.get, f"{INCIDENTS}/{keys[-1]}/panel/problems",
                      may_be_off=True)

    def _exports(self, visitor: Visitor, _title: str) -> None:
        page = self._ask("list to export", 200, visitor.get, f"{INCIDENTS}/list/")
        if page.status == 200:
            self._ask("export", 200, visitor.send, f"{INCIDENTS}/export", page, format="csv", query="")
        page = self._ask("problems to export", 200, visitor.get, f"{PROBLEMS}/list/", may_be_off=True)
        if page.status == 200:
            self._ask("export of problems", 200, visitor.send, f"{PROBLEMS}/export", page, format="csv", query="",
                      may_be_off=True)

    def _ask(self, name: str, expected: int, call: Any, *arguments: Any, may_be_off: bool = False,
             also: tuple[int, ...] = (), **values: Any) -> Answer:
        begun = time.monotonic()
        answer: Answer = call(*arguments, **values)
        with self.lock:
            self.told.done[name] += 1
            self.told.seconds.append(time.monotonic() - begun)
            if may_be_off and answer.status == GONE:
                self.told.refused[name] += 1
            elif answer.status not in (expected, *also):
                self.told.failed.append((name, answer.status, answer.url, answer.text[:300]))
        return answer
