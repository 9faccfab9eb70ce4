"""What tickets ask when the desk is set up: by which ways requests reach it."""

from typing import Any

from sqlalchemy import select

from addons.ticket.models import Channel
from addons.ticket.services import channel_service
from addons.ticket.services.my_work import PARTS_OF_TICKETS
from app.db import session
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.welcome.steps import WelcomeStep


def load_channels(_actor: Actor) -> dict[str, Any]:
    """Load the channels, each with whether it is on."""
    channels = session().execute(select(Channel).order_by(Channel.sequence, Channel.id)).scalars()
    return {"channels": [(channel.id, str(channel), channel.is_active) for channel in channels]}


def save_channels(actor: Actor, form: Any) -> None:
    """Switch on the channels that are named, and off all others."""
    wanted = set(form.getlist("channel"))
    for key, is_active in session().execute(select(Channel.id, Channel.is_active)).all():
        if is_active != (str(key) in wanted):
            channel_service.update(actor, key, {"is_active": str(key) in wanted})


SLOTS = [
    *PARTS_OF_TICKETS,
    WelcomeStep("channels", _l("Channels"), _l("By which ways requests reach the desk."),
                "ticket/welcome_channels.html", load_channels, save_channels, 40, "broadcast",
                "/ticket/channels/list/"),
]
