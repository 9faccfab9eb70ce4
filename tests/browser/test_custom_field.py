"""An administrator makes a list, binds it to a new field and fills it in, without a restart; the filter finds it."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.visitor import Visitor

WORDS = {
    "en": {"add": "Add a value", "save": "Save", "kind": "Choice of a list", "record": "Incident", "roof": "Roof",
           "ground": "Ground", "floor": "Floor of the device", "list": "Floors"},
    "zh": {"add": "添加值", "save": "保存", "kind": "列表选项", "record": "事件", "roof": "屋顶", "ground": "底层",
           "floor": "设备所在楼层", "list": "楼层表"},
}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_list_a_field_a_value_and_a_filter(queue, reader, language):
    words, code = WORDS[language], f"floors_{language}"
    person = reader(queue.url, language, 1440)
    page = person.page
    person.get_in("admin", queue.password)
    person.speak(language)

    # A list with two values; the second fills a further field.
    person.open("/records/picklists/add")
    person.fill(code=code, **{f"label-{language}": words["list"], "fills": f"custom_fields.note_{language} = hint"})
    person.send(words["save"])
    for number, name in enumerate(("ground", "roof")):
        page.get_by_role("link", name=words["add"]).click()
        person.fill(code=name, **{f"label-{language}": words[name], "attributes": f"hint = Level {number}"})
        person.send(words["save"])
    expect(page.locator(".desk-table tbody tr")).to_have_count(2)

    # Two fields of incidents, one of them bound to the list.
    for code_of, kind in ((f"note_{language}", ""), (f"floor_{language}", words["kind"])):
        person.open("/records/custom-fields/add")
        person.choose("subject", words["record"])
        person.fill(code=code_of, **{f"label-{language}": words["floor"] if kind else code_of})
        if kind:
            person.choose("kind", kind)
            person.choose("picklist", words["list"], typed=words["list"])
        person.send(words["save"])

    # The form has it at the next click; the choice fills the note as well.
    person.open("/incident/incidents/list/?as=table")
    page.locator("tbody .row-link").first.click()
    person.open(person.path.replace("/show/", "/edit/"))
    person.choose(f"custom_fields.floor_{language}", words["roof"], typed=words["roof"])
    expect(page.locator(f"[name='custom_fields.note_{language}']")).to_have_value("Level 1")
    person.send(words["save"])
    expect(page.locator(".details", has_text=words["floor"])).to_contain_text(words["roof"])

    # The filter builder finds it, and only it.
    person.open("/incident/incidents/list/?as=table&view=all")
    page.locator("[data-bs-target='#filters']").click()
    page.locator("[data-add-filter]").select_option(label=words["floor"])
    page.locator("[data-filter-row]").last.locator(".ts-control input").press_sequentially(words["roof"])
    person.option(words["roof"]).click()
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("#filters button[type=submit]").click()
    expect(page.locator(".filter-chip")).to_have_text([re.compile(f"{words['floor']}.*{words['roof']}", re.DOTALL)])
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)

    # Other tests look at the same desk: for them the fields are off again.
    keeper = Visitor(queue.url)
    keeper.log_in("admin", queue.password)
    for field in keeper.rest("GET", "/custom_field/").json()["result"]:
        assert keeper.rest("PUT", f"/custom_field/{field['id']}", {"is_active": False}).status == 200
