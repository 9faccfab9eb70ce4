"""Notebooks by REST."""

from addons.sample.models import Notebook
from addons.sample.services import notebook_service

from app.web import Interface, RecordApi

COLUMNS = ["id", "code", "name", "price", "owner_id", "version"]


class NotebookApi(RecordApi):
    """/api/v1/notebook/"""

    datamodel = Interface(Notebook)
    service = notebook_service
    resource_name = "notebook"
    class_permission_name = "notebook"
    list_columns = COLUMNS
    show_columns = COLUMNS
    add_columns = edit_columns = ["code", "name", "price", "owner_id"]
    search_columns = ["code"]
    order_columns = ["code"]


APIS = [NotebookApi]
