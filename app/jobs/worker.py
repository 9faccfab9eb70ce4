"""The RQ worker: it runs one function, whose argument is the id of an outbox message, and nothing else.

What stands in Redis is not trusted. A job that names another function, brings callbacks, web hooks or repeats is
refused, commands over the wire are not listened to, and nothing is unpickled.
"""

import os
import socket
import time
import traceback
from typing import Any

import structlog
from flask import Flask
from redis import Redis
from rq import SimpleWorker
from rq.executions import ExecutionRegistry
from rq.job import Job as QueuedJob
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError

from app.db import db, unit_of_work
from app.jobs import lease
from app.jobs.queue import ENTRY, queue
from app.jobs.registry import declared_jobs, timeouts
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again

log = structlog.get_logger(__name__)
MAINTENANCE_INTERVAL = 60
AWAY_PAUSE = 1.0
_LONGEST_ERROR = 4000


def run_message(message_id: int, worker: str) -> str | None:
    """Run one message and return the state it is in afterwards; None where another worker has it."""
    with unit_of_work(write=True) as session:
        begun = lease.begin(session, message_id, worker, timeouts())
    if begun is None:
        return None
    job = declared_jobs()[begun.name]
    error: str | None = None
    try:
        with acting_as(SYSTEM, via="job", cause=f"{begun.name} #{begun.id}", request_id=begun.request_id):
            job.run(begun.payload)
    except Again as again:
        return _carry_on(begun, again)
    except Exception:
        error = traceback.format_exc()[-_LONGEST_ERROR:]
        log.exception("job_failed", job=begun.name, message=begun.id, attempt=begun.attempt)
    with unit_of_work(write=True) as session:
        state = lease.end(session, begun, error, job.tries)
    if state is None:
        log.warning("job_outlived_its_lease", job=begun.name, message=begun.id)
    return state


def _carry_on(begun: lease.Begun, again: Again) -> str | None:
    with unit_of_work(write=True) as session:
        return lease.carry_on(session, begun, again.payload, again.after)


class DeskJob(QueuedJob):
    """A job of the queue, of which only the id of the message is used."""

    app: Flask
    worker: str

    def perform(self) -> Any:
        """Run the message in the application. Refuses any other function."""
        if self.func_name != ENTRY or self.instance or self.kwargs or not _is_one_number(self.args):
            log.error("queued_job_refused", job=self.id, function=str(self.func_name)[:200])
            return None
        with self.app.app_context():
            try:
                run_message(self.args[0], self.worker)
            finally:
                db.session.remove()
        return None

    def restore(self, raw_data: Any) -> None:
        """Read a job from Redis without what could make the worker do anything else."""
        super().restore(raw_data)
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self._success_callback = self._failure_callback = self._stopped_callback = None  # type: ignore[assignment]
        self.repeats_left = self.retries_left = None
        self.result_ttl = self.failure_ttl = 0

    def send_webhooks(self, *_args: Any, **_kwargs: Any) -> None:
        """Send none: the outbox is the only way out."""


def _is_one_number(arguments: Any) -> bool:
    return isinstance(arguments, list | tuple) and len(arguments) == 1 and type(arguments[0]) is int


class DeskWorker(SimpleWorker):
    """RQ's worker without the doors that the desk does not use."""

    job_class = DeskJob

    def subscribe(self) -> None:
        """Listen to no commands: processes are stopped by signals of their supervisor."""

    def unsubscribe(self) -> None:
        """There is nothing to leave."""

    def clean_registries(self) -> None:
        """Remove from Redis what a killed worker was at: the message comes back when its lease is over.

        RQ itself wants to read the run, which may be gone before its entry is, and would end this worker over it.
        """
        for source in self.queues:
            for left in source.started_job_registry.get_expired_job_ids():
                self.connection.delete(self.job_class.key_for(left), ExecutionRegistry.key_template.format(left))
        super().clean_registries()  # type: ignore[no-untyped-call]

    def handle_exception(self, job: QueuedJob, *exc_info: Any) -> None:
        """Log what RQ itself could not do with a job; the message comes back when its lease is over."""
        if isinstance(exc_info[1], OperationalError):
            log.error("database_is_away", error=str(exc_info[1]))
            time.sleep(AWAY_PAUSE)  # the next message would not fare better
            return
        log.error("queued_job_failed", job=job.id, exc_info=exc_info)


def make_worker(app: Flask, connection: "Redis") -> DeskWorker:
    """Return a worker for the application's queue."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{os.urandom(4).hex()}"

    class BoundJob(DeskJob):
        """The job class that knows the application it runs in."""

    BoundJob.app, BoundJob.worker = app, name
    source = queue(connection)
    source.job_class = BoundJob
    return DeskWorker(
        [source], name=name, connection=connection, serializer=JSONSerializer, job_class=BoundJob,
        default_result_ttl=0, maintenance_interval=MAINTENANCE_INTERVAL, log_job_description=False,
        disable_default_exception_handler=True,
    )
