"""Metrics of Prometheus. Imported only where they are on; every process keeps its own in files that all can read.

With several processes prometheus-client needs PROMETHEUS_MULTIPROC_DIR before it is imported (`prepare`): counters of
a process that was replaced stay in the sums, its gauges go with it (`forget`).
"""

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.values import MutexValue, ValueClass

from app.db import db
from app.seeing import figures
from app.seeing.requests import QUIET, route, seconds

OWN = CollectorRegistry()
REQUESTS = Counter("desk_requests", "Answers by route and status", ("method", "route", "status"), registry=OWN)
SECONDS = Histogram("desk_request_seconds", "How long an answer took", ("route",), registry=OWN,
                    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30))
STATEMENTS = Histogram("desk_request_statements", "SQL statements of an answer", registry=OWN,
                       buckets=(0, 2, 4, 6, 8, 10, 12, 16, 24, 48, 100))
SLOW = Counter("desk_slow_statements", "Statements slower than SLOW_STATEMENT_MS", registry=OWN)
POOL = Gauge("desk_database_connections", "Connections to the database in use", registry=OWN,
             multiprocess_mode="livesum")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def count(response: Response) -> None:
    """Count an answer. Labels are bounded: routes are those of the program, methods those of HTTP."""
    if request.endpoint in QUIET:
        return
    template = route()
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, template, str(response.status_code)).inc()
    SECONDS.labels(template).observe(seconds())
    STATEMENTS.observe(g.get("statements", 0))
    SLOW.inc(g.get("slow_statements", 0))
    POOL.set(getattr(db.engine.pool, "checkedout", int)())


class DeskCollector:
    """The figures that the database tells, read when they are asked for."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def collect(self) -> Iterator[Any]:
        """Yield them."""
        with db.engine.connect() as connection:
            now = figures.read(connection, self.app)
        for name, (said, value) in _single(now).items():
            yield GaugeMetricFamily(f"desk_{name}", said, value=value)
        depth = GaugeMetricFamily("desk_queue_depth", "Messages that wait, by job", labels=("job",))
        age = GaugeMetricFamily("desk_queue_age_seconds", "How long the oldest has been due", labels=("job",))
        for job, waiting in now.queue.items():
            depth.add_metric((job,), waiting.number)
            age.add_metric((job,), max(0.0, waiting.seconds))
        silence = GaugeMetricFamily("desk_heartbeat_age_seconds", "Since the longest silent process of a kind spoke",
                                    labels=("kind",))
        number = GaugeMetricFamily("desk_processes", "Processes by kind", labels=("kind",))
        for kind in sorted({one.kind for one in now.processes}):
            of_kind = [one.silent for one in now.processes if one.kind == kind]
            silence.add_metric((kind,), max(of_kind))
            number.add_metric((kind,), len(of_kind))
        yield from (depth, age, silence, number)


def _single(now: figures.Figures) -> dict[str, tuple[str, float]]:
    found = {
        "generation": ("Number of the enabled set", now.generation),
        "queue_running": ("Messages that a worker has", now.running),
        "dead_letters": ("Messages that were given up", now.dead),
        "scheduler_lag_seconds": ("How long a schedule has been due", now.scheduler_lag),
        "failed_log_ins": ("Failed log-ins of the last 15 minutes", now.failed_log_ins),
        "database_bytes": ("Size of the database", now.database_bytes),
        "disk_free_bytes": ("Free where the data folder is", now.free_bytes),
    }
    if now.backup_age is not None:
        found["backup_age_seconds"] = ("Since the last backup", now.backup_age)
    return {name: (said, float(value)) for name, (said, value) in found.items()}


def shown(app: Flask) -> bytes:
    """Return all metrics of all processes in Prometheus' text format."""
    whole = CollectorRegistry()
    if ValueClass is not MutexValue:
        multiprocess.MultiProcessCollector(whole)
    whole.register(DeskCollector(app))
    text = generate_latest(whole)
    return text if ValueClass is not MutexValue else generate_latest(OWN) + text
