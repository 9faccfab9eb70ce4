"""The relay: takes due messages from the outbox and wakes RQ workers up for them.

Any number of relays may run, and each may die at any point: a message is claimed by one statement, and what is
claimed but not begun comes back when its lease is over. Where Redis is away the messages wait.
"""

import os
import socket
import time

import structlog
from redis import Redis
from redis.exceptions import RedisError

from app.db import unit_of_work
from app.jobs import lease
from app.jobs.queue import hand_over, queue
from app.jobs.registry import timeouts, tries
from app.sdk import clock

log = structlog.get_logger(__name__)
BATCH = 50
# More than this is not laid before the workers: what waits in the outbox cannot get lost or be handed over twice.
FULL = 200
RECOVER_EVERY = 5.0


class Relay:
    """One relay. `tick` does what there is to do and returns how many messages it handed over."""

    def __init__(self, connection: "Redis", *, owner: str | None = None) -> None:
        self.queue = queue(connection)
        self.owner = owner or f"{socket.gethostname()[:40]}-{os.getpid()}-{os.urandom(4).hex()}"
        self._recovered_at = -RECOVER_EVERY
        self._is_away = False

    def tick(self) -> int:
        """Take back what is lost, then hand over what is due, batch by batch until nothing is left or RQ is full."""
        self._recover_sometimes()
        handed = 0
        while self._has_room() and (batch := self._tick_once()):
            handed += batch
            if batch < BATCH:
                break
        return handed

    def _recover_sometimes(self) -> None:
        if time.monotonic() - self._recovered_at < RECOVER_EVERY:
            return
        self._recovered_at = time.monotonic()
        with unit_of_work(write=True) as session:
            count = lease.recover(session, tries())
            # Not at start only: while an addon is switched on, a worker of the old set may still park its messages.
            lease.unpark(session, list(tries()))
        if count:
            log.warning("messages_taken_back", count=count)

    def _has_room(self) -> bool:
        try:
            has_room = self.queue.count < FULL
        except RedisError as error:
            if not self._is_away:
                log.error("redis_is_away", error=str(error))  # noqa: TRY400 - an outage is one line
            self._is_away = True
            return False
        if self._is_away:
            log.info("redis_is_back")
            self._is_away = False
        return has_room

    def _tick_once(self) -> int:
        with unit_of_work() as session:
            if not lease.is_due(session, clock.now()):
                return 0
        with unit_of_work(write=True) as session:
            claimed = lease.claim(session, self.owner, BATCH)
        allowed = timeouts()
        for position, row in enumerate(claimed):
            try:
                hand_over(self.queue, row.id, f"{row.attempts}-{os.urandom(4).hex()}", allowed.get(row.name, 60))
            except RedisError as error:
                log.error("redis_is_away", error=str(error))  # noqa: TRY400 - an outage is one line
                self._is_away = True
                self._give_back([item.id for item in claimed[position:]])
                return position
        return len(claimed)

    def _give_back(self, ids: list[int]) -> None:
        with unit_of_work(write=True) as session:
            lease.give_back(session, ids, self.owner)
