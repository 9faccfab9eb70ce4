"""Rights of the page of jobs."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

JOB_READ = Permission("job", "read", _l("View jobs and their schedules"))
JOB_WRITE = Permission("job", "write", _l("Run failed jobs again"))

PERMISSIONS = [JOB_READ, JOB_WRITE]
