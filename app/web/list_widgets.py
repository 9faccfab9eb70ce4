"""Flask-AppBuilder's widgets, less what our templates do themselves."""

from typing import Any

from flask_appbuilder.widgets import RenderTemplateWidget, SearchWidget


class DeskSearchWidget(SearchWidget):  # type: ignore[misc]
    """Quick search and filter builder. The original renders every field, in Bootstrap 3, before its template does."""

    def __call__(self, **kwargs: Any) -> str:
        return str(RenderTemplateWidget.__call__(self, **kwargs))


class Unshown:
    """Stands for the table where a list is shown in another way: what the page's head asks of it."""

    def __init__(self, **given: Any) -> None:
        self.template_args = given
