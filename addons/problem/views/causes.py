"""The answers to "why?": a tree on the problem's page, sorted by Ishikawa's categories."""

from typing import Any

from sqlalchemy import select

from addons.problem.models import Cause
from addons.problem.permissions import PROBLEM_WRITE
from addons.problem.services import cause_service
from addons.problem.services.causes import MOST_LEVELS
from app.db import session
from app.records.lists import listed
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.children import ChildView
from app.web.choices import CodeText, same
from app.web.interface import Interface
from app.web.panels import Panel

PROBLEMS = "/problem/problems"
MOST, BONES = 200, "problem.cause_category"


class CauseView(ChildView):
    """One answer."""

    datamodel = Interface(Cause)
    service = cause_service
    class_permission_name = "problem"
    route_base = "/problem/causes"
    parent, parent_route, tab = "problem", PROBLEMS, "causes"
    label, label_plural = _l("Answer to why"), _l("Answers to why")
    add_title, edit_title = _l("Add an answer to why"), _l("Edit the answer to why")
    label_columns: Any = {
        "problem": _l("Problem"), "parent": _l("Explains"), "text": _l("Because"), "category": _l("Cause category"),
        "is_root": _l("This is a root cause"), "sequence": _l("Order"),
    }
    description_columns: Any = {
        "parent": _l("The answer that this one explains; empty for the first why."),
        "category": _l("The bone of Ishikawa's diagram on which it stands."),
        "sequence": _l("The lower the number, the higher up it stands."),
    }
    list_columns = ["problem", "text", "category", "is_root"]
    search_columns = ["problem", "category", "is_root"]
    add_columns = ["text", "problem", "parent", "category", "is_root", "sequence"]
    edit_columns = ["text", "parent", "category", "is_root", "sequence"]
    show_columns = list_columns
    option_filters = {"category": BONES, "parent": same("problem")}


class CausesPanel(Panel):
    """The tree, with what adds an answer below each."""

    key, title, template = "causes", _l("Why"), "problem/causes.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        wanted = select(Cause).where(Cause.problem_id == item.id).order_by(Cause.sequence, Cause.id).limit(MOST)
        rows = list(session().execute(wanted).scalars())
        below: dict[int | None, list[Cause]] = {}
        known = {row.id for row in rows}
        for row in rows:
            below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
        on: dict[int | None, list[Cause]] = {}
        for row in rows:
            on.setdefault(row.category_id, []).append(row)
        bones = [(bone.id, CodeText(str(bone), bone.code, bone.colour), on.get(bone.id, []))
                 for bone in listed(session(), BONES)[BONES] if bone.is_active or bone.id in on]
        return {"below": below, "bones": bones, "is_sorted": any(on.keys() - {None}), "deepest": MOST_LEVELS - 1,
                "count": len(rows), "base": CauseView.route_base, "may_write": actor.can(PROBLEM_WRITE)}
