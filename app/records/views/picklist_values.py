"""The values of a list on the list's page, a tree as a tree."""

from typing import Any

from markupsafe import Markup

from app.db import session
from app.records.lists import listed, paths
from app.sdk.actor import Actor
from app.web.children import ChildrenPanel


class ValuesPanel(ChildrenPanel):
    """Values in the order of the tree, each with its path."""

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        loaded = super().load(view, item, actor)
        if item.is_tree:
            known = {value.id: (place, path) for place, (value, path)
                     in enumerate(paths(listed(session(), item.code)[item.code]))}
            loaded["rows"].sort(key=lambda row: known[row["id"]][0] if row["id"] in known else len(known))
            for row in loaded["rows"]:
                if row["id"] in known:
                    row["values"][0] = known[row["id"]][1]
        for row in loaded["rows"]:
            # Where it is used, and what an addon shipped, stands on the page of the value.
            address = f"/records/picklist-values/show/{row['id']}"
            row["values"][0] = Markup('<a href="{}">{}</a>').format(address, row["values"][0])
        return loaded
