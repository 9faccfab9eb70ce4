"""What people say about a record: notes and replies, their pictures and colleagues, and who else is looking."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import jsonify, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from werkzeug.wrappers import Response

from app.db import session
from app.organisation import colleagues
from app.records import presence
from app.records.rich_text import as_typed
from app.records.settings import setting
from app.records.timeline import Stretch
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import NotFound
from app.sdk.i18n import _n, listed
from app.web import canned, problems
from app.web.chrome import is_fragment
from app.web.ids import as_id
from app.web.journal_routes import JournalRoutes
from app.web.panels import TimelinePanel

YES = ("1", "y", "true", "on")
# What the composer sends where it sends who reads a text: a call is for colleagues.
CALL = "call"
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class ComposerRoutes(JournalRoutes):
    """Mixed into RecordRoutes."""

    datamodel: Any
    service: Any
    panels: Any

    @expose("/<pk>/note", methods=["POST"])
    @has_access
    @permission_name("note")
    def note(self, pk: Any) -> Any:
        """Add an internal note, or a reply that the customer sees."""
        self._needs(TimelinePanel)
        item, actor = self.one(pk), current_actor()  # type: ignore[attr-defined]
        body = as_typed(request.form.get("body", ""))
        is_public = request.form.get("is_public") in YES
        mentions = [key for key in map(as_id, request.form.getlist("mention")) if key is not None]
        before, beside = getattr(item, "version", None), beside_text(self.service, request.form)
        if request.form.get("is_public") == CALL:
            self.service.add_call(actor, item.id, body, direction=request.form.get("direction", ""),
                                  minutes=_minutes(request.form.get("minutes", "")), **beside)
        elif hasattr(self.service, "add_note"):
            self.service.add_note(actor, item.id, body, is_public=is_public, mentions=mentions, **beside)
        else:
            colleagues.write_note(session(), item, body, is_public=is_public, mentions=mentions)
        if problems.wants_json():
            # What a reply set going may have changed the whole page.
            return jsonify(reload=getattr(item, "version", None) != before)
        return redirect(self.url_of(item.id))  # type: ignore[attr-defined]

    @expose("/<pk>/entries", methods=["GET"])
    @has_access
    @permission_name("entries")
    def entries(self, pk: Any) -> Any:
        """Show a part of the timeline: one kind of entries only, or those before one that is shown."""
        panel = self._timeline()
        item = self.one(pk)  # type: ignore[attr-defined]
        if not is_fragment():
            return redirect(self.url_of(item.id))  # type: ignore[attr-defined]
        wanted = Stretch(request.args.get("only", ""), before=as_id(request.args.get("before", "")))
        data = panel.load(self, item, current_actor(), wanted)
        return self.render_template("desk/panels/events.html", panel=data, view=self, item=item,  # type: ignore[attr-defined]
                                    action_base=self.url_base(item.id))  # type: ignore[attr-defined]

    @expose("/<pk>/presence", methods=["POST"])
    @has_access
    @permission_name("presence")
    def presence(self, pk: Any) -> Any:
        """Say that the reader looks at the record; answer who else does, and what was written or changed meanwhile.

        204 where there is nothing to tell. Customers are told of nobody, and of public entries only.
        """
        panel, actor = self._timeline(), current_actor()
        item = self.datamodel.get(pk, self._base_filters, ())  # type: ignore[attr-defined]
        if item is None:
            raise NotFound
        kind, after = type(item).record_type(), as_id(request.form.get("after", "0")) or 0
        sees_internal = self.may_see_internal(actor)  # type: ignore[attr-defined]
        shows_people = setting("web.presence")
        if shows_people:
            presence.be_here(session(), actor, kind, item.id, is_typing=request.form.get("typing") in YES)
        found = presence.around(session(), kind, item.id, public_only=not sees_internal)
        others = [one for one in found.here if one.user_id != actor.user_id] if sees_internal and shows_people else []
        part, seen = request.form.get("only", ""), _moment(request.form.get("changed", ""))
        is_news, is_changed = found.newest > after, found.changed is not None and found.changed > seen
        if not others and not is_news and not is_changed:
            return Response(status=204)

        def entries(wanted: Stretch) -> str:
            data = panel.load(self, item, actor, wanted)
            return str(self.render_template("desk/panels/events.html", panel=data, view=self, item=item,  # type: ignore[attr-defined]
                                            action_base=self.url_base(item.id)))  # type: ignore[attr-defined]

        return jsonify(
            people=self.render_template("desk/viewers.html", people=others),  # type: ignore[attr-defined]
            typing=self._typing([one.name for one in others if one.is_typing]), last=found.newest,
            entries=entries(Stretch(part, after=after)) if is_news else "",
            changed=entries(Stretch(part, changed=seen)) if is_changed else "",
            changed_at=found.changed.isoformat() if found.changed is not None else "",
        )

    @expose("/<pk>/colleagues", methods=["GET"])
    @has_access
    @permission_name("colleagues")
    def colleagues(self, pk: Any) -> Response:
        """Answer whom "@" may name: people with a log-in who work here and whom the reader may see."""
        self._writes_inside(pk)
        found = colleagues.find(session(), request.args.get("q", "")[:100])
        return jsonify(results=[{"id": key, "name": name, "group": group} for key, name, group in found])

    @expose("/<pk>/canned", methods=["GET"])
    @has_access
    @permission_name("canned")
    def canned(self, pk: Any) -> Response:
        """Answer the canned replies for this record, filled in."""
        item = self._writes_inside(pk)
        return jsonify(results=canned.offers(item, current_actor(), is_public=request.args.get("public") in YES))

    def composer_parts(self, _item: Any, _actor: Actor) -> list[str]:
        """Return the templates of what the composer asks for beside the text."""
        return []

    def said_beside(self, _entries: Sequence[Any], _actor: Actor) -> dict[int, str]:
        """Return what colleagues read beside entries of the timeline, by the ids of these."""
        return {}

    @staticmethod
    def _typing(names: list[str]) -> str:
        return _n("%(names)s is typing…", "%(names)s are typing…", len(names), names=listed(names)) if names else ""

    def _writes_inside(self, pk: Any) -> Any:
        # What colleagues tell one another is not for customers, and of no use to who writes nothing.
        self._timeline()
        item, actor = self.one(pk), current_actor()  # type: ignore[attr-defined]
        actor.require(f"{self.class_permission_name}.write")  # type: ignore[attr-defined]
        if not self.may_see_internal(actor):  # type: ignore[attr-defined]
            raise NotFound
        return item

    def _timeline(self) -> TimelinePanel:
        self._needs(TimelinePanel)
        return next(one for one in self.panels if isinstance(one, TimelinePanel))  # type: ignore[no-any-return]

    def _needs(self, panel: type[Any]) -> None:
        # What a page does not show can be put in nowhere either.
        if not any(isinstance(one, panel) for one in self.panels):
            raise NotFound


def beside_text(service: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said beside a note, a reply or a call, as far as the service of the record knows it."""
    return {name: given[name] for name in getattr(service, "beside_text", ()) if given.get(name) not in (None, "")}


def _minutes(raw: str) -> int:
    # What is no number is out of bounds, and refused as that.
    return int(raw or 0) if (raw or "0").isdecimal() and len(raw) < 6 else -1


def _moment(raw: str) -> datetime:
    # What is no moment is none: all that was ever changed is told again.
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        return EVER
    return found if found.tzinfo is not None else EVER
