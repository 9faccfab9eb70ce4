"""The way to RQ: where the Redis server is, and the one queue of the desk.

RQ wakes a worker up and runs it; what is to be done stands in the outbox. So nothing here needs to survive.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "desk"
# The only function that a worker runs; anything else in the queue is refused.
ENTRY = "app.jobs.worker.run_message"
# A Unix socket's path is limited to 107 bytes on Linux, 103 on macOS.
_LONGEST = 100


def socket_path(data_dir: str) -> Path:
    """Return where the local server listens: below the data folder, or a temporary one where that is too long."""
    path = Path(data_dir) / "run" / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST:
        return path
    digest = hashlib.sha256(os.fsencode(Path(data_dir))).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"desk-{os.getuid()}-{digest}" / "valkey.sock"


def redis_url(config: Mapping[str, Any]) -> str:
    """Return the address of the Redis server: the one set, else the local one of our own."""
    return config.get("REDIS_URL") or f"unix://{socket_path(config['DATA_DIR'])}"


def connect(config: Mapping[str, Any]) -> "Redis":
    """Return a connection; it connects at its first command."""
    return Redis.from_url(redis_url(config), socket_connect_timeout=5, health_check_interval=30)


def queue(connection: "Redis") -> Queue:
    """Return the queue of the desk. JSON, so that nothing in it is ever unpickled."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def hand_over(to: Queue, message_id: int, attempt: str, timeout: int) -> None:
    """Wake a worker up for one message. A finished or failed job leaves nothing behind that would block its id."""
    to.enqueue_call(
        ENTRY, args=(message_id,), timeout=timeout, result_ttl=0, failure_ttl=0,
        job_id=f"outbox-{message_id}-{attempt}", description=f"outbox {message_id}",
    )
