"""One's own keys for programs that use the REST interface."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect
from flask_appbuilder.baseviews import BaseView, expose
from wtforms import SelectMultipleField, StringField, validators

from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l, listed
from app.security.right_texts import grouped, scope_texts
from app.security.services import token_service
from app.security.tokens import NewToken
from app.security.views.forms import REQUIRED
from app.security.views.own import logged_in
from app.web.choices import ChoiceField, FixedChoices
from app.web.form_words import DeskForm
from app.web.forms import put_errors

VALID_FOR = FixedChoices({
    30: _l("30 days"), 90: _l("90 days"), 365: _l("One year"), 0: _l("Until it is taken back"),
})


class TokenForm(DeskForm):
    """What a key is for, how long, what it may, and from where."""

    name = StringField(_l("What is it for?"), [validators.InputRequired(REQUIRED), validators.Length(max=100)])
    valid_for = ChoiceField(_l("Valid for"), [validators.InputRequired(REQUIRED)], of=VALID_FOR, default=90,
                            is_required=True)
    scopes = SelectMultipleField(_l("Rights"), choices=lambda: grouped(current_actor()),
                                 description=_l("Empty for all your rights; never more than you have at the moment."))
    networks = StringField(_l("Only from these addresses"), [validators.Optional(), validators.Length(max=1000)],
                           description=_l("Addresses and networks, such as 10.0.0.0/8, with commas between them; empty "
                                          "for everywhere."))


class TokenView(BaseView):  # type: ignore[misc]
    """/profile/tokens"""

    route_base = "/profile/tokens"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @logged_in
    def index(self) -> Any:
        """Show one's keys, or make one and show its secret this once."""
        actor, form, secret = current_actor(), TokenForm(), None
        if form.validate_on_submit():
            days = int(form.valid_for.data or 0)
            until = clock.now() + timedelta(days=days) if days else None
            try:
                secret = token_service.create(actor, NewToken(form.name.data, form.scopes.data or [], until,
                                                              [form.networks.data or ""]))
                form = TokenForm(formdata=None)
            except BusinessError as error:
                left = put_errors(form, error.fields)
                form.form_errors = [*form.form_errors, *(left if error.fields else [error.message])]
        status = 422 if form.errors or form.form_errors else 200
        now = clock.now()
        shown = [(token, listed(scope_texts(token.scopes)),
                  token.revoked_at is None and (token.expires_at is None or token.expires_at > now))
                 for token in token_service.of_user(actor.user_id or 0)]
        body = self.render_template("desk/tokens.html", title=_("My keys for programs"), form=form, secret=secret,
                                    tokens=shown, url=self.route_base)
        return body, status

    @expose("/<int:pk>/revoke", methods=["POST"])
    @logged_in
    def revoke(self, pk: int) -> Any:
        """Take one of one's keys back."""
        token_service.revoke(current_actor(), pk)
        flash(_("The key is taken back."), "success")
        return redirect(f"{self.route_base}/")
