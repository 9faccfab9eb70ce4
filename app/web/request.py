"""Every request is one unit of work with one actor.

    request -> [ unit of work [ acting as … [ hooks, view, response ] ] ] -> answer
                     |
                     +- an error leaves the unit first (rolled back), then becomes a page in a reading unit of its own
                     +- an answer of 400 and above rolls back as well
                     +- deadlocks and serialisation failures run the whole request again, up to three times
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, g, request
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException

from app.db import db, unit_of_work
from app.db.repeating import is_repeatable
from app.sdk.actor import ANONYMOUS, Actor, acting_as
from app.sdk.errors import BusinessError, Stale
from app.web import ids, odd_text, problems
from app.web.late_rule import LateRule

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ATTEMPTS = 3
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Refused(Exception):
    """Carries an answer of 400 and above out of its unit, so that the unit rolls back."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Failed(Exception):
    """Carries an error out of its unit, so that its page is not made in a broken transaction."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class DeskFlask(Flask):
    """Flask, with the unit of work around each request."""

    request_class = odd_text.DeskRequest
    url_rule_class = LateRule
    # Endpoints that need no database: files, health.
    unitless: frozenset[str] = frozenset({"static", "appbuilder.static", "healthz"})
    # Endpoints that write though they are only visited: where another site sends people back to us.
    writing: frozenset[str] = frozenset()
    # What an endpoint asks of others before its unit begins, so that a slow answer holds no transaction open.
    before_unit: Mapping[str, Callable[[], None]] = MappingProxyType({})

    # Told of each answer, once its unit is over.
    watchers: tuple[Callable[[Response], None], ...] = ()

    def full_dispatch_request(self) -> Response:
        """Run a request, and let those know who watch."""
        _begin_request()
        response = self._answer()
        for watcher in self.watchers:
            watcher(response)
        return response

    def _answer(self) -> Response:
        """Run a request in its unit of work, again where the database asks for it."""
        if request.endpoint in self.unitless:
            return super().full_dispatch_request()
        write = request.method not in SAFE_METHODS or request.endpoint in self.writing
        if write:
            _read_body()
        if request.endpoint in self.before_unit:
            self.before_unit[request.endpoint]()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._in_unit(write)
            except Refused as refused:
                return refused.response
            except Exception as error:  # noqa: BLE001 - told apart here, at the one place where requests end
                cause = error.error if isinstance(error, Failed) else error
                if not is_repeatable(cause) or attempt == ATTEMPTS:
                    return self._error_page(cause)
                log.info("request repeated: %s", type(cause).__name__)
                _forget_attempt()
                time.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    def _in_unit(self, write: bool) -> Response:
        with unit_of_work(write=write), ExitStack() as stack:
            stack.enter_context(_acting())
            response = super().full_dispatch_request()
            if write:
                if response.status_code >= 400:
                    raise Refused(response)
                db.session.flush()
            return response

    def handle_user_exception(self, e: Exception) -> Any:
        """Take the error out of the unit first; it comes back here once it is outside."""
        if g.get("unit_is_over") or request.endpoint in self.unitless:
            return super().handle_user_exception(e)
        raise Failed(e)

    def _handled(self, error: Exception) -> Any:
        # What no handler answers Flask raises again as the error in hand: it must be this one, not what carried it.
        try:
            raise error  # noqa: TRY301 - to be in hand
        except Exception as current:  # noqa: BLE001 - any error has its page
            return self.handle_user_exception(current)

    def _error_page(self, error: Exception) -> Response:
        g.unit_is_over = True
        if isinstance(error, StaleDataError):
            error = Stale()
        try:
            with unit_of_work(), _acting():
                return self.finalize_request(self._handled(error))
        except Exception as unhandled:
            if self.testing and self.config.get("PROPAGATE_EXCEPTIONS"):
                raise
            log.exception("request %s failed", g.request_id, exc_info=unhandled)
            with unit_of_work(), _acting():
                return self.finalize_request(problems.unexpected_error(unhandled), from_error_handler=True)


def init_app(app: Flask) -> None:
    """Attach the answers to errors and the request id."""
    app.register_error_handler(BusinessError, problems.business_error)
    app.register_error_handler(HTTPException, problems.http_error)
    app.before_request(_refuse_odd_text)
    app.after_request(_tell_request_id)
    ids.limit_integers(app.url_map)


def request_actor() -> Actor:
    """Return who makes this request."""
    if not current_user or not current_user.is_authenticated:
        return ANONYMOUS
    from app.security import actor_of

    return actor_of(current_user._get_current_object())  # type: ignore[no-any-return]


def _acting() -> Any:
    via = "api" if request.path.startswith("/api/") else "ui"
    return acting_as(request_actor(), via=via, request_id=g.request_id, ip=request.remote_addr)


def _begin_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.began_at = time.perf_counter()
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _read_body() -> None:
    # Before the unit begins: a client that sends slowly would hold the write lock of SQLite meanwhile. What is wrong
    # with the body is found again, and answered, where it is used.
    with suppress(HTTPException):
        request.get_data(parse_form_data=True)


def _refuse_odd_text() -> None:
    # No person types such, and PostgreSQL takes no zero byte: whoever sends it gets the same answer on every page.
    if request.method in SAFE_METHODS:
        return
    if any("\0" in value for value in (request.view_args or {}).values() if isinstance(value, str)):
        raise BadRequest
    odd_text.refuse((name, value) for name, found in request.form.lists() for value in (name, *found))
    odd_text.refuse((name, file.filename) for name, file in request.files.items(multi=True))


def _tell_request_id(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def _forget_attempt() -> None:
    # What the failed attempt left in the request's own memory belongs to rolled-back rows.
    for name in ("_login_user", "user", "viewing", "viewing_is_over", "desk_filters"):
        g.pop(name, None)
