"""Every kind of page there is: where it stands and what is done there before one looks.

Read by the tests of accessibility and of narrow screens, by `benchmarks/page_weight.py` and by `tools/screenshots.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Prepare = Callable[[Any], None]
# What htmx fetches after the page is there, and what fades in has other colours until it is.
_UNTIL_QUIET = """async () => {
    for (let quiet = 0; quiet < 2; quiet = document.querySelector(".htmx-request") ? 0 : quiet + 1)
        await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations()
        .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished));
}"""


@dataclass(frozen=True)
class PageType:
    """A page: its name, its address with {names} of records, and what opens before it is looked at."""

    name: str
    path: str
    prepare: Prepare | None = None
    status: int = 200
    is_public: bool = False  # seen without log-in

    def address(self, records: dict[str, int]) -> str:
        """Return where it stands on a desk with these records."""
        return self.path.format(**records)


def dialog(selector: str) -> Prepare:
    # A step may be a button or, where there is no room for it, an entry of the menu.
    def opened(page: Any) -> None:
        if not page.locator(f"{selector}:visible").count():
            page.locator(".record-buttons [data-bs-toggle=dropdown]:visible").click()
        page.locator(f"{selector}:visible").first.click()
        page.locator("#dialog.show .modal-body").wait_for()
        settle(page)

    return opened


def _keys(*keys: str, then: str) -> Prepare:
    def pressed(page: Any) -> None:
        for key in keys:
            page.keyboard.press(key)
        page.locator(then).first.wait_for()
        settle(page)

    return pressed


def _click(selector: str, then: str) -> Prepare:
    def clicked(page: Any) -> None:
        page.locator(f"{selector}:visible").first.click()
        page.locator(then).first.wait_for()
        settle(page)

    return clicked


def tab(key: str) -> Prepare:
    def shown(page: Any) -> None:
        page.locator(f"#tab-{key}").click()
        page.locator(f"#pane-{key}.show").wait_for()
        settle(page)

    return shown


def _send(page: Any) -> None:
    with page.expect_navigation():
        page.locator("main form.desk-form button[type=submit]").click()
    page.locator(".form-alert").wait_for()


def _conditions(page: Any) -> None:
    page.locator("[data-bs-target='#filters']").click()
    page.locator("#filters.show [data-add-filter]").wait_for()
    add = page.locator("[data-add-filter]")
    for name in ("state", "caller", "opened_at"):
        if add.locator(f"option[value={name}]").count():
            add.select_option(name)
    settle(page)


def _bring(page: Any) -> None:
    # A file with two faults, as far as the choice of columns.
    content = "工号,姓名,公司,入职日期,备注\nP1,王伟,无此公司,2026-02-30,x\nP2,李娜,,2026-01-31,y\n".encode("gb18030")
    page.locator("#file").set_input_files([{"name": "people.csv", "mimeType": "text/csv", "buffer": content}])
    with page.expect_navigation():
        page.locator("main form.desk-form button[type=submit]").click()
    page.locator("#key_field").wait_for()
    settle(page)


def _try(page: Any) -> None:
    _bring(page)
    with page.expect_navigation():
        page.locator("button[name=way][value=trial]").click()
    page.locator("[data-state=done]").wait_for()
    settle(page)


def _likely(page: Any) -> None:
    dialog("a[data-dialog][href*='/merge-into']")(page)
    page.locator("#dialog .ts-control").click()
    page.locator(".ts-dropdown .option").first.wait_for()
    settle(page)


def _bulk(page: Any) -> None:
    for row in range(3):
        page.locator("[data-pick]:visible").nth(row).check()
    if not page.locator("[data-bulk]:visible").count():
        page.locator("[data-bulk-bar] [data-bs-toggle=dropdown]").click()
    page.locator("[data-bulk]:visible").first.click()
    page.locator("#dialog.show .modal-body").wait_for()
    settle(page)


def settle(page: Any) -> None:
    page.evaluate(_UNTIL_QUIET)


LIST = "/incident/incidents/list/"
INCIDENT = "/incident/incidents/show/{incident}"
PAGE_TYPES = (
    PageType("log-in", "/login/", is_public=True),
    PageType("home", "/"),
    PageType("list", LIST),
    PageType("list-filtered", f"{LIST}?_flt_0_state=pending&q=INC", _conditions),
    PageType("list-empty", f"{LIST}?q=nothing-like-it"),
    PageType("list-picked", LIST, _click("[data-pick]", ".bulk-bar")),
    PageType("list-cell", f"{LIST}?_flt_0_state=pending", _click(".col-state a[data-cell]", "#cell-editor .cell-step")),
    PageType("bulk", "/incident/incidents/bulk/step.transfer?ids={incident}"),
    PageType("board", f"{LIST}?as=kanban"),
    PageType("board-people", f"{LIST}?as=kanban&by=assignee"),
    PageType("bulk-dialog", f"{LIST}?_flt_0_state=assigned", _bulk),
    PageType("calendar", f"{LIST}?as=calendar"),
    PageType("graph", f"{LIST}?as=graph"),
    PageType("gantt", f"{LIST}?as=gantt"),
    PageType("saved-filters", LIST, _click(".page-actions [data-bs-toggle=dropdown]", ".dropdown-menu.show")),
    PageType("quick-log", "/incident/quick/?caller={person}"),
    PageType("search", "/search/?q=INC"),
    PageType("cockpit", "/ticket/cockpit/"),
    PageType("my-work", "/ticket/my-work/"),
    PageType("work-log", "/ticket/work-log/list/"),
    PageType("work-log-add", "/ticket/work-log/add?ticket={incident}"),
    PageType("training", "/incident/training/?first=2016-01-01&last=2016-12-31&kind=incident"),
    PageType("settings", "/settings/"),
    PageType("palette", "/", _keys("Control+k", then=".palette-item")),
    PageType("shortcuts", "/", _keys("?", then="#shortcuts[open]")),
    PageType("record", INCIDENT),
    PageType("record-holders", INCIDENT, tab("holders")),
    PageType("record-work", INCIDENT, tab("work")),
    PageType("record-attachments", INCIDENT, tab("attachments")),
    PageType("record-audit", INCIDENT, tab("audit")),
    PageType("step", INCIDENT, dialog("a[data-dialog][href*='/transition/']")),
    *(PageType(name, f"/incident/incidents/{{incident}}/{name}") for name in ("merge-into", "split", "add-child")),
    PageType("merge-dialog", INCIDENT, _likely),
    PageType("delete", "/incident/incidents/delete/{incident}"),
    PageType("delete-used", "/organisation/people/delete/{person}"),
    PageType("person-uses", "/organisation/people/show/{person}", tab("uses")),
    PageType("recycle-bin", "/recycle-bin/"),
    PageType("form-new", "/incident/incidents/add"),
    PageType("form-edit", "/incident/incidents/edit/{incident}"),
    PageType("form-refused", "/incident/incidents/add", _send),
    PageType("people", "/organisation/people/list/"),
    PageType("person", "/organisation/people/show/{person}"),
    PageType("leaving", "/organisation/leaving/{person}"),
    PageType("anonymise", "/organisation/anonymising/{person}"),
    PageType("certificates", "/organisation/certificates/list/"),
    PageType("person-edit", "/organisation/people/edit/{person}"),
    PageType("companies", "/organisation/companies/list/"),
    PageType("companies-tree", "/organisation/companies/list/?as=tree"),
    PageType("company", "/organisation/companies/show/{company}"),
    PageType("company-people", "/organisation/companies/show/{company}?tab=people"),
    PageType("group", "/organisation/groups/show/1"),
    PageType("group-roles", "/organisation/groups/show/1", tab("roles")),
    PageType("groups", "/organisation/groups/list/"),
    PageType("users", "/security/users/list/"),
    PageType("user", "/security/users/show/{user}"),
    PageType("user-new", "/security/users/add"),
    PageType("role", "/security/roles/show/{role}"),
    PageType("role-edit", "/security/roles/edit/{role}"),
    PageType("user-rights", "/security/users/show/{user}", tab("effective")),
    PageType("user-signing-in", "/security/users/show/{user}", tab("signing-in")),
    PageType("access", "/security/access/"),
    PageType("data-rule-new", "/security/data-rules/add"),
    PageType("field-rights", "/security/field-rights/?type=incident"),
    PageType("field-right", "/security/field-rights/incident/category"),
    PageType("explain", "/security/explain/?type=incident&record={incident}&user={user}"),
    PageType("sessions", "/security/sessions/list/"),
    PageType("service-calendar", "/records/calendars/show/1"),
    PageType("service-calendar-week", "/records/calendars/1/week"),
    PageType("service-calendar-tried", "/records/calendars/show/1", tab("calculator")),
    PageType("holidays", "/records/holidays/show/1"),
    PageType("holidays-bring-in", "/records/holidays/1/import"),
    PageType("picklist-new", "/records/picklists/add"),
    PageType("picklist", "/records/picklists/show/1"),
    PageType("picklist-value", "/records/picklist-values/edit/1"),
    PageType("picklist-value-uses", "/records/picklist-values/show/1"),
    PageType("picklist-replace", "/records/picklist-values/1/replace"),
    PageType("picklist-order", "/records/picklists/1/order"),
    PageType("picklist-bring-in", "/records/picklists/1/take_in"),
    PageType("custom-field", "/records/custom-fields/add"),
    PageType("closing-policy", "/incident/closing-policies/add"),
    PageType("matrix", "/ticket/priority-matrix/list/"),
    PageType("apps", "/apps/"),
    PageType("apps-plan", "/apps/problem/erase"),
    PageType("apps-addon", "/apps/problem"),
    PageType("demo-data", "/demo-data/"),
    PageType("jobs", "/jobs/"),
    PageType("backups", "/backups/"),
    PageType("system", "/system/"),
    PageType("audit", "/audit/list/"),
    PageType("imports", "/exchange/"),
    PageType("exports", "/exchange/exports/"),
    PageType("import-new", "/exchange/new/organisation/people"),
    PageType("import-columns", "/exchange/new/organisation/people", _bring),
    PageType("import-over", "/exchange/new/organisation/people", _try),
    PageType("duplicates", "/merging/"),
    PageType("merge", "/merging/person/1/{person}"),
    PageType("audit-entry", "/audit/show/1"),
    PageType("audit-chain", "/audit-chain/"),
    PageType("notices", "/notices/"),
    PageType("mails", "/notices/mails/"),
    PageType("mail texts", "/notices/texts/"),
    PageType("mail text", "/notices/texts/ticket.replied/en"),
    PageType("bell", "/profile/password", _click("#bell", ".dropdown-menu.show")),
    PageType("canned-replies", "/records/canned-replies/list/"),
    PageType("profile", "/profile/"),
    PageType("password", "/profile/password"),
    PageType("keys", "/profile/tokens/"),
    PageType("own-factor", "/profile/second-factor/"),
    PageType("own-sessions", "/profile/sessions/"),
    # Over a page with room: a link of a tile that the menu covers in part would be found too small.
    PageType("account-menu", "/profile/password", _click("button.me", ".dropdown-menu.show")),
    PageType("error-404", "/incident/incidents/show/999999", status=404),
)


def page_types(is_public: bool) -> Iterator[PageType]:
    """Yield what is seen without log-in, or with one."""
    return (one for one in PAGE_TYPES if one.is_public == is_public)


def show(page: Any, url: str, one: PageType, records: dict[str, int]) -> None:
    """Go there and prepare it."""
    answer = page.goto(url + one.address(records), wait_until="load")
    assert answer.status == one.status, (one.name, answer.status)
    settle(page)
    if one.prepare is not None:
        one.prepare(page)
