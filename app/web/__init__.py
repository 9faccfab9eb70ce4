"""What an addon builds its pages and REST resources from."""

from app.web.fields import RemoteSelectField, RemoteSelectMultipleField
from app.web.filters import register_search
from app.web.interface import Interface
from app.web.panels import (
    AttachmentsPanel,
    AuditPanel,
    FieldsPanel,
    HoldersPanel,
    Panel,
    RelatedPanel,
    Slot,
    TimelinePanel,
    UsesPanel,
)
from app.web.record_api import RecordApi
from app.web.record_view import RecordView
from app.web.slots import SlotItem
from app.web.tiles import Tile

__all__ = [
    "AttachmentsPanel", "AuditPanel", "FieldsPanel", "HoldersPanel", "Interface", "Panel", "RecordApi", "RecordView",
    "RelatedPanel", "RemoteSelectField", "RemoteSelectMultipleField", "Slot", "SlotItem", "Tile",
    "TimelinePanel", "UsesPanel", "register_search",
]
