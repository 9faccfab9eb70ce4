"""Two people's work on one ticket by keys alone; then it is not resolved before somebody's work was logged."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_by_keyboard import Keys
from tests.support.visitor import Visitor


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_peoples_work_by_keyboard(live_server, reader, language):
    keeper = Visitor(live_server.url)
    keeper.log_in("admin", live_server.password)
    colleague = {"en": "Quentin Moss", "zh": "李静怡"}[language]
    group = keeper.rest("GET", "/work_group/").json()["result"][0]["id"]
    person = keeper.rest("POST", "/person/", {"name": colleague}).json()["id"]
    keeper.rest("POST", "/group_member/", {"group_id": group, "person_id": person})
    of_code = "/picklist/?q=(filters:!((col:code,opr:eq,value:ticket.category)))"
    categories = keeper.rest("GET", of_code).json()["ids"][0]
    category = keeper.rest("POST", "/picklist_value/", {
        "picklist_id": categories, "code": f"work_{language}", "label": {"en": "Drums", "zh": "硒鼓"}}).json()["id"]
    keeper.rest("POST", "/closing_policy/", {"category_id": category, "mode": "desk", "work": "needed"})
    made = keeper.rest("POST", "/incident/", {
        "title": "Blank pages", "caller_id": person, "group_id": group, "category_id": category}).json()["id"]
    other = keeper.rest("POST", "/incident/", {
        "title": "Paper jam", "caller_id": person, "group_id": group, "category_id": category}).json()["id"]
    keys = Keys(reader(live_server.url, language))
    page, say = keys.page, keys.say
    keys.reader.get_in("admin", live_server.password)
    keys.reader.speak(language)
    words = {"en": ("1 hour 30 min", "2 hours 10 min", "Log work", "First log the work that was done."),
             "zh": ("1 小时 30 分钟", "2 小时 10 分钟", "登记工时", "请先登记所做的工作。")}[language]

    # One's own work, then a colleague's: a line each, and the next one is begun where the last one was.
    keys.reader.open(f"/incident/incidents/show/{made}?tab=work")
    keys.tab_to("minutes", 60)
    keys.type("1h30")
    keys.press("Enter")
    expect(page.locator("#work-log tbody tr")).to_have_count(1)
    expect(page.locator("#work-log .work-sums dd").first).to_have_text(words[0])
    expect(page.locator("#work-log [name=minutes]")).to_be_focused()
    keys.type("0:40")
    keys.tab_to("person-ts-control")
    keys.type(colleague)
    expect(keys.reader.option(colleague)).to_be_visible()
    keys.press("ArrowDown", "Enter")  # past whoever the line begins with
    keys.tab_to("note")
    keys.type("Drum")
    keys.tab_to("is_billable")
    keys.press("Space")
    keys.tab_to(words[2])
    keys.press("Enter")
    expect(page.locator("#work-log tbody tr")).to_have_count(2)
    expect(page.locator("#work-log .work-sums dd").first).to_have_text(words[1])
    expect(page.locator("#work-log .work-people")).to_contain_text(colleague)

    # On the other one nobody has worked yet: the dialog says so beside its field, and takes the minutes.
    keys.reader.open(f"/incident/incidents/show/{other}")
    keys.step(say("Resolve"))
    solved = {"en": "Solved", "zh": "已彻底解决"}[language]
    keys.choose("resolution_code-ts-control", solved, solved)
    keys.tab_to("solution")
    keys.type("Paper out")
    keys.press("Control+Enter")
    keys.reader.should_see_field_error("work_minutes", words[3])
    keys.tab_to("work_minutes")
    keys.type("20")
    keys.press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    keys.reader.should_be_in("Resolved")
    keys.reader.expect_refusals((422, f"/incident/incidents/{other}/transition/resolve"))
    assert [row["minutes"] for row in keeper.rest(
        "GET", f"/work_entry/?q=(filters:!((col:ticket,opr:rel_o_m,value:{other})))").json()["result"]] == [20]
