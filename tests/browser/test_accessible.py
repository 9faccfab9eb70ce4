"""Every kind of page by axe-core: WCAG 2.2 AA without a finding, light and dark; none scrolls sideways on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import records
from tests.browser.page_types import page_types, show
from tests.browser.problem_pages import PROBLEM_PAGES, add_problem

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
AXE = Axe()


def findings(page: Any, where: str) -> list[str]:
    """Return what axe-core finds on the page as it is now."""
    # What a dialog lies over is out of reach, and half of it may be hidden: it is looked at where nothing lies on it.
    on_top = ".modal.show" if page.locator(".modal.show").count() else None
    return [f"{where}: {found['impact']} {found['id']} {node['html'][:200]}"
            for found in AXE.run(page, on_top, EVERYTHING).response["violations"] for node in found["nodes"]]


def looked_at(page: Any, where: str) -> list[str]:
    """Return the findings of a page, and whether it is wider than the window."""
    # What lies half behind a bar that stays in sight is reached by scrolling; axe counts it as too small to hit.
    page.evaluate("document.querySelectorAll('.form-buttons').forEach(bar => { bar.style.position = 'static'; })")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return findings(page, where) + ([f"{where}: {wide} px too wide"] if wide > 0 else [])


def in_the_dark(page: Any) -> Any:
    """Change to the dark theme."""
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    return page


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh", 360)])
def test_every_kind_of_page(queue, reader: Callable[..., Any], language, width):
    admin = reader(queue.url, language, width)
    page, known, problems = admin.page, records(queue), add_problem(queue)
    found: list[str] = []
    # The page's own movements would only be waited for.
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    for is_public in (True, False):
        if not is_public:
            admin.get_in("admin", queue.password)
            admin.open(f"/lang/{language}")
        pages = [*page_types(is_public=is_public), *(() if is_public else PROBLEM_PAGES)]
        for number, one in enumerate(pages):
            show(page, queue.url, one, {**known, **problems} if one in PROBLEM_PAGES else known)
            # Each page is looked at in both themes: in one of them wide, in the other narrow.
            is_dark = number % 2 == (width < 500)
            found += looked_at(in_the_dark(page) if is_dark else page, f"{one.name}{' (dark)' if is_dark else ''}")
    assert found == []
