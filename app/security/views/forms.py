"""Forms that are of no record: set-up, one's profile, passwords."""

from typing import Any

from wtforms import BooleanField, PasswordField, StringField, validators

from app.sdk.i18n import _l
from app.security.settings import LANGUAGE_NAMES
from app.web.choices import ChoiceField, FixedChoices
from app.web.fields import LabelField
from app.web.form_words import DeskForm
from app.web.zone_choices import all_zones

REQUIRED = _l("This field is required.")


def language_field(**kwargs: Any) -> Any:
    """Return a field of the interface's languages."""
    return ChoiceField(_l("Language"), [validators.Optional()], of=FixedChoices(LANGUAGE_NAMES),
                       nothing=_l("As the desk"), **kwargs)


def timezone_field(**kwargs: Any) -> Any:
    """Return a field of time zones."""
    return ChoiceField(_l("Time zone"), [validators.Optional()], of=all_zones(), nothing=_l("As the desk"), **kwargs)


def _again(field: str) -> Any:
    return validators.EqualTo(field, _l("The two passwords differ."))


class NewPasswordForm(DeskForm):
    """A new password, twice."""

    password = PasswordField(_l("New password"), [validators.InputRequired(REQUIRED)],
                             render_kw={"autocomplete": "new-password"})
    password_again = PasswordField(_l("New password again"), [validators.InputRequired(REQUIRED), _again("password")],
                                   render_kw={"autocomplete": "new-password"})


class GivenPasswordForm(NewPasswordForm):
    """A new password for somebody else."""

    must_change = BooleanField(_l("To be changed at the next log-in"), default=True)


class OwnPasswordForm(NewPasswordForm):
    """One's own new password, with the old one."""

    old_password = PasswordField(_l("Present password"), [validators.InputRequired(REQUIRED)],
                                 render_kw={"autocomplete": "current-password"})


class SetupForm(DeskForm):
    """Who administers the desk, and the first work group."""

    name = StringField(_l("Your name"), [validators.InputRequired(REQUIRED), validators.Length(max=200)],
                       render_kw={"autocomplete": "name"})
    username = StringField(_l("User name"), [validators.InputRequired(REQUIRED), validators.Length(max=64)],
                           render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"), [validators.InputRequired(REQUIRED)],
                             render_kw={"autocomplete": "new-password"})
    password_again = PasswordField(_l("Password again"), [validators.InputRequired(REQUIRED), _again("password")],
                                   render_kw={"autocomplete": "new-password"})
    language = language_field(is_required=True)
    timezone = timezone_field(is_required=True)
    group = LabelField(_l("First work group"), description=_l("Everybody who works here is in a work group."))
