"""The mails: a real server that keeps what it took, and on demand the sender dies before it hears the yes."""

import threading
from collections import defaultdict
from email.message import EmailMessage
from typing import Any

import psutil
from sqlalchemy import Connection, text

from benchmarks.crash.kills import Kill, end, family
from tests.support.live import LiveServer
from tests.support.mail_server import MailServer

HOLDER, CALLER = "holder@example.com", "caller@example.com"
ROWS = text("SELECT record_id, address, state, error FROM mail WHERE record_type = 'incident'")


class Postbox(MailServer):
    """A mail server on this machine that can end whoever hands it a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.died, self._next_dies = threading.Event(), threading.Event()
        self.server: LiveServer | None = None

    def settings(self) -> dict[str, str]:
        """Return the environment of a desk that sends its mails here."""
        return {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.port), "MAIL_FROM": "desk@example.com",
                "PUBLIC_URL": "http://desk.example.com"}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - so aiosmtpd calls it
        """Take a mail; where it is asked for its sender is killed with the yes not yet said."""
        answer = await super().handle_DATA(server, session, envelope)
        if self._next_dies.is_set() and end(self._sender(session.peer[1])):
            self._next_dies.clear()
            self.died.set()
        return answer

    def _sender(self, port: int) -> int:
        if self.server is None:
            return 0
        for pid, process in family(self.server).items():
            try:
                if any(one.laddr and one.laddr.port == port for one in process.net_connections("tcp")):
                    return pid
            except psutil.Error:
                continue
        return 0

    def kill(self, server: LiveServer) -> Kill:
        """Return what kills a worker between the server's yes to a mail and the commit that says so."""
        self.server = server

        def kill() -> bool:
            self.died.clear()
            self._next_dies.set()
            is_dead = self.died.wait(10)
            self._next_dies.clear()
            return is_dead

        return kill


def faults(connection: Connection, present: dict[int, str], taken: list[EmailMessage]) -> list[str]:
    """Return what is wrong: each incident that is there has one mail for each of the two, which was taken once.

    A mail that was taken again must carry the Message-ID of the first, by which a mailbox drops it.
    """
    rows = defaultdict(list)
    for key, address, state, error in connection.execute(ROWS):
        rows[key, address].append(f"{state} ({error})" if error else state)
    numbers = dict(connection.execute(text("SELECT number, id FROM ticket")).all())
    ids = defaultdict(set)
    found = []
    for mail in taken:
        number = str(mail["In-Reply-To"]).removeprefix("<incident.").partition("@")[0]
        if number not in numbers:
            found.append(f"a mail was taken about what is not there: {number}")
            continue
        ids[numbers[number], str(mail["To"])].add(str(mail["Message-ID"]))
    wanted = {(key, address) for key in present for address in (HOLDER, CALLER)}
    found += [f"{present.get(one[0], one[0])}: mails to {one[1]}: {rows[one]}" for one in sorted(wanted | rows.keys())
              if one not in wanted or rows[one] != ["sent"]]
    found += [f"{present.get(one[0], one[0])}: taken for {one[1]} under {len(ids[one])} Message-IDs"
              for one in sorted(wanted | ids.keys()) if one not in wanted or len(ids[one]) != 1]
    return found


def doubled(taken: list[EmailMessage]) -> int:
    """Return how many mails were taken more than once, under the same Message-ID."""
    return len(taken) - len({str(mail["Message-ID"]) for mail in taken})
