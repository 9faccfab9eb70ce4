"""The tasks and the meetings of a problem as cards: there is room for what was written."""

from typing import Any

from addons.problem.models.task import DONE, DROPPED, OPEN, STATES
from addons.problem.views.reviews import ReviewView
from addons.problem.views.tasks import TaskView
from app.records.lists import today
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _l, _lp
from app.web.children import ChildrenPanel, ChildView

TONES = {OPEN: "blue", DONE: "green", DROPPED: "secondary"}


class Cards(ChildrenPanel):
    """Rows of a child view, each with its values by name and itself."""

    def __init__(self, view: type[ChildView], *columns: str, title: LazyString | str, key: str,
                 add_label: LazyString | str) -> None:
        super().__init__(view, *columns, title=title, key=key, add_label=add_label)
        self.template = f"problem/{key}.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        found = super().load(view, item, actor)
        return {**found, "today": today(), "states": STATES, "tones": TONES, "open": OPEN,
                "add_path": found["add_url"].split("?")[0], "labels": self._instance(view).label_columns}

    def _row(self, child: Any, row: Any) -> dict[str, Any]:
        found = super()._row(child, row)
        return {**found, "row": row, "of": dict(zip(self.columns, found["values"], strict=True))}


TASKS = Cards(TaskView, "group", "assignee", "review", title=_lp("problem", "Tasks"), key="tasks",
              add_label=_l("Add a task"))
REVIEWS = Cards(ReviewView, "chair", "participants", title=_l("Reviews"), key="reviews",
                add_label=_l("Record a review"))
