"""Pages of lists of values, custom fields, number sequences, states, canned replies, settings and audit."""

from app.records.permissions import (
    AUDIT_READ,
    CALENDAR_READ,
    CANNED_REPLY_READ,
    CUSTOM_FIELD_READ,
    NUMBERING_READ,
    PICKLIST_READ,
    RECYCLE_BIN_READ,
    SETTING_READ,
    WORKFLOW_READ,
)
from app.records.views.audit import AuditChainView, AuditView
from app.records.views.calendars import CalendarDayView, CalendarView
from app.records.views.canned_replies import CannedReplyView
from app.records.views.custom_fields import CustomFieldView
from app.records.views.holidays import HolidayCalendarView, HolidayDayView, HolidayYearView
from app.records.views.numbering import NumberSequenceView
from app.records.views.picklist import PicklistValueView, PicklistView
from app.records.views.recycle_bin import RecycleBinView
from app.records.views.settings import SettingsView
from app.records.views.workflow import WorkflowOverrideView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

VIEWS = [PicklistView, PicklistValueView, CustomFieldView, NumberSequenceView, WorkflowOverrideView, CannedReplyView,
         SettingsView, RecycleBinView, AuditView, AuditChainView, CalendarView, CalendarDayView, HolidayCalendarView,
         HolidayDayView, HolidayYearView]
MENU = [
    MenuItem("records.calendars", _l("Service calendars"), view=CalendarView, parent="configuration",
             permission=CALENDAR_READ, sequence=30, icon="calendar-time"),
    MenuItem("records.holidays", _l("Lists of holidays"), view=HolidayCalendarView, parent="configuration",
             permission=CALENDAR_READ, sequence=31, icon="calendar-event"),
    MenuItem("records.picklists", _l("Lists of values"), view=PicklistView, parent="configuration",
             permission=PICKLIST_READ, sequence=50, icon="list"),
    MenuItem("records.custom_fields", _l("Custom fields"), view=CustomFieldView, parent="configuration",
             permission=CUSTOM_FIELD_READ, sequence=55, icon="forms"),
    MenuItem("records.numbering", _l("Number sequences"), view=NumberSequenceView, parent="configuration",
             permission=NUMBERING_READ, sequence=60, icon="hash"),
    MenuItem("records.workflows", _l("States"), view=WorkflowOverrideView, parent="configuration",
             permission=WORKFLOW_READ, sequence=70, icon="route"),
    MenuItem("records.canned_replies", _l("Canned replies"), view=CannedReplyView, parent="configuration",
             permission=CANNED_REPLY_READ, sequence=80, icon="message-2"),
    MenuItem("administration.settings", _l("Settings"), view=SettingsView, parent="administration",
             permission=SETTING_READ, sequence=5, icon="adjustments-horizontal", letter="s"),
    MenuItem("administration.recycle_bin", _l("Recycle bin"), view=RecycleBinView, parent="administration",
             permission=RECYCLE_BIN_READ, sequence=70, icon="trash"),
    MenuItem("administration.audit", _l("Audit log"), view=AuditView, parent="administration", permission=AUDIT_READ,
             sequence=75, icon="history"),
]
