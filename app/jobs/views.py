"""The page of the jobs: when each is due, what waits, what was given up, what ran lately."""

from typing import Any, ClassVar

from flask import redirect

from app.jobs.models import DEAD, DONE, FAILED, HANDED, LOST, PARKED, RUNNING, WAITING
from app.jobs.permissions import JOB_READ, JOB_WRITE
from app.jobs.services import job_service
from app.sdk.actor import current_actor
from app.sdk.i18n import _, _l
from app.sdk.menu import MenuItem
from app.web.page import Page, expose, has_access
from app.web.words import left_out_units

STATE_LABELS = {
    WAITING: _l("Waits"), HANDED: _l("Handed over"), RUNNING: _l("Running"), DONE: _l("Done"), PARKED: _l("Parked"),
    DEAD: _l("Given up"), FAILED: _l("Failed"), LOST: _l("Worker ended"),
}


class JobsView(Page):  # type: ignore[misc]
    """Everything on one page."""

    route_base = "/jobs"
    default_view = "index"
    class_permission_name = "job"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read", "run_again": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show them."""
        actor = current_actor()
        return self.render_template("desk/jobs.html", title=_("Jobs"), overview=job_service.overview(actor),
                                    labels=STATE_LABELS, may_write=actor.can(JOB_WRITE), left_out=left_out_units())

    @expose("/<int:message_id>/run-again", methods=["POST"])
    @has_access
    def run_again(self, message_id: int) -> Any:
        """Have a job that was given up run again."""
        job_service.run_again(current_actor(), message_id)
        return redirect(f"{self.route_base}/")


VIEWS = [JobsView]
MENU = [MenuItem("administration.jobs", _l("Jobs"), view=JobsView, parent="administration", permission=JOB_READ,
                 sequence=80, icon="clock")]
