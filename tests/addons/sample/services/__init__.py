"""Rules of notebooks."""

from addons.sample.models import Notebook
from addons.sample.permissions import NOTEBOOK_WRITE

from app.records.service import RecordService

notebook_service = RecordService(
    Notebook, NOTEBOOK_WRITE, {"code", "name", "price", "owner", "read_at"}, {"code", "name"}
)
