"""A manager rebalances a queue: cards moved by hand and by key, then three incidents handed over at once, and back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.support.live import serving

LIST = "/incident/incidents/list/"
BOARD = f"{LIST}?as=kanban"


class Manager:
    """Somebody with all rights, at a board."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.say = reader, reader.page, reader.say

    def post(self, resource: str, **values: Any) -> int:
        """Make a record by REST; return its id."""
        token = self.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        answer = self.page.request.post(f"{self.reader.url}/api/v1/{resource}/", data=values,
                                        headers={"X-CSRFToken": token})
        assert answer.status == 201, answer.text()
        return int(answer.json()["id"])

    def get(self, resource: str, pk: int) -> Any:
        """Read a record by REST."""
        return self.page.request.get(f"{self.reader.url}/api/v1/{resource}/{pk}").json()["result"]

    def column(self, value: Any) -> Any:
        """Return a column of the board."""
        return self.page.locator(f"[data-column='{value}']")

    def card(self, pk: int) -> Any:
        """Return a card of the board."""
        return self.page.locator(f"[data-card='{pk}']")

    def should_count(self, **counts: int) -> None:
        """Expect the numbers in the heads of columns."""
        for value, count in counts.items():
            expect(self.column(value.lstrip("_")).locator("[data-count]")).to_have_text(str(count))

    def hold(self, pk: int) -> None:
        """Take a card to “pending”: by hand, on a phone by the card's menu, for the column is out of sight there."""
        if self.reader.width > 500:
            self.drag(pk, "pending")
        else:
            self.card(pk).locator(".card-menu").click()
            self.page.locator("#cell-editor .cell-step").filter(has_text=self.say("Put on hold")).click()

    def drag(self, pk: int, value: Any) -> None:
        """Drag a card to another column, as a hand does it."""
        self.card(pk).scroll_into_view_if_needed()
        self.card(pk).locator(".record-number").hover()
        self.page.mouse.down()
        place = self.column(value).locator("[data-cards]")
        place.hover(position={"x": 40, "y": 70}, force=True)
        place.hover(position={"x": 44, "y": 74}, force=True)
        self.page.mouse.up()

    def should_hear(self, words: str) -> None:
        """Expect a toast."""
        expect(self.page.locator("#toasts .toast-text").last).to_contain_text(words)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
def test_rebalancing_a_queue(browser, reader, pictures, language, width):
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        manager = Manager(reader(server.url, language, width))
        rebalance(manager, server, pictures)
        assert server.log().splitlines() == [f"Tianhui Service Desk is ready: {server.url}"]


