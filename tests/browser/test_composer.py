"""Two agents at one incident: they see each other and what is written; canned reply, mention and picture by hand.

And while somebody is on the phone: who it is, and what they have called about.
"""

import base64
import re

import pytest
from playwright.sync_api import expect

from tests.browser.first_day import PASSWORD
from tests.records.test_attachments import PNG

PASTE = """(field, content) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def pair(desk, reader):
    """王明, who set the desk up, and 李静, an agent; both of the service desk, with one incident."""
    first, second = reader(desk.url, "zh"), reader(desk.url, "en")
    first.open("/setup")
    first.fill(name="王明", username="wangming", password=PASSWORD, password_again=PASSWORD)
    first.send(first.say("Open the desk"))
    expect(first.page.locator("button.me")).to_be_visible()
    first.open("/security/users/add")
    first.fill(name="李静", username="lijing", password=PASSWORD)
    first.page.locator("#must_change").uncheck()
    first.choose("group", "服务台", "服务")
    first.choose("roles", "服务台坐席", "服务台")
    first.send(first.say("Save"))
    expect(first.page.locator("h1")).to_contain_text("李静")
    first.open("/incident/incidents/add")
    first.choose("caller", "李静", "lijing")
    first.fill(title="打印机卡纸")
    first.send(first.say("Save"))
    expect(first.page.locator(".record-line .record-number")).to_have_text("INC00001")
    second.get_in("lijing", PASSWORD)
    second.open(first.path)
    return first, second


def test_two_agents_write_at_one_incident(desk, pair, pictures):
    first, second = pair
    text = first.page.locator("[data-composer] textarea")
    options = first.page.locator(".composer-option")
    # Each sees that the other is there, and that somebody is typing.
    first.page.reload()
    expect(first.page.locator(".viewers")).to_contain_text("李静 正在查看")
    second.page.reload()
    expect(second.page.locator(".viewers")).to_have_text(re.compile("王明 is viewing this"))
    # A canned reply by "/", found by initials, filled from the record.
    text.press_sequentially("/dhwjt")
    expect(options).to_have_count(1)
    text.press("Enter")
    expect(text).to_have_value("已致电 李静，无人接听，稍后再联系。")
    # A draft is there again.
    first.page.wait_for_load_state("networkidle")
    first.page.reload()
    expect(text).to_have_value("已致电 李静，无人接听，稍后再联系。")
    # A colleague by "@" and pinyin; a picture by pasting.
    text.press("Control+End")
    text.press_sequentially("@lij")
    expect(options).to_have_count(1)
    options.first.click()
    expect(text).to_have_value(re.compile("@李静 $"))
    expect(first.page.locator("[data-told-names]")).to_have_text("李静")
    text.evaluate(PASTE, base64.b64encode(PNG).decode())
    expect(text).to_have_value(re.compile(r"!\[screenshot-[\d-]+\.png\]\(attachment:1\)"))
    first.photograph(pictures, "composer")
    # To a customer a colleague is not named by mistake.
    first.page.get_by_text("公开回复").first.click()
    text.press("Control+Enter")
    expect(first.page.locator("#confirm")).to_be_visible()
    first.page.locator("#confirm").get_by_role("button", name=first.say("Cancel")).click()
    assert desk.rows("SELECT count(*) FROM timeline_entry WHERE kind IN ('reply', 'note')") == [(0,)]
    first.page.get_by_text("内部记录").first.click()
    text.press("Control+Enter")
    entry = first.page.locator(".event-note")
    expect(entry.locator("a.mention")).to_have_text("@李静")
    expect(entry.locator("img")).to_have_js_property("naturalWidth", 1)
    expect(text).to_have_value("")
    assert desk.rows("SELECT body, is_public FROM timeline_entry WHERE kind = 'note'")[0][1] == 0
    assert desk.rows("SELECT p.name FROM watcher w JOIN person p ON p.id = w.person_id") == [("李静",)]
    # The other reads it without reloading; nothing is asked twice.
    second.page.locator("[data-composer] textarea").press_sequentially("x")
    expect(second.page.locator(".event-note")).to_have_count(1)
    expect(second.page.locator(".event-note img")).to_have_js_property("naturalWidth", 1)
    second.photograph(pictures, "composer-other")
    first.page.locator(".timeline-parts").get_by_text("文件").click()
    expect(first.page.locator(".event-file")).to_have_count(1)
    expect(first.page.locator(".event-note")).to_have_count(0)
    look_caller_up(second, pictures)
    take_a_step_by_the_bar(desk, first)
    for one in pair:
        one.should_fit()
        one.expect_refusals()


def look_caller_up(agent, pictures):
    """Somebody calls: found by initials, their open incidents beside the form, their page one click away."""
    agent.open("/incident/incidents/add")
    agent.choose("caller", "李静", "lj")
    card = agent.page.locator(".form-side .caller-card")
    expect(card.locator(".calls")).to_contain_text("打印机卡纸")
    agent.photograph(pictures, "caller-card")
    with agent.context.expect_page() as opened:
        card.locator(".caller-name a").click()
    expect(opened.value.locator("h1")).to_contain_text("李静")
    expect(opened.value.locator(".calls")).to_contain_text("打印机卡纸")
    opened.value.wait_for_load_state("networkidle")
    opened.value.close()


def take_a_step_by_the_bar(desk, agent):
    """A state in the bar that a step leads to opens the step's dialog."""
    agent.page.locator(".state-bar").get_by_text("已分配", exact=True).click()
    dialog = agent.page.locator("#dialog")
    expect(dialog.locator("[name=reason]")).to_be_visible()
    agent.choose("group", "服务台", "fwt", within="#dialog")
    agent.confirm_step("分配")
    agent.should_be_in("Assigned")
    assert desk.rows("SELECT state FROM ticket") == [("assigned",)]
