"""The one search: everything that the reader may see, kind by kind."""

import re
from typing import Any

from flask import request
from flask_appbuilder.baseviews import BaseView, expose
from werkzeug.datastructures import MultiDict

from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.security.views.own import logged_in
from app.web.list_page import url_with
from app.web.quick_search import MAX_LENGTH
from app.web.search_kinds import DAYS, STATES, Question, kinds, look_for
from app.web.search_marks import marked
from app.web.words import left_out_units

A_KIND, A_PAGE = 6, 25
_PLACE = re.compile(r"(\d)\.(-\d{1,18})", re.ASCII)


def question_of(given: MultiDict[str, str]) -> Question:
    """Return what an address asks for; nonsense is left out."""
    state, days = given.get("state", ""), given.get("days", "")
    return Question(given.get("q", "").replace("\0", "").strip()[:MAX_LENGTH], state if state in STATES else "",
                    int(days) if days in map(str, DAYS) else 0)


def place_of(text: str) -> tuple[int, int] | None:
    """Return the place behind which an address goes on."""
    found = _PLACE.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def place_text(place: tuple[int, int] | None) -> str:
    """Return a place for an address; empty where there is none."""
    return f"{place[0]}.{place[1]}" if place is not None else ""


class SearchView(BaseView):  # type: ignore[misc]
    """/search/: open to everybody who is logged in; each kind asks for its own right."""

    route_base = "/search"
    default_view = "index"

    @expose("/")
    @logged_in
    def index(self) -> Any:
        """Show what was found: the first few of each kind, or one kind page by page."""
        actor, question, only = current_actor(), question_of(request.args), request.args.get("kind", "")
        known = {one.key: one for one in kinds(actor)}
        only = only if only in known else ""
        after, groups = place_of(request.args.get("after", "")) if only else None, []
        for found in look_for(actor, question, only):
            hits, following = found.page(after, A_PAGE if only else A_KIND)
            if hits:
                groups.append({
                    "kind": found.kind, "number": len(found.hits), "is_capped": found.is_capped,
                    "results": [(one, marked(one.title, question.text))
                                for one in found.kind.results(actor, question, hits)],
                    "all_url": "" if only else url_with(kind=found.kind.key, after=None),
                    "next_url": url_with(after=place_text(following)) if only and following else ""})
        return self.render_template(
            "desk/search.html", title=_("Search"), question=question, only=only, groups=groups, kinds=known.values(),
            days=DAYS, is_first=after is None, first_url=url_with(after=None), left_out=left_out_units(),
            states=[("open", _("Open or on hold")), ("over", _("Resolved or closed"))])


VIEWS = [SearchView]
