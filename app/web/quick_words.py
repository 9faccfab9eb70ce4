"""Translations, found once a request and language instead of once a word: a list says some five hundred of them."""

from typing import Any

from flask import Flask, g
from flask_babel import Domain, get_babel
from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup


class QuickDomain(Domain):  # type: ignore[misc]
    """Keeps the catalogue of the request's language beside it; another language (force_locale) is looked up anew."""

    def get_translations(self) -> Any:
        """Return the catalogue of the present language."""
        space = getattr(g, "_flask_babel", None) if g else None
        kept = getattr(space, "desk_words", None)
        if kept is not None and kept[0] is getattr(space, "babel_locale", None):
            return kept[1]
        found = super().get_translations()
        space = getattr(g, "_flask_babel", None) if g else None
        locale = getattr(space, "babel_locale", None)
        if space is not None and locale is not None:
            space.desk_words = (locale, found)
        return found


def init_words(app: Flask) -> None:
    """Let an application and its templates speak by it."""
    babel = get_babel(app).instance
    domain = babel.domain_instance = QuickDomain(domain=babel.domain)

    @pass_eval_context
    def say(context: EvalContext, msgid: str, **variables: Any) -> str:
        # As jinja2's own, which passes through three more calls for each word.
        text = domain.get_translations().ugettext(msgid)
        if context.autoescape:
            text = Markup(text)  # noqa: S704 - what stands in a template and its catalogue is ours
        return text % variables if variables or "%" in text else text  # type: ignore[no-any-return]

    app.jinja_env.globals.update(_=say, gettext=say)
