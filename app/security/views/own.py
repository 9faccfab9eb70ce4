"""What needs no right: whatever is one's own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, redirect, request
from flask_login import current_user

from app.sdk.errors import Forbidden


def logged_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let in everybody who is logged in; no further right is needed for what is one's own."""

    @wraps(view)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return redirect(f"{self.appbuilder.get_url_for_login}?next={request.path}")
        if "api_token" in g:
            raise Forbidden  # a program with some of its user's rights must not get itself the others
        return view(self, *args, **kwargs)

    return guarded