def rebalance(manager: Manager, server: Any, pictures: Any) -> None:
    desk, page, say = manager.reader, manager.page, manager.say
    desk.get_in("admin", server.password)
    desk.speak(say.language)
    me = manager.page.request.get(f"{server.url}/api/v1/person/").json()["result"][0]["id"]
    desk_group = page.request.get(f"{server.url}/api/v1/work_group/").json()["result"][0]["id"]
    name = {"zh": "网络组", "en": "Network team"}
    other_group = manager.post("work_group", code="network", name=name, support_line=2)
    colleague, caller = manager.post("person", name="李静"), manager.post("person", name="欧阳晓红")
    manager.post("group_member", group_id=desk_group, person_id=colleague)
    made = [manager.post("incident", title=f"{number}F", caller_id=caller, group_id=desk_group, assignee_id=me)
            for number in range(1, 6)]

    # The board by state: by hand to a state that asks for something, left; then by key to one that asks as well.
    desk.open(BOARD)
    manager.should_count(new=0, assigned=5, pending=0)
    desk.should_fit()
    desk.photograph(pictures, "board-state")
    manager.hold(made[0])
    dialog = page.locator("#dialog .modal-content")
    expect(dialog.locator(".modal-title")).to_have_text(say("Put on hold"))
    dialog.locator(".modal-footer").get_by_role("button", name=say("Cancel"), exact=True).click()
    expect(manager.column("assigned").locator("[data-card]")).to_have_count(5)
    assert manager.get("incident", made[0])["state"] == "assigned"
    expect(page.locator("#dialog")).to_be_hidden()
    manager.hold(made[0])
    desk.choose("pending_reason", {"zh": "等待客户", "en": "Waiting for the customer"}[say.language], within="#dialog")
    desk.confirm_step(say("Put on hold"))
    manager.should_count(assigned=4, pending=1)
    expect(manager.column("pending").locator(f"[data-card='{made[0]}']")).to_be_visible()
    expect(manager.card(made[0]).locator("[data-card-link]")).to_be_focused()
    # Back by key: from there one plain step leads to “in progress”, one column to the left.
    page.keyboard.press("Shift+ArrowLeft")
    manager.should_count(assigned=4, in_progress=1, pending=0)
    assert manager.get("incident", made[0])["state"] == "in_progress"
    # Where no step leads the card goes back, and the desk says why.
    if desk.width > 500:
        manager.drag(made[1], "resolved")
        dialog.locator(".modal-footer").get_by_role("button", name=say("Cancel"), exact=True).click()
        manager.drag(made[1], "new")
        manager.should_hear({"zh": "不能直接变为", "en": "No step leads from"}[say.language])
        manager.should_count(assigned=4, closed=0)
        desk.expect_refusals((409, f"/incident/incidents/{made[1]}/move"))

    # The board by assignee: two of five go to the colleague, one by hand and one by key.
    page.locator(".board-way").filter(has_text=say("Assignee")).click()
    manager.should_count(**{f"_{me}": 5, f"_{colleague}": 0})
    desk.photograph(pictures, "board-assignee")
    goes = "Shift+ArrowLeft" if _place(manager, colleague) < _place(manager, me) else "Shift+ArrowRight"
    if desk.width > 500:
        manager.drag(made[1], colleague)
    else:
        manager.card(made[1]).locator("[data-card-link]").press(goes)
    manager.should_count(**{f"_{me}": 4, f"_{colleague}": 1})
    manager.card(made[2]).locator("[data-card-link]").press(goes)
    manager.should_count(**{f"_{me}": 3, f"_{colleague}": 2})
    assert {manager.get("incident", pk)["assignee_id"] for pk in made[1:3]} == {colleague}
    desk.should_fit()

    # Three at once to the other group, seen before and undone after.
    desk.open(LIST)
    for pk in made[1:4]:
        page.locator(f"tr[data-row='{pk}'] [data-pick]").click()
    desk.photograph(pictures, "picked")
    _choose_action(manager, say("Transfer"))
    expect(dialog.locator(".is-able")).to_have_count(3)
    desk.choose("group", name[say.language], within="#dialog")
    dialog.locator("textarea").fill("交换机故障")
    desk.photograph(pictures, "bulk-preview")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("[data-results] .is-done a")).to_have_count(3)
    assert {manager.get("incident", pk)["group_id"] for pk in made[1:4]} == {other_group}
    desk.photograph(pictures, "bulk-results")
    dialog.locator("[data-undo]").click()
    expect(dialog.locator("[data-undo]")).to_have_count(0)
    expect(dialog.locator("[data-results] .is-done a")).to_have_count(3)
    assert [(row["group_id"], row["assignee_id"]) for row in (manager.get("incident", pk) for pk in made[1:4])] == [
        (desk_group, colleague), (desk_group, colleague), (desk_group, me)]
    dialog.locator(".btn-primary").click()
    expect(page.locator("#dialog")).to_be_hidden()
    desk.should_fit()
    desk.expect_refusals()


def _place(manager: Manager, value: int) -> int:
    values = manager.page.locator("[data-column]").evaluate_all("all => all.map(one => one.dataset.column)")
    return int(values.index(str(value)))


def _choose_action(manager: Manager, label: str) -> None:
    page = manager.page
    first = page.locator(".bulk-first:visible").filter(has_text=re.compile(rf"^\s*{label}…"))
    if not first.count():
        page.locator(".bulk-more").click()
        first = page.locator(".bulk-bar .dropdown-item:visible").filter(has_text=re.compile(rf"^\s*{label}…"))
    first.click()
    expect(page.locator("#dialog .modal-title")).to_have_text(label)
