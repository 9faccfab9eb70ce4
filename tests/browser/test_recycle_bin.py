"""A company that is in use goes into the recycle bin, comes back, and goes for good: in Chinese and in English."""

import pytest
from playwright.sync_api import expect

from tests.support.live import serving
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def desk(browser):
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        yield server


@pytest.fixture
def company(desk):
    """A company that somebody works for."""
    visitor = Visitor(desk.url)
    visitor.log_in("admin", desk.password)
    made = visitor.rest("POST", "/company/", {"name": "Acme"}).json()["id"]
    visitor.rest("POST", "/person/", {"name": "Li Na", "company_id": made})
    return made


def delete(someone, company, pictures):
    page, say = someone.page, someone.say
    someone.open(f"/organisation/companies/show/{company}")
    page.get_by_role("button", name=say("More actions")).click()
    page.get_by_role("link", name=say("Delete"), exact=True).click()
    expect(page.locator("#dialog .uses li")).to_have_count(1)
    someone.photograph(pictures, "delete-used")
    page.locator("#dialog select[name=how]").select_option("delete")
    page.locator("#dialog [name=reason]").fill("Bankrupt")
    page.locator("#dialog button[type=submit]").click()
    someone.should_hear(say("Deleted: %s", "Acme"))
    someone.open("/organisation/people/list/?q=Li")
    expect(page.locator("main")).to_contain_text(say("%s (deleted)", "Acme"))
    someone.open("/recycle-bin/")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1440)])
def test_a_company_in_use_is_deleted_restored_and_purged(desk, company, reader, pictures, language, width):
    someone = reader(desk.url, language, width)
    someone.get_in("admin", desk.password)
    page, say = someone.page, someone.say
    someone.speak(language)
    delete(someone, company, pictures)
    someone.photograph(pictures, "recycle-bin")
    someone.should_fit()
    page.get_by_role("button", name=say("Restore")).click()
    someone.should_hear(say("Restored: %s", "Acme"))

    delete(someone, company, pictures)
    page.get_by_role("link", name=say("Purge")).click()
    typed = page.locator("#dialog [name=typed]")
    typed.fill("Akme")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog .field-error")).to_be_visible()
    someone.photograph(pictures, "purge")
    typed.fill("Acme")
    page.locator("#dialog button[type=submit]").click()
    someone.should_hear(say("Purged: %s", "Acme"))
    expect(page.locator(".bin-empty")).to_be_visible()
    assert [status for status, _path in someone.refusals] == [422]
