"""Panels: what a record's page is made of. Each loads all it shows first, so that no template runs a query."""

from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.db import field_rights, record_type_of, session
from app.records import audit, intervals, timeline
from app.records.permissions import JOURNAL_EDIT_OTHERS
from app.records.timeline_versions import why_not
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import LazyString, _l
from app.sdk.workflow import CLOSED, RESOLVED
from app.web import record_files, slots
from app.web.audit_text import happenings, log_url
from app.web.lanes import lanes
from app.web.merged_parts import merged_parts
from app.web.names import names_of

log = structlog.get_logger(__name__)

# How many entries of a timeline are shown before "Show more".
SHOWN = 30
PARTS = {"": _l("All"), "conversation": _l("Conversation"), "steps": _l("Steps"), "files": _l("Files")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel ready to render: `{% include shown.template %}` with its data as `panel`."""

    key: str
    title: LazyString | str
    template: str
    data: dict[str, Any]


class Panel:
    """Base of all panels. `load` returns what the template shows; `permission` hides the panel from others."""

    key = "panel"
    title: LazyString | str = ""
    template = "desk/panels/fields.html"
    permission: str | None = None
    # Not for customers: only for those who see internal notes, where the record's service knows such a right.
    is_internal = False
    # Loaded when its tab is opened: what is long and seldom read does not slow the page.
    is_lazy = False
    relations: tuple[str, ...] = ()
    # The panel after which it stands on a page that another addon extends; at the end where there is none.
    follows = ""

    def shown(self, view: Any, item: Any, actor: Actor, opened: str | None = None) -> list[Shown]:
        """Return the panel with its data, or nothing where the actor may not see it. `opened` is the tab asked for."""
        if self.permission is not None and not actor.can(self.permission):
            return []
        if self.is_internal and not view.may_see_internal(actor):
            return []
        if self.is_lazy and opened != self.key:
            later = {"url": f"{view.url_base(item.id)}/panel/{self.key}", "key": self.key}
            return [Shown(self.key, self.title, "desk/panels/lazy.html", later)]
        try:
            return [Shown(self.key, self.title, self.template, self.load(view, item, actor))]
        except (BusinessError, HTTPException, SQLAlchemyError):  # after an error of the database nothing else is read
            raise
        except Exception:  # one panel's fault, perhaps another addon's, must not take the page away
            log.exception("panel_failed", panel=self.key, template=self.template)
            return [Shown(self.key, self.title, "desk/panels/failed.html", {})]

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        """Load all the template shows."""
        return {}


class FieldsPanel(Panel):
    """Some columns of the record, with their labels."""

    key = "fields"

    def __init__(self, *columns: str, title: LazyString | str | None = None, key: str = "fields") -> None:
        self.columns, self.title, self.key = columns, _l("Details") if title is None else title, key
        self.relations = columns

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        columns = field_rights.shown(type(item), self.columns)
        values = view.datamodel.get_values_item(item, columns)
        formatters = view.formatters_columns
        return {"rows": [
            (name, view.label_columns.get(name, name),
             formatters[name](value) if name in formatters and value not in (None, "") else value)
            for name, value in zip(columns, values, strict=True)
        ]}


class TimelinePanel(Panel):
    """Notes, replies and steps, newest first, with the composer."""

    key, title, template = "timeline", _l("Timeline"), "desk/panels/timeline.html"

    def load(self, view: Any, item: Any, actor: Actor, stretch: timeline.Stretch | None = None) -> dict[str, Any]:
        wanted = stretch or timeline.Stretch()
        sees_internal = view.may_see_internal(actor)
        kind = record_type_of(type(item))
        parts = merged_parts(view.service, item)
        found = timeline.entries(session(), kind, item.id, public_only=not sees_internal,
                                 stretch=replace(wanted, limit=SHOWN + 1), parts=parts)
        shown, has_more = found[:SHOWN], len(found) > SHOWN
        # How it all began stands below the first entry; what came in meanwhile has nothing below it.
        is_news = wanted.after is not None or wanted.changed is not None
        is_whole = not is_news and not has_more and wanted.part in ("", "steps")
        return {
            "entries": shown, "parts_of": parts, "names": self._holders(view, shown),
            "may_write_internal": sees_internal,
            "may_write": actor.can(f"{view.class_permission_name}.write"), "part": wanted.part,
            "parts": {name: words for name, words in PARTS.items() if name != "files" or self._has_files(view)},
            "more": shown[-1].id if has_more and not is_news else None, "is_news": is_news,
            "changeable": {entry.id for entry in shown if entry.record_id == item.id and why_not(actor, entry) is None}
            if actor.can(f"{view.class_permission_name}.write") else set(),
            "sees_withdrawn": actor.can(JOURNAL_EDIT_OTHERS),
            "last": max((entry.id for entry in shown), default=0), "changed": _latest_change(shown),
            "reader": actor.user_id or 0,
            "composer_parts": view.composer_parts(item, actor) if sees_internal else [],
            "beside": view.said_beside(shown, actor) if sees_internal else {},
            "logged": self._logged(kind, item) if is_whole else None,
        }

    @staticmethod
    def _has_files(view: Any) -> bool:
        return any(isinstance(panel, AttachmentsPanel) for panel in view.panels)

    @staticmethod
    def _logged(kind: str, item: Any) -> dict[str, Any]:
        at = getattr(item, "opened_at", None) or getattr(item, "created_at", None)
        by = audit.maker(session(), kind, item.id) if at is not None else ""
        return {"at": at, "by": by, "channel": getattr(item, "channel", None)}

    @staticmethod
    def _holders(view: Any, entries: list[Any]) -> dict[tuple[str, int], str]:
        names = {}
        for relation in ("group", "assignee"):
            named = [f"{relation}_id", *(["desk_group_id"] if relation == "group" else [])]
            ids = {entry.data[name] for entry in entries for name in named if (entry.data or {}).get(name)}
            if ids and view.datamodel.is_relation(relation):
                found = names_of(view.datamodel, relation, ids)
                names.update({(relation, key): name for key, name in found.items()})
        return names


def _latest_change(entries: list[timeline.TimelineEntry]) -> str:
    moments = [moment for entry in entries for moment in (entry.edited_at, entry.withdrawn_at) if moment is not None]
    return max(moments).isoformat() if moments else ""


class AuditPanel(Panel):
    """Who changed what, when and by which way."""

    is_internal = is_lazy = True
    key, title, template = "audit", _l("History"), "desk/panels/audit.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        kind = record_type_of(type(item))
        entries = audit.entries(session(), kind, item.id)
        return {"happenings": happenings(view, entries), "log_url": log_url(kind, item.id)}


class HoldersPanel(Panel):
    """Who held the record and in which state, from when to when."""

    is_internal = True
    key, title, template = "holders", _l("Holders"), "desk/panels/holders.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        rows = intervals.intervals(session(), record_type_of(type(item)), item.id)
        over = view.workflow.codes(RESOLVED, CLOSED) if view.workflow is not None else ()
        return {"intervals": rows, "names": self._names(view, rows), "workflow": view.workflow,
                "bounces": intervals.bounces(rows, over), "lanes": lanes(rows, view.workflow)}

    @staticmethod
    def _names(view: Any, rows: list[Any]) -> dict[tuple[str, int], str]:
        names = {}
        for relation in ("group", "assignee"):
            ids = {getattr(row, f"{relation}_id") for row in rows} - {None}
            if ids and view.datamodel.is_relation(relation):
                found = names_of(view.datamodel, relation, ids)
                names.update({(relation, key): name for key, name in found.items()})
        return names


class UsesPanel(Panel):
    """Where the record is used: how many rows of which kind refer to it."""

    is_lazy = True
    key, title, template = "uses", _l("Where used"), "desk/panels/uses.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        return {"uses": view.uses(item)}


class AttachmentsPanel(Panel):
    """The record's files."""

    key, title, template = "attachments", _l("Attachments"), "desk/panels/attachments.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        parts = merged_parts(view.service, item)
        files = record_files.seen(item, sees_internal=view.may_see_internal(actor), parts=parts)
        return {"files": files, "parts_of": parts, "count": len(files),
                "may_write": actor.can(f"{view.class_permission_name}.write")}


class RelatedPanel(Panel):
    """The first rows of a to-many relation."""

    template = "desk/panels/related.html"

    def __init__(self, relation: str, title: LazyString | str = "", limit: int = 20) -> None:
        self.key = self.relation = relation
        self.title, self.limit = title, limit

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        from sqlalchemy.orm import with_parent

        related = view.datamodel.get_related_model(self.relation)
        query = session().query(related).filter(with_parent(item, getattr(type(item), self.relation)))
        rows = query.order_by(related.id.desc()).limit(self.limit + 1).all()
        return {"rows": rows[: self.limit], "has_more": len(rows) > self.limit}


@dataclass
class Slot:
    """A place that other addons fill."""

    name: str
    relations: tuple[str, ...] = field(default=())

    def shown(self, view: Any, item: Any, actor: Actor, opened: str | None = None) -> list[Shown]:
        """Return what the enabled addons put here."""
        return [Shown(self.name, "", *one) for one in slots.loaded(self.name, actor, item)]
