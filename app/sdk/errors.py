"""Refusals that a user can act on. Pages, REST and jobs translate them in one place each."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.sdk.i18n import _


class BusinessError(Exception):
    """A refusal: what to tell the user, which fields it concerns, and the HTTP status it answers with."""

    code = "business_error"
    http_status = 422

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        code: str | None = None,
        http_status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, str] = dict(fields or {})
        self.code = code or self.code
        self.http_status = http_status or self.http_status
        # More that a program may want to know: it becomes part of the problem document.
        self.details: dict[str, Any] = {}


class NotFound(BusinessError):
    """The record does not exist, or the actor may not see it: the two look alike on purpose."""

    code = "not_found"
    http_status = 404

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or _("This record does not exist or you may not see it."))


class Forbidden(BusinessError):
    """The actor lacks a right."""

    code = "forbidden"
    http_status = 403

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or _("You do not have the right to do this."))


class Conflict(BusinessError):
    """The record is not in a state that allows this, or somebody else changed it meanwhile."""

    code = "conflict"
    http_status = 409


class Stale(Conflict):
    """Somebody else changed the record since it was read; `details` holds the `version` that it has now."""

    code = "stale"

    def __init__(self, version: int | None = None) -> None:
        super().__init__(_("Somebody else changed this record meanwhile. Look at their change, then save again."))
        self.details = {} if version is None else {"version": version}


class InvalidField(BusinessError):
    """One field is wrong."""

    code = "invalid_field"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, fields={field: message})


class MissingFields(BusinessError):
    """Fields that must be filled are empty."""

    code = "missing_fields"

    def __init__(self, names: Iterable[str]) -> None:
        text = _("This field is required.")
        super().__init__(_("Fill in the required fields."), fields=dict.fromkeys(names, text))
