"""Addons that are off: what a person, or a program, that asks for an address of one is told, and what is left out."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from app.addon_system.declared import declared
from app.addon_system.installed import DISABLED, ENABLED, FAULTY, PRESENT, UNINSTALLED
from app.addon_system.manifest import Manifest
from app.addon_system.models import AddonRow, RecordTypeRow
from app.addon_system.permissions import ADDON_READ, ADDON_WRITE
from app.addon_system.plan import ACTIVATE, INSTALL
from app.addon_system.registry import current_registry
from app.addon_system.texts import label_of
from app.db import session
from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.security.fab_tables import PermissionView, ViewMenu, assoc_permissionview_role
from app.security.grants import roles_of


@dataclass(frozen=True, slots=True)
class Off:
    """An addon whose page was asked for while it is not loaded, in words for whoever asked."""

    addon: str
    state: str
    title: str
    message: str
    url: str = ""  # where the reader can do something about it
    link: str = ""


def off_at(path: str) -> Off | None:
    """Return the addon that an address belongs to, where it once was in use here and is not loaded now.

    Whoever has not logged in is told nothing: which addons a desk has is no one else's business.
    """
    if current_actor().user_id is None:
        return None
    registry = current_registry()
    for unit in registry.known.values():
        if unit.name not in registry.addons and _is_of(unit, path):
            state = session().execute(select(AddonRow.state).where(AddonRow.name == unit.name)).scalar()
            return _said(unit, state) if state is not None else None
    return None


def left_out() -> list[str]:
    """Return what the installed addons are called that are not loaded now and of whose records the actor has rights.

    Search, notices, jobs and exports pass over what is theirs, and say so. Others miss nothing, and are told nothing.
    """
    registry, user_id = current_registry(), current_actor().user_id
    absent = [unit for unit in registry.known.values() if unit.name not in registry.addons]
    if not absent or user_id is None:
        return []
    kind, right, granted = RecordTypeRow.__table__, PermissionView.__table__, assoc_permissionview_role
    found = set(session().execute(
        select(kind.c.addon).distinct().select_from(kind)
        .join(AddonRow, AddonRow.name == kind.c.addon).join(ViewMenu, ViewMenu.name == kind.c.name)
        .join(right, right.c.view_menu_id == ViewMenu.id).join(granted, granted.c.permission_view_id == right.c.id)
        .where(granted.c.role_id.in_(roles_of(session(), user_id)), AddonRow.state.in_(PRESENT),
               kind.c.addon.in_([one.name for one in absent]))).scalars())
    return sorted(label_of(unit) for unit in absent if unit.name in found)


def _is_of(unit: Manifest, path: str) -> bool:
    return any(path == address or path.startswith(f"{address}/") for address in _addresses(unit.folder, unit))


@lru_cache(maxsize=256)
def _addresses(_folder: Path, unit: Manifest) -> frozenset[str]:
    # A process sees the files as they were when it began; to read them again for every wrong address would cost.
    return frozenset(declared(unit).addresses)


def _said(unit: Manifest, state: str) -> Off:
    label = label_of(unit)
    is_off = state == DISABLED
    title = _("“%(addon)s” is switched off", addon=label) if is_off else _("“%(addon)s” is not in use", addon=label)
    url, link = _way_out(unit.name, state)
    return Off(unit.name, state, title, _MESSAGES[state](), url, link)


_MESSAGES = {
    DISABLED: lambda: _("What you asked for belongs to this addon. Nothing is lost: its data are kept, and it is back "
                        "as soon as an administrator switches the addon on."),
    UNINSTALLED: lambda: _("What you asked for belonged to this addon, which has been removed from this desk."),
    FAULTY: lambda: _("What you asked for belongs to this addon, which does not load at the moment. An administrator "
                      "can see why."),
    ENABLED: lambda: _("What you asked for belongs to this addon. The desk runs with its optional addons off at the "
                       "moment."),
}


def _way_out(name: str, state: str) -> tuple[str, str]:
    actor = current_actor()
    if actor.can(ADDON_WRITE) and state == DISABLED:
        return f"/apps/{name}/{ACTIVATE}", _("Switch it on")
    if actor.can(ADDON_WRITE) and state == UNINSTALLED:
        return f"/apps/{name}/{INSTALL}", _("Install it again")
    return (f"/apps/{name}", _("Look at the addon")) if actor.can(ADDON_READ) else ("", "")
