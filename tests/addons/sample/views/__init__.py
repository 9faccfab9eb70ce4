"""Pages of notebooks."""

from addons.sample.models import Notebook
from addons.sample.permissions import NOTEBOOK_READ
from addons.sample.services import notebook_service

from app.sdk.i18n import _l
from app.sdk.menu import MenuItem
from app.web import Interface, RecordView


class NotebookView(RecordView):
    """Notebooks."""

    datamodel = Interface(Notebook)
    service = notebook_service
    class_permission_name = "notebook"
    route_base = "/sample/notebooks"
    list_title = _l("Notebooks")
    label_columns = {"code": _l("Code"), "name": _l("Name"), "price": _l("Price"), "owner": _l("Owner")}
    list_columns = ["code", "name", "price", "owner"]
    search_columns = ["code", "owner"]
    add_columns = edit_columns = ["code", "name", "price", "owner"]
    show_columns = ["code", "name", "price", "owner"]


VIEWS = [NotebookView]
MENU = [
    MenuItem("sample", _l("Sample"), sequence=900, icon="book"),
    MenuItem("sample.notebooks", _l("Notebooks"), view=NotebookView, parent="sample", permission=NOTEBOOK_READ,
             icon="book"),
]
