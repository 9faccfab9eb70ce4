"""The page of the recycle bin: what was deleted, by whom, when and why; back again, or gone for good."""

from typing import Any, ClassVar

from flask import flash, redirect, request
from wtforms import StringField

from app.db import session
from app.records import recycle_bin
from app.records.permissions import RECYCLE_BIN_PURGE
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l
from app.web.form_words import DeskForm
from app.web.ids import as_id
from app.web.labels import automatic_label
from app.web.page import Page, expose, has_access
from app.web.staying import go_to
from app.web.words import actor_text

# So much of a name is typed to confirm that its record shall go.
TYPED = 60


class PurgeForm(DeskForm):
    """Purging is confirmed by typing what it is called."""

    typed = StringField(_l("Confirmation"), render_kw={"autocomplete": "off", "spellcheck": "false"})


class RecycleBinView(Page):  # type: ignore[misc]
    """One list of all kinds."""

    route_base = "/recycle-bin"
    default_view = "index"
    class_permission_name = "recycle_bin"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read", "restore": "read", "purge": "purge"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show what lies in the bin, newest first."""
        actor = current_actor()
        known = {name: str(automatic_label(name)) for name in recycle_bin.kinds(actor)}
        kind, text = request.args.get("kind", ""), request.args.get("q", "")[:100]
        kind = kind if kind in known else ""
        found = recycle_bin.page(actor, kind, text, as_id(request.args.get("before")))
        return self.render_template(
            "desk/recycle_bin.html", title=_("Recycle bin"), found=found, kinds=known, kind=kind, text=text,
            may_purge=actor.can(RECYCLE_BIN_PURGE), actor_text=actor_text,
            is_later=bool(request.args.get("before")))

    @expose("/<int:entry_id>/restore", methods=["POST"])
    @has_access
    def restore(self, entry_id: int) -> Any:
        """Take a record out of the bin; a refusal says what stands in the way."""
        actor = current_actor()
        entry, service = recycle_bin.one(actor, entry_id)
        name = entry.name
        try:
            with session().begin_nested():
                service.restore(actor, entry.record_id)
            flash(_("Restored: %(record)s", record=name), "success")
        except BusinessError as error:
            if error.http_status not in (409, 422):
                raise
            flash(error.message, "danger")
        return redirect(f"{self.route_base}/")

    @expose("/<int:entry_id>/purge", methods=["GET", "POST"])
    @has_access
    def purge(self, entry_id: int) -> Any:
        """Ask whether a record shall go for good, and let it go once its name is typed."""
        actor = current_actor()
        entry, service = recycle_bin.one(actor, entry_id)
        form, wanted = PurgeForm(), confirmation(entry.name)
        if request.method == "POST" and form.validate():
            if (form.typed.data or "").strip() != wanted:
                form.typed.errors = [_("Type “%(name)s” to confirm", name=wanted)]
            else:
                try:
                    with session().begin_nested():
                        service.purge(actor, entry.record_id)
                    flash(_("Purged: %(record)s", record=entry.name), "success")
                    return go_to(f"{self.route_base}/")
                except BusinessError as error:
                    if error.http_status not in (409, 422):
                        raise
                    form.form_errors = [error.message]
        body = self.render_template(
            "desk/purge.html", title=_("Purge %(record)s?", record=entry.name), entry=entry, form=form, wanted=wanted,
            files=recycle_bin.files_of(entry), action_url=f"{self.route_base}/{entry_id}/purge",
            back_url=f"{self.route_base}/")
        return body, 422 if request.method == "POST" else 200


def confirmation(name: str) -> str:
    """Return what has to be typed: the name, or its beginning where it is long."""
    return name.split(" / ", 1)[0][:TYPED].strip()


