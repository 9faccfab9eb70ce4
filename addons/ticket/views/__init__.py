"""Pages of the service tree, the channels and the priority matrix."""

from addons.ticket.permissions import COCKPIT_READ, MY_WORK_READ, SERVICE_READ, WORK_ENTRY_READ
from addons.ticket.views.cockpit import CockpitView
from addons.ticket.views.desk import ChannelView, PriorityRuleView
from addons.ticket.views.my_work import MyWorkView
from addons.ticket.views.service import ServiceFamilyView, ServiceOfferingView, ServiceView
from addons.ticket.views.work_log import WorkEntryView
from app.sdk.i18n import _l
from app.sdk.menu import MenuItem

VIEWS = [
    ServiceFamilyView, ServiceView, ServiceOfferingView, ChannelView, PriorityRuleView, MyWorkView, CockpitView,
    WorkEntryView,
]
MENU = [
    MenuItem("ticket.my_work", _l("My work"), view=MyWorkView, parent="service_operation", sequence=5,
             permission=MY_WORK_READ, icon="user-check", letter="w"),
    MenuItem("ticket.cockpit", _l("Desk cockpit"), view=CockpitView, parent="service_operation", sequence=8,
             permission=COCKPIT_READ, icon="gauge", letter="d"),
    MenuItem("ticket.work_log", _l("Work log"), view=WorkEntryView, parent="service_operation", sequence=30,
             permission=WORK_ENTRY_READ, icon="clock"),
    MenuItem("ticket.services", _l("Services"), view=ServiceView, parent="configuration", permission=SERVICE_READ,
             sequence=10, icon="tools"),
    MenuItem("ticket.families", _l("Service families"), view=ServiceFamilyView, parent="configuration",
             permission=SERVICE_READ, sequence=20, icon="folders"),
    MenuItem("ticket.channels", _l("Channels"), view=ChannelView, parent="configuration", permission=SERVICE_READ,
             sequence=30, icon="antenna"),
    MenuItem("ticket.priorities", _l("Priority matrix"), view=PriorityRuleView, parent="configuration",
             permission=SERVICE_READ, sequence=40, icon="grid-dots"),
]

__all__ = ["MENU", "VIEWS"]
