"""The kinds of page that problem management brings, beside those of `tests/browser/page_types.py`."""

from typing import Any

from tests.browser.page_types import PageType, dialog, settle, tab
from tests.browser.test_incident_journey import Keeper
from tests.support.live import LiveServer


def _make_problem(page: Any) -> None:
    for row in range(2):
        page.locator("[data-pick]:visible").nth(row).check()
    page.locator("[data-bulk-bar] .bulk-more").click()
    page.locator("[data-bulk-bar] .dropdown-menu [formaction$='/bulk/problem']").click()
    page.locator("#dialog.show .modal-body").wait_for()
    settle(page)


def _type_title(page: Any) -> None:
    page.locator("#title").fill("Scanner beeps")
    page.locator("[data-hints] .hint-card").wait_for()
    settle(page)


PROBLEM = "/problem/problems/show/{problem}"
PROBLEM_PAGES = (
    PageType("problems", "/problem/problems/list/"),
    PageType("problem", PROBLEM),
    PageType("problem-why", PROBLEM, tab("causes")),
    PageType("problem-tasks", PROBLEM, tab("tasks")),
    PageType("problem-incidents", PROBLEM, tab("incidents")),
    PageType("problem-step", PROBLEM, dialog("a[data-dialog][href$='/transition/publish']")),
    PageType("problem-edit", "/problem/problems/edit/{problem}"),
    PageType("problem-why-new", "/problem/causes/add?problem={problem}"),
    PageType("known-errors", "/problem/known-errors/list/"),
    PageType("incident-problems", "/incident/incidents/show/{incident}", tab("problems")),
    PageType("incident-likely", "/incident/incidents/show/{likely}", tab("problems")),
    PageType("incidents-make-problem", "/incident/incidents/list/", _make_problem),
    PageType("quick-log-hinted", "/incident/quick/", _type_title),
)


def add_problem(server: LiveServer) -> dict[str, int]:
    """Make a known error with all that belongs to one; return the records that its pages are shown of."""
    keeper = Keeper(server)
    problem = keeper.post("problem", title="Scanner beeps twice", group_id=keeper.group, symptoms="It beeps twice")
    first, likely = (keeper.incident(title, keeper.person) for title in ("Scanner is slow", "Scanner beeps at noon"))
    said = keeper.visitor.rest("POST", f"/incident/{first}/links", {"kind": "caused_by", "other": problem})
    assert said.status == 201, said.text
    for action, values in (("investigate", {}), ("publish", {"workaround": "Beep once more"})):
        assert keeper.visitor.rest("POST", f"/problem/{problem}/transition/{action}", values).status == 200
    why = keeper.post("problem_cause", problem_id=problem, text="The battery is old")
    keeper.post("problem_cause", problem_id=problem, parent_id=why, text="Nobody counts its years", is_root=True)
    keeper.post("problem_task", problem_id=problem, title="Order batteries", due_on="2030-01-31")
    keeper.post("problem_review", problem_id=problem, held_on="2026-01-31", conclusions="Count the years")
    return {"problem": problem, "incident": first, "likely": likely}

