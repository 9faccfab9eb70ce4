"""What custom columns are called: asked when a page is shown, for an administrator may rename them any time."""

from typing import Any

from app.records.custom.models import PREFIX


class CustomLabels(dict[str, Any]):
    """The labels of a view, and those of its custom fields without listing them."""

    def __init__(self, view: Any, labels: dict[str, Any]) -> None:
        super().__init__(labels)
        self._view = view

    def get(self, name: str, default: Any = None) -> Any:
        """Return a column's label."""
        if not name.startswith(PREFIX):
            return super().get(name, default)
        from app.web.custom_forms import fields_of_view

        return next((str(one) for one in fields_of_view(self._view) if one.name == name), name.removeprefix(PREFIX))
