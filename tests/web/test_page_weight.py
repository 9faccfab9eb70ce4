"""What pages weigh: every file they name is kept for a year, text comes squeezed, and none is heavy after the first."""

import re
from html import unescape

import pytest

from tests.web.test_words import addresses, desk  # noqa: F401 - a fixture

FILE = re.compile(r'(?:src|href|data-icons)="(/static/[^"#]+)')
BUDGET = 300_000
# Swagger UI, for those who write programs: 460 KB once, then kept for a year as every file is.
HEAVY_ONCE = {"/api-docs/"}
TEXT = ("text/css", "text/javascript", "image/svg+xml", "application/json")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
def test_no_page_is_heavy_beyond_the_first(app, client, desk):  # noqa: F811
    first = _files(desk.get("/").text)
    sizes: dict[str, int] = {}
    heavy, seen = {}, 0
    for address in addresses(desk, app):
        answer = desk.get(address)
        if answer.mimetype != "text/html":
            continue
        seen += 1
        files = _files(answer.text)
        for name in files - sizes.keys():
            sizes[name] = _size_of(client, name)
        # Pages themselves are not squeezed: they hold the reader's token beside what others typed (BREACH).
        weight = len(answer.data) + sum(sizes[name] for name in files - first)
        if weight > BUDGET and address not in HEAVY_ONCE:
            heavy[address] = weight
    assert heavy == {}
    assert seen > 60
    assert sum(sizes[name] for name in first) < BUDGET


def _files(text):
    return {unescape(found) for found in FILE.findall(text)}


def _size_of(client, name):
    """Return what a file weighs on its way, and expect it to be kept."""
    answer = client.get(name, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, name
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", name
    if answer.mimetype in TEXT:
        assert answer.headers["Content-Encoding"] == "gzip", name
        assert "Accept-Encoding" in answer.headers["Vary"], name
    return len(answer.data)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_page_with_a_token_is_never_squeezed(client):
    answer = client.get("/login/", follow_redirects=True, headers={"Accept-Encoding": "gzip, br"})
    assert "csrf" in answer.text
    assert "Content-Encoding" not in answer.headers
