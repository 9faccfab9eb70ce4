"""Parts of pages that every type of ticket puts on its own: the work log, and the minutes worked in its steps."""

from addons.ticket.panels.work_log import WorkPanel
from addons.ticket.panels.worked_steps import WorkedSteps, may_log, worked_field

__all__ = ["WorkPanel", "WorkedSteps", "may_log", "worked_field"]
