"""Changing a record without leaving the page on which one sees it: a list, a board."""

import json

from flask import flash, redirect, request
from werkzeug.wrappers import Response


def is_part() -> bool:
    """Say whether the answer is put into the page that is open."""
    return request.headers.get("HX-Request") == "true"


def stays() -> bool:
    """Say whether the reader stays on the page that is open."""
    return is_part() and bool(request.args.get("stay"))


def go_to(url: str) -> Response:
    """Send the reader to another page, also out of a dialog that is a part of one."""
    if is_part():
        return Response(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def changed(pk: int, message: str, back: str = "/") -> Response:
    """Tell the open page that a record was changed, so that it shows it anew; a page without script goes `back`."""
    if not is_part():
        flash(message, "success")
        return redirect(back)
    return Response(status=204, headers={"HX-Trigger": event("record-changed", id=pk, message=message)})


def event(name: str, **said: object) -> str:
    """Return an event for the open page, as the header HX-Trigger says it."""
    return json.dumps({name: said})
