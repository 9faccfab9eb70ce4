"""What the desk itself wrote into a record, in the reader's words: the system's names, why something was done."""

from app.sdk.i18n import _
from app.web.labels import plain_label


def actor_text(label: str | None) -> str:
    """Return who did something: people by their name, the system and nobody in words."""
    known = {"system": _("System"), "import": _("Import"), "anonymous": _("Nobody logged in")}
    return known.get(label or "", label or "")


def cause_text(cause: str | None) -> str:
    """Return why something was done; a command or a job is named as it is."""
    known = {
        "set-up": _("Set-up of the desk"), "recovery": _("Recovery after an interruption"),
        "addon install": _("Addon installed"), "addon activate": _("Addon switched on"),
        "addon deactivate": _("Addon switched off"), "addon uninstall": _("Addon uninstalled"),
        "addon erase": _("Addon uninstalled, data erased"), "addon upgrade": _("Addon upgraded"),
        "addon restore": _("Data of the addon restored"), "link": _("Link in a mail"),
    }
    return known.get(cause or "", cause or "")


def ending_text(reason: str | None) -> str:
    """Return why a log-in session ended."""
    known = {
        "log_out": _("Logged out"), "switched_off": _("User switched off"), "password": _("Password changed"),
        "deleted": _("User deleted"),
        "no_group": _("In no active work group"), "administrator": _("Ended by an administrator"),
        "own": _("Logged out from elsewhere"), "directory": _("Not let in by the directory any more"),
        "second_factor": _("Second factor taken away"),
    }
    return known.get(reason or "", reason or "")


def subject_text(resource: str) -> str:
    """Return what a right is about: its resource in words."""
    return _(plain_label(resource))


def unit_text(name: str | None) -> str:
    """Return what a unit is called: the platform or an addon, on or off, by the label of its manifest."""
    from app.addon_system.registry import current_registry
    from app.addon_system.texts import label_of

    registry = current_registry()
    unit = registry.platform if name == registry.platform.name else registry.known.get(name or "")
    return label_of(unit) if unit is not None else name or ""


def left_out_units() -> list[str]:
    """Return what the addons that are off are called, which a page passes over though the reader has rights there."""
    from app.addon_system.switched_off import left_out

    return left_out()
