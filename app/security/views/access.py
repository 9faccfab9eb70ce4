"""The access matrix: what each role allows, changed cell by cell."""

from typing import Any

from flask import flash, redirect, request
from werkzeug.exceptions import BadRequest

from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _
from app.security import matrix
from app.security.permissions import ROLE_WRITE
from app.security.services import role_service
from app.web.chrome import is_fragment
from app.web.page import Page, expose, has_access

# As many roles stand side by side on a screen, and as many rights are read at once.
SHOWN, RIGHTS = 6, 100


class AccessView(Page):  # type: ignore[misc]
    """/security/access/"""

    route_base = "/security/access"
    default_view = "index"
    class_permission_name = "role"
    method_permission_name = {"index": "read", "change": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the matrix."""
        every, names = matrix.modules(), matrix.role_names()
        module = self._module(every)
        asked = self._asked([key for key, _name in names])
        return self.render_template(
            "desk/access.html", title=_("Access matrix"), every=every, names=names, module=module, asked=asked,
            text=self._text(), modules=matrix.narrowed(every, self._text(), module), most=SHOWN,
            **self._context(asked),
        )

    @expose("/change", methods=["POST"])
    @has_access
    def change(self) -> Any:
        """Grant a role a right or a whole module, or take it away: `change` is `<role>:<right or @module>:<1 or 0>`."""
        role, _colon, rest = request.form.get("change", "").partition(":")
        what, _colon, on = rest.rpartition(":")
        code = what.removeprefix("@") if what.startswith("@") else self._module_of(what)
        module = next((one for one in matrix.modules() if one.key == code), None)
        if module is None or not role.isdecimal() or len(role) > 9:
            raise BadRequest
        refused, status = "", 200
        try:
            self._grant(int(role), module if what.startswith("@") else what, on == "1")
        except BusinessError as error:
            if not is_fragment():
                raise
            refused, status = error.message or _("Not allowed"), 422
        if is_fragment():
            asked = self._asked([key for key, _name in matrix.role_names()])
            shown = matrix.narrowed([module], self._text())
            return self.render_template("desk/access_module.html", module=(shown or [module])[0], refused=refused,
                                        text=self._text(), **self._context(asked)), status
        flash(_("The role is changed."), "success")
        return redirect(f"{self.route_base}/?{request.query_string.decode()}")

    @staticmethod
    def _grant(profile_id: int, what: Any, is_on: bool) -> None:
        actor = current_actor()
        keys = [what] if isinstance(what, str) else [
            right.key for right in what.rights if not matrix.is_administrative(right.key) or actor.can(right.key)]
        role_service.change_rights(actor, profile_id, add=keys if is_on else (), take=() if is_on else keys)

    @staticmethod
    def _context(asked: list[int]) -> dict[str, Any]:
        actor = current_actor()
        return {"columns": matrix.columns(asked), "actor_": actor, "may_write": actor.can(ROLE_WRITE),
                "query": request.query_string.decode()}

    @staticmethod
    def _asked(known: list[int]) -> list[int]:
        raw = [int(one) for one in request.args.getlist("role") if one.isdecimal() and len(one) < 10]
        return [key for key in known if key in raw][:SHOWN] or known[:SHOWN]

    @staticmethod
    def _module(every: list[matrix.Module]) -> str:
        asked = request.args.get("module")
        if asked is None:
            # Hundreds of rights are read module by module; a few stand on one page.
            return "" if sum(len(one.rights) for one in every) <= RIGHTS else every[0].key
        return asked if any(one.key == asked for one in every) else ""

    @staticmethod
    def _module_of(key: str) -> str:
        return next((one.key for one in matrix.modules({key})), "")

    @staticmethod
    def _text() -> str:
        return request.args.get("q", "").strip()[:100]
