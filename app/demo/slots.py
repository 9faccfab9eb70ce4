"""Demo data on the start page, as long as there are some, and as a step of the set-up."""

from typing import Any

from app.demo.permissions import DEMO_READ, DEMO_WRITE
from app.demo.services import demo_service
from app.demo.views import new_password, told
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.tiles import Tile
from app.welcome.steps import WelcomeStep

# Below the set-up: whoever looks after the desk shall not take demo for real.
SECOND = 2


def load(actor: Actor) -> dict[str, Any]:
    """Load what there is, as far as the reader may know."""
    if not actor.can(DEMO_READ):
        return {"counts": [], "is_there": False, "may_bring": False}
    state = demo_service.state(actor)
    return {"counts": told(state.counts), "is_there": bool(state.brought),
            "may_bring": bool(state.missing) and actor.can(DEMO_WRITE)}


def save(actor: Actor, form: Any) -> dict[str, Any] | None:
    """Bring demo data in where that was ticked; the accounts are shown once."""
    if not form.get("bring"):
        return None
    password = new_password()
    return {"accounts": demo_service.bring(actor, password), "password": password}


def there(_actor: Actor) -> dict[str, Any]:
    """Say that there are some."""
    return {"is_there": demo_service.is_there()}


SLOTS = [
    WelcomeStep("demo", _l("Demo data"), _l("A small company to look at, which goes again in one step."),
                "desk/welcome/demo.html", load, save, 55, "test-pipe", "/demo-data/"),
    Tile("demo.state", _l("Demo data"), "desk/tiles/demo.html", there, permission=DEMO_READ, icon="test-pipe",
         place=lambda _actor: SECOND if demo_service.is_there() else None,
         help=_l("Whether there are demo data on this desk.")),
]
