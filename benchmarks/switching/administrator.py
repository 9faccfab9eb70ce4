"""Who works on the page of the addons, and waits as that page does."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from tests.support.live import LiveServer
from tests.support.visitor import Visitor

# In this order again and again: the tables are made, kept, kept, archived, and brought back.
CYCLE = ("install", "deactivate", "activate", "uninstall")
PATIENCE = 180.0
_SERVING = text("SELECT p.kind, p.generation, g.number FROM desk_process p, generation g "
                "WHERE p.kind <> 'command' AND p.heartbeat_at > :recent")


@dataclass(frozen=True)
class Switch:
    """One action, in seconds from the click: until every process serves the new set, and until all is done."""

    action: str
    served: float
    done: float


class Administrator:
    """Switches one addon by its page."""

    def __init__(self, server: LiveServer, engine: Engine, addon: str) -> None:
        self.visitor, self.engine, self.addon = Visitor(server.url), engine, addon
        self.visitor.log_in("admin", server.password)

    def do(self, action: str) -> Switch:
        """Have an action done, and wait until the page says so and every process serves the new set."""
        before, begun = self._number(), time.monotonic()
        answer = self.visitor.submit(f"/apps/{self.addon}/{action}", None, typed=self.addon)
        journal = re.search(r"/apps/progress/(\d+)", answer.url)
        assert answer.status == 200, answer
        assert journal is not None, answer.text[:2000]
        served = done = 0.0
        while not (served and done):
            assert time.monotonic() - begun < PATIENCE, f"{action}: served {served:.1f}, done {done:.1f}"
            if not served and self._all_serve_after(before):
                served = time.monotonic() - begun
            if not done and self._is_done(journal[1]):
                done = time.monotonic() - begun
            time.sleep(0.1)
        return Switch(action, served, done)

    def _is_done(self, journal: str) -> bool:
        state = self.visitor.get(f"/apps/progress/{journal}/state")
        assert state.status == 200, state
        if re.search('data-state="(waiting|running)"', state.text):
            return False
        assert 'data-state="done"' in state.text, state.text
        return True

    def _number(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT number FROM generation")).scalar_one())

    def _all_serve_after(self, number: int) -> bool:
        # A worker ends its job first and is then replaced, so it may be missing for a moment.
        recent = datetime.now(UTC) - timedelta(seconds=5)
        with self.engine.connect() as connection:
            found = connection.execute(_SERVING, {"recent": recent.replace(tzinfo=None)}).all()
        return ({row.kind for row in found} >= {"web", "worker"}
                and all(number < row.number == row.generation for row in found))
