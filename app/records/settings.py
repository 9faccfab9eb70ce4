"""What administrators have set: typed, checked, audited, and read by everybody at the cost of no statement.

A process keeps all values by the epoch of rights, which every request of somebody logged in reads anyway and which a
change of a setting moves on: such a request is never stale. Where there is no epoch at hand (visitors, jobs, commands)
the values are read anew after a second at the latest.
"""

import importlib
import time
from collections.abc import Mapping
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import String, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Mapped, mapped_column

from app.addon_system.registry import EXTENSION
from app.db import Audited, Json, Model, after_commit, db, session
from app.db import unit as units
from app.records.permissions import SETTING_WRITE
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _
from app.sdk.settings import Setting

FRESH = 1.0  # seconds
_WRITTEN = "settings_written"


class SettingValue(Audited, Model):
    """One setting that differs from its default."""

    __tablename__ = "setting"
    __record_type__ = "setting"

    key: Mapped[str] = mapped_column(String(100), unique=True)
    value: Mapped[Any] = mapped_column(Json)


# By application: (epoch or None, when it was read, the values).
_kept: dict[str, tuple[int | None, float, dict[str, Any]]] = {}


def declared() -> dict[str, Setting]:
    """Return every setting of the loaded units by its key, in the order of declaration."""
    registry = current_app.extensions.get(EXTENSION)
    return {one.key: one for one in (registry.settings if registry is not None else _platforms())}


def _platforms() -> list[Setting]:
    # What prepares the desk has loaded no unit yet.
    from app import platform

    return [one for name in platform.SETTINGS for one in importlib.import_module(name).SETTINGS]


def setting(key: str) -> Any:
    """Return the value of a setting, its default where nobody has set it. Raises KeyError for one nobody declared."""
    one = declared()[key]
    value = _values().get(key)
    return default_of(one) if value is None else value


def default_of(one: Setting) -> Any:
    """Return the default of a setting: that of the installation where it names a variable of it."""
    return current_app.config.get(one.config, one.default) if one.config else one.default


def changed() -> dict[str, Any]:
    """Return the settings that somebody has changed, with their values."""
    return {key: value for key, value in _values().items() if key in declared()}


def forget() -> None:
    """Read the values anew at the next question."""
    _kept.clear()


def _values() -> dict[str, Any]:
    running = units.current()
    if running is not None and running.cache.get(_WRITTEN):
        return _read()  # what this unit has set is nobody else's before it commits
    name = str(db.engine.url)
    epoch = g.get("rights_epoch") if has_request_context() else None
    kept = _kept.get(name)
    if kept is not None and (kept[0] == epoch if epoch is not None else time.monotonic() - kept[1] < FRESH):
        return kept[2]
    # An epoch kept from before stays, for visitors and jobs read the same values.
    _kept[name] = (epoch if epoch is not None or kept is None else kept[0], time.monotonic(), _read())
    return _kept[name][2]


def _read() -> dict[str, Any]:
    table = SettingValue.__table__
    if units.current() is not None:
        return {row.key: row.value for row in session().connection().execute(select(table.c.key, table.c.value))}
    try:
        with db.engine.connect() as connection:
            return {row.key: row.value for row in connection.execute(select(table.c.key, table.c.value))}
    except DatabaseError:  # before the tables are made everything is as it comes
        return {}


class SettingService:
    """Change settings. Flushes, never commits."""

    @all_or_nothing
    def change(self, actor: Actor, values: Mapping[str, Any]) -> None:
        """Set some settings, all or none. Raises Forbidden, or BusinessError with the message of each wrong one."""
        actor.require(SETTING_WRITE)
        known, clean, wrong = declared(), {}, {}
        for key, raw in values.items():
            try:
                clean[key] = self._declared(key).value_of(raw)
            except InvalidField as refusal:
                wrong.update(refusal.fields)
        if wrong:
            raise BusinessError(_("Please check the marked fields."), fields=wrong)
        for key, value in clean.items():
            self._set(key, None if value == default_of(known[key]) else value)
        self._tell()

    @all_or_nothing
    def reset(self, actor: Actor, key: str) -> None:
        """Bring a setting back to its default."""
        actor.require(SETTING_WRITE)
        self._declared(key)
        self._set(key, None)
        self._tell()

    @staticmethod
    def _declared(key: str) -> Setting:
        found = declared().get(key)
        if found is None:
            raise InvalidField(key, _("There is no such setting."))
        return found

    @staticmethod
    def _set(key: str, value: Any) -> None:
        present = session().execute(
            select(SettingValue).where(SettingValue.key == key).with_for_update()).scalar_one_or_none()
        if value is None:
            if present is not None:
                session().delete(present)
        elif present is None:
            session().add(SettingValue(key=key, value=value))
        elif present.value != value:
            present.value = value

    @staticmethod
    def _tell() -> None:
        session().flush()
        running = units.current()
        if running is not None:
            running.cache[_WRITTEN] = True
        after_commit(forget)


setting_service = SettingService()
