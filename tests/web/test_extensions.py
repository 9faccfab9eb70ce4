"""What an addon adds to another's page: where its tabs stand, how its columns look."""

from typing import Any, ClassVar

from app.web.extensions import ViewExtension, extend
from app.web.panels import Panel


class _Tab(Panel):
    def __init__(self, key: str, follows: str = "") -> None:
        self.key, self.follows = key, follows


class _Page:
    panels: ClassVar[list[Panel]] = [_Tab("timeline"), _Tab("files")]
    formatters_columns: ClassVar[dict[str, Any]] = {"title": str.upper}


def extended(extension: ViewExtension) -> type[Any]:
    pages: dict[type[Any], type[Any]] = {_Page: _Page}
    extend(pages, extension)
    return pages[_Page]


def test_a_tab_stands_after_the_one_that_it_follows_otherwise_at_the_end():
    added = [_Tab("problems", "timeline"), _Tab("costs", "problems"), _Tab("rest", "gone"), _Tab("last")]
    made = extended(ViewExtension("_Page", panels=added))
    assert [one.key for one in made.panels] == ["timeline", "problems", "costs", "files", "rest", "last"]
    assert [one.key for one in _Page.panels] == ["timeline", "files"]


def test_columns_have_their_own_look_beside_those_of_the_page():
    made = extended(ViewExtension("_Page", formatters={"problems": str.lower}))
    assert made.formatters_columns == {"title": str.upper, "problems": str.lower}
