"""Two agents who save the same ticket: nobody's words are lost, and who decides sees both."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import rows


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
def test_two_agents_save_the_same_ticket(queue, reader, pictures, language, width):
    ((incident,),) = rows(queue, "SELECT max(id) FROM ticket WHERE state = 'pending'")
    edit = f"/incident/incidents/edit/{incident}"
    first, second = reader(queue.url, language, width), reader(queue.url, language)
    for agent in (first, second):
        agent.get_in("admin", queue.password)
        agent.speak(language)
        agent.open(edit)
    second.fill(title=f"Scanner smells, {language}", supplier_reference=f"S-{language}")
    second.send(second.say("Save"))
    expect(second.page.locator("h1")).to_have_text(f"Scanner smells, {language}")

    # What only the other changed is in the form already; what both changed stands beside it.
    first.fill(title=f"Scanner hums, {language}", contact_phone="010-5555")
    first.send(first.say("Save"))
    rival = first.page.locator("#title-rival")
    expect(rival.locator("ins")).to_have_text("smells")
    expect(first.page.locator("[name=title]")).to_have_value(f"Scanner hums, {language}")
    expect(first.page.locator("[name=supplier_reference]")).to_have_value(f"S-{language}")
    first.should_fit()
    first.photograph(pictures, "same-ticket")
    first.expect_refusals((422, edit))
    rival.locator("input[value=mine]").focus()
    first.page.keyboard.press("ArrowDown")
    first.send(first.say("Save"))
    expect(first.page.locator("h1")).to_have_text(f"Scanner smells, {language}")
    assert rows(queue, "SELECT title, contact_phone, supplier_reference FROM ticket JOIN incident USING (id) "
                "WHERE id = ?", incident) == [(f"Scanner smells, {language}", "010-5555", f"S-{language}")]
    for agent in (first, second):
        agent.expect_refusals()
