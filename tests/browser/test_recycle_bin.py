"""A company that is in use goes into the recycle bin, comes back, and goes for good: in Chinese and in English."""

import pytest
from playwright.sync_api import expect

from tests.support.live import serving
from tests.support.visitor import Visitor


@pytest.fixture
def desk(browser):
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        visitor = Visitor(server.url)
        visitor.log_in("admin", server.password)
        made = visitor.rest("POST", "/company/", {"name": "Acme", "code": "ACME"}).json()["id"]
        visitor.rest("POST", "/person/", {"name": "Li Na", "company_id": made})
        yield server, made


def delete(someone, company, pictures):
    page, say = someone.page, someone.say
    someone.open(f"/organisation/companies/show/{company}")
    page.get_by_role("button", name=say("More actions")).click()
    page.get_by_role("link", name=say("Delete"), exact=True).click()
    expect(page.locator("#dialog .uses li")).to_have_count(1)
    someone.photograph(pictures, f"delete-used-{someone.width}")
    page.locator("#dialog select[name=how]").select_option("delete")
    page.locator("#dialog [name=reason]").fill("Bankrupt")
    page.locator("#dialog button[type=submit]").click()
    someone.should_hear(say("Deleted: %s", "Acme"))
    someone.open("/organisation/people/list/?q=Li")
    expect(page.locator("main")).to_contain_text(say("%s (deleted)", "Acme"))
    someone.open("/recycle-bin/")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.timeout(180)
def test_a_company_in_use_is_deleted_restored_and_purged(desk, reader, pictures):
    server, company = desk
    someone = reader(server.url, "zh", 390)
    someone.get_in("admin", server.password)
    page, say = someone.page, someone.say
    someone.speak("zh")
    delete(someone, company, pictures)
    someone.photograph(pictures, "recycle-bin-390")
    someone.should_fit()
    page.get_by_role("button", name=say("Restore")).click()
    someone.should_hear(say("Restored: %s", "Acme"))

    someone = reader(server.url, "en")
    someone.get_in("admin", server.password)
    page, say = someone.page, someone.say
    someone.speak("en")
    delete(someone, company, pictures)
    someone.photograph(pictures, "recycle-bin-1440")
    page.get_by_role("link", name=say("Purge")).click()
    typed = page.locator("#dialog [name=typed]")
    typed.fill("Akme")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog .field-error")).to_be_visible()
    someone.photograph(pictures, "purge-1440")
    typed.fill("Acme")
    page.locator("#dialog button[type=submit]").click()
    someone.should_hear(say("Purged: %s", "Acme"))
    expect(page.locator(".bin-empty")).to_be_visible()
    assert [status for status, _path in someone.refusals] == [422]
