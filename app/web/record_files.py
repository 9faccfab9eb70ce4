"""The files of a record, by page and by REST: taken in, found again by whoever may see them, sent as a download."""

from collections.abc import Iterable
from typing import Any

from flask import request, send_file
from werkzeug.wrappers import Response

from app.db import record_type_of, session
from app.records import attachments
from app.records.attachments import Attachment
from app.sdk.errors import MissingFields, NotFound

YES = ("1", "y", "true", "on")


def take_in(item: Any, *, sees_internal: bool) -> list[Attachment]:
    """Store the files that were sent for a record. Raises MissingFields or InvalidField, and then keeps none."""
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        raise MissingFields(["file"])
    # What a customer hands in is never hidden from customers.
    is_public = request.form.get("is_public") in YES or not sees_internal
    return [attachments.add(session(), item, file.filename or "", file.read(attachments.most_bytes() + 1),
                            is_public=is_public) for file in files]


def seen(item: Any, *, sees_internal: bool, parts: Iterable[int] = ()) -> list[Attachment]:
    """Return the files of a record, and of what became part of it, that the reader may see."""
    found = attachments.of_record(session(), record_type_of(type(item)), item.id, parts)
    return [file for file in found if file.is_public or sees_internal]


def one(item: Any, attachment_id: int, *, sees_internal: bool) -> Attachment:
    """Return a file of a record. Raises NotFound where there is none, or none that the reader may see."""
    wanted = next((file for file in seen(item, sees_internal=sees_internal) if file.id == attachment_id), None)
    if wanted is None or not attachments.path_of(wanted).exists():
        raise NotFound
    return wanted


def send(wanted: Attachment) -> Response:
    """Answer with a file as a download, never as a page."""
    response = send_file(attachments.path_of(wanted), mimetype=wanted.mime_type, as_attachment=True,
                         download_name=wanted.name, etag=wanted.sha256)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
