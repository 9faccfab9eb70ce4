"""Routes of a REST resource beside reading and writing its rows."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_appbuilder.api import expose
from flask_appbuilder.security.decorators import permission_name, protect
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.sdk.errors import BusinessError
from app.sdk.i18n import _
from app.web import odd_text

__all__ = ["NotAsked", "expose", "json_body", "of_record", "permission_name", "protect", "refuse_others"]


class NotAsked(BusinessError):
    """The list cannot be asked like this."""

    code, http_status = "invalid_query", 400

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message, fields={name: message})


def of_record(tail: str, *methods: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method the route of what stands around one record: it is given the record, as the caller sees it.

    The right is found by the name of the method. Raises NotFound for a record that is not the caller's to see.
    """

    def route(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def found(self: Any, pk: int, **rest: Any) -> Any:
            return method(self, self._one(pk), **rest)

        made = protect()(permission_name(method.__name__)(found))
        return expose(f"/<int:pk>{tail}", methods=methods)(made)  # type: ignore[no-any-return]

    return route


def json_body() -> dict[str, Any]:
    """Return the object that the request sends. Raises UnsupportedMediaType or BadRequest."""
    if not request.is_json:
        raise UnsupportedMediaType(_("The body must be JSON."))
    try:
        data = request.get_json()
    except (BadRequest, RecursionError) as error:
        raise BadRequest(_("The body is no JSON that can be read.")) from error
    if not isinstance(data, dict):
        raise BadRequest(_("The body must be a JSON object."))
    odd_text.refuse(data.items())
    return dict(data)


def refuse_others(arguments: MultiDict[str, str], *known: str) -> None:
    """Refuse an argument of an address that nobody reads: no question is answered as another one. Raises NotAsked."""
    for name in arguments:
        if name not in known:
            raise NotAsked(name, _("There is no argument “%(name)s” here.", name=name))
