"""The page of a signed link: opening it shows what may be decided, and only its button decides."""

from typing import Any

from flask import request
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.security.decorators import no_cache

from app.notify import links, patience
from app.sdk.actor import Actor, acting_as, current_context
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _
from app.sdk.links import Link, LinkPurpose
from app.web.form_words import DeskForm
from app.web.forms import put_errors

ANSWER = "answer"


class LinkView(BaseView):  # type: ignore[misc]
    """/link/<token>: no log-in is needed, the link is the right."""

    route_base = "/link"
    default_view = "index"

    @expose("/<string:token>", methods=["GET", "POST"])
    @no_cache
    def index(self, token: str) -> Any:
        """Show what may be decided, or decide it."""
        patience.check(request.remote_addr)
        try:
            link = links.use(token) if request.method == "POST" else links.opened(token)
        except links.LinkRefused:
            patience.note(request.remote_addr)
            raise
        purpose, context = links.purposes()[link.purpose], current_context()
        whose = Actor(user_id=None, label=link.person_name, person_id=link.person_id, is_system=True)
        with acting_as(whose, via="mail", cause="link", request_id=context.request_id, ip=context.ip):
            return self._answer(purpose, link)

    def _answer(self, purpose: LinkPurpose, link: Link) -> Any:
        form = (purpose.form or DeskForm)()
        page = purpose.show(link)
        if form.validate_on_submit():
            try:
                said = purpose.decide(link, self._chosen(purpose), self._values(form))
                return self.render_template("desk/link_done.html", title=purpose.title, text=said)
            except BusinessError as refusal:
                left = put_errors(form, refusal.fields)
                form.form_errors = [*form.form_errors, *(left if refusal.fields else [refusal.message])]
        body = self.render_template("desk/link.html", title=purpose.title, page=page, form=form, purpose=purpose,
                                    names=list(self._values(form)))
        return body, 422 if form.errors or form.form_errors else 200

    @staticmethod
    def _chosen(purpose: LinkPurpose) -> str:
        answer = request.form.get(ANSWER, "")
        if answer not in {one.key for one in purpose.answers}:
            raise InvalidField(ANSWER, _("Choose one of the answers."))
        return answer

    @staticmethod
    def _values(form: Any) -> dict[str, Any]:
        return {field.short_name: field.data for field in form if field.type != "CSRFTokenField"}
