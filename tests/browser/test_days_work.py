"""Journeys of a day beside the tickets themselves: an addon and a role changed, a caller found, a language switched."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import rows
from tests.support.live import ROOT, serving
from tests.support.people import AGENT

SAMPLES = ROOT / "tests" / "addons"
PASSWORD = "Of-the-tests-only-1"


@pytest.fixture(scope="module")
def office(browser):
    """A desk with an agent and a caller, and an addon that is not installed."""
    with serving({"ADDON_PATHS": str(SAMPLES), "LOG_LEVEL": "WARNING"}) as server:
        _run(server, "user", "create", "lijing", "--name", "李静", "--group", "service_desk", "--role", AGENT,
             "--language", "en", "--password", PASSWORD)
        yield server


def _run(server, *command):
    environment = {**os.environ, "DATA_DIR": str(server.folder), "ADDON_PATHS": str(SAMPLES)}
    done = subprocess.run([sys.executable, ROOT / "run.py", *command], cwd=ROOT, env=environment, text=True,
                          capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.timeout(180)
def test_an_addon_is_switched_on_and_off_again(office, reader):
    admin = reader(office.url, "en")
    page, menu = admin.page, admin.page.locator(".side-nav")
    admin.get_in("admin", office.password)
    admin.open("/lang/en?next=/apps/")
    for action, is_there in (("Install", True), ("Switch off", False)):
        admin.open("/apps/")
        page.get_by_role("link", name=f"{action}: Sample notebooks", exact=True).click()
        expect(page.locator(".plan-parts")).to_contain_text("Sample notebooks")
        page.locator("main form.desk-form button[type=submit]").click()
        page.wait_for_url("**/apps/progress/*")
        # The page says by itself that it is over, and its menu is the new one.
        expect(page.locator("main")).to_contain_text("Done", timeout=60_000)
        expect(menu.locator("a[href='/sample/notebooks/list/']")).to_have_count(1 if is_there else 0, timeout=30_000)
    assert rows(office, "SELECT state FROM addon WHERE name = 'sample'") == [("disabled",)]
    admin.expect_refusals()


@pytest.mark.timeout(120)
def test_a_role_allows_more_from_the_next_page_on(office, reader):
    admin, agent = reader(office.url, "en"), reader(office.url, "en")
    users = agent.page.locator(".side-nav a[href='/security/users/list/']")
    agent.get_in("lijing", PASSWORD)
    expect(users).to_have_count(0)
    admin.get_in("admin", office.password)
    admin.open("/lang/en?next=/security/roles/list/")
    admin.page.locator("tr[data-href]").filter(has_text="Service desk agent").locator("a").first.click()
    admin.page.locator(".record-buttons").get_by_role("link", name="Edit").click()
    admin.page.locator("input[name='permissions'][value='user.read']").evaluate("box => { box.checked = true; }")
    admin.send("Save")
    admin.should_hear("Saved: Service desk agent")
    expect(admin.page.locator("#pane-rights")).to_contain_text("View users")
    agent.open("/")
    expect(users).to_have_count(1)
    agent.open("/security/users/list/")
    expect(agent.page.locator("tr[data-href]").filter(has_text="lijing")).to_be_visible()
    assert agent.page.locator(".page-actions .btn-primary").count() == 0, "seeing is not changing"
    admin.expect_refusals()
    agent.expect_refusals()


@pytest.mark.timeout(120)
def test_a_caller_is_looked_up_while_on_the_phone(office, reader):
    agent = reader(office.url, "en")
    page = agent.page
    agent.get_in("lijing", PASSWORD)
    agent.open("/organisation/people/add")
    agent.fill(name="欧阳晓红", phone="021-5566 7788", email="ouyang@example.org")
    agent.send("Save")
    agent.should_hear("Saved: 欧阳晓红")
    agent.open("/incident/incidents/add")
    agent.fill(title="Half a sentence about another")
    # The phone shows its last digits: they are enough, and the form that was being written stays as it is.
    page.keyboard.press("Control+k")
    page.keyboard.type("55667788")
    expect(page.locator(".palette-item").first).to_contain_text("欧阳晓红")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    card = opened.value
    expect(card.get_by_role("heading", level=1)).to_have_text("欧阳晓红")
    expect(card.locator("main")).to_contain_text("ouyang@example.org")
    card.close()
    assert page.locator("[name=title]").input_value() == "Half a sentence about another"
    agent.expect_refusals()


def _switched(page, language):
    name = {"zh": "中文", "en": "English"}[language]
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("a[data-keeps-form]:visible").filter(has_text=name).click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))


def _typed(form):
    return form.evaluate("""form => Object.fromEntries([...new Set([...new FormData(form)].map(([name]) => name))]
        .filter((name) => name !== "csrf_token")
        .map((name) => [name, new FormData(form).getAll(name).filter((value) => typeof value === "string")]))""")


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("path", "fill"), [
    ("/incident/incidents/add", lambda one: (
        one.choose("caller", "李静", "lijing"), one.choose("channel", "Phone", "pho"), one.choose("kind", "Query"),
        one.fill(title="Half a title", description="Two\nlines & <more>", contact_phone="021 5566"))),
    ("/security/users/add", lambda one: (
        one.fill(name="王芳", username="wangfang", email="wf@example.org"), one.choose("group", "Service desk", "serv"),
        one.choose("roles", "Auditor (read-only)", "audit"), one.choose("roles", "Incident manager", "manag"))),
    ("/records/picklist-values/edit/1", lambda one: (
        one.fill(**{"label-zh": "改过的", "label-en": "Changed", "sequence": "77"}),
        one.page.locator("[name=is_default]").set_checked(True),
        one.page.locator("[name=is_active]").set_checked(False),
        one.choose("colour", "Pink", "pin"))),
    ("/organisation/people/add", lambda one: one.fill(name="赵敏", joined_on="2026-03-05")),
])
def test_the_language_is_switched_in_the_middle_of_a_form(office, reader, path, fill):
    admin = reader(office.url, "en")
    page, form = admin.page, admin.page.locator("main form.desk-form")
    admin.get_in("admin", office.password)
    admin.open(f"/lang/en?next={path}")
    fill(admin)
    before = _typed(form)
    assert len(before) > 4
    shown = page.locator(".ts-control .item").all_inner_texts()
    _switched(page, "zh")
    assert _typed(form) == before
    assert len(page.locator(".ts-control .item").all_inner_texts()) == len(shown)
    _switched(page, "en")
    assert _typed(form) == before
    assert page.locator(".ts-control .item").all_inner_texts() == shown
    admin.expect_refusals()
    page.evaluate("document.querySelector('form[data-guard]').isLeaving = true")


@pytest.mark.timeout(120)
def test_what_was_refused_or_stands_in_a_dialog_survives_the_switch_as_well(office, reader):
    agent = reader(office.url, "en")
    page, say = agent.page, agent.say
    agent.get_in("lijing", PASSWORD)
    agent.open("/lang/en?next=/incident/incidents/add")
    agent.fill(title="Refused without a caller")
    agent.send("Save")
    agent.should_see_field_error("caller", say("This field is required."))
    agent.expect_refusals((422, "/incident/incidents/add"))
    _switched(page, "zh")
    assert page.locator("[name=title]").input_value() == "Refused without a caller"
    _switched(page, "en")
    agent.choose("caller", "李静", "lijing")
    agent.choose("group", "Service desk", "serv")
    agent.send("Save")
    expect(page.locator(".record-line .record-number")).to_be_visible()

    # A dialog lies over the switch: whoever closes it with Escape to get there finds everything in it again.
    agent.step("Transfer")
    agent.choose("group", "Service desk", "serv", within="#dialog")
    page.locator("#dialog [name=reason]").fill("网络组 has to look")
    page.keyboard.press("Escape")
    if page.locator("#dialog .ts-wrapper.dropdown-active").count():
        page.keyboard.press("Escape")  # the first one closed a list that was still open
    expect(page.locator("#dialog")).to_be_hidden()
    _switched(page, "zh")
    agent.press("转派")
    expect(page.locator("#dialog [name=reason]")).to_have_value("网络组 has to look")
    expect(page.locator("#dialog select[name=group] + .ts-wrapper .item")).to_have_text("服务台")
    # What is cancelled is over.
    page.locator("#dialog .modal-footer").get_by_role("button", name="取消").click()
    expect(page.locator("#dialog")).to_be_hidden()
    agent.press("转派")
    expect(page.locator("#dialog [name=reason]")).to_have_value("")
    agent.expect_refusals()


def test_nothing_was_logged(office):
    assert office.log().splitlines() == [f"Tianhui Service Desk is ready: {office.url}"]
