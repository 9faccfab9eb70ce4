"""All tables of this package in one import, for the loader and the migrations."""

from app.records.answered import AnsweredRequest
from app.records.attachments import Attachment
from app.records.audit import AuditEntry
from app.records.audit_chain import AuditCheck, AuditRemoval, AuditSeal
from app.records.audit_redaction import AuditRedaction
from app.records.calendars import Calendar, CalendarDay, CalendarWeek
from app.records.canned_replies import CannedReply
from app.records.custom.models import CustomField, CustomValue
from app.records.deleted import DeletedRecord
from app.records.holidays import HolidayCalendar, HolidayDay, HolidayYear
from app.records.intervals import RecordInterval
from app.records.links import RecordLink, Watcher
from app.records.merges import RecordMerge
from app.records.numbering import NumberSequence
from app.records.origins import ImportOrigin
from app.records.picklists import Picklist, PicklistOffer, PicklistValue
from app.records.presence import RecordPresence
from app.records.saved_filters import SavedFilter
from app.records.search import SearchEntry
from app.records.settings import SettingValue
from app.records.tags import RecordTag
from app.records.timeline import TimelineEntry
from app.records.timeline_versions import TimelineVersion
from app.records.workflow_overrides import WorkflowOverride

__all__ = [
    "AnsweredRequest", "Attachment", "AuditCheck", "AuditEntry", "AuditRedaction", "AuditRemoval", "AuditSeal",
    "Calendar", "CalendarDay", "CalendarWeek", "CannedReply", "CustomField", "CustomValue", "DeletedRecord",
    "HolidayCalendar", "HolidayDay", "HolidayYear", "ImportOrigin", "NumberSequence", "Picklist", "PicklistOffer",
    "PicklistValue", "RecordInterval", "RecordLink", "RecordMerge", "RecordPresence", "RecordTag", "SavedFilter",
    "SearchEntry", "SettingValue", "TimelineEntry", "TimelineVersion", "Watcher", "WorkflowOverride",
]
