"""One's latest notices on the start page, and how mails fare on the page of the system's state."""

from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta

from app.notify import mail_figures, mails, reads
from app.notify.permissions import MAIL_READ
from app.sdk.actor import Actor
from app.sdk.i18n import _, _l
from app.seeing.lines import DOUBTFUL, GOOD, SystemLine, Told
from app.web.tiles import Tile

SHOWN = 5
# After so long a mail has waited for too long.
LATE = timedelta(minutes=15)
LIST = "/notices/mails/"


def my_notices(actor: Actor) -> dict[str, Any]:
    """Load the latest notices that nobody has read yet."""
    return {"lines": reads.lines(actor, SHOWN, unread_only=True)}


def mail_state(actor: Actor) -> Told:
    """Say how many mails wait, and since when, and how many were tried in vain or given up."""
    if not mails.is_possible():
        return Told(_("There is no mail server."), DOUBTFUL)
    now = mail_figures.read()
    text = _("Waiting: %(waiting)s, of them tried in vain: %(failing)s; failed in 7 days: %(failed)s",
             waiting=now.waiting, failing=now.failing, failed=now.failed)
    if now.waiting:
        text += " · " + _("the oldest for %(time)s", time=format_timedelta(now.oldest))
    is_fine = not now.failing and not now.failed and now.oldest < LATE
    return Told(text, GOOD if is_fine else DOUBTFUL, LIST if actor.can(MAIL_READ) else "")


SLOTS = [
    Tile("notify.mine", _l("My notices"), "desk/tiles/notices.html", my_notices, place=30, icon="bell",
         help=_l("What happened that you have not read yet.")),
    SystemLine("mail.sending", _l("Mail"), mail_state, sequence=20),
]
