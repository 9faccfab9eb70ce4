"""Files that a page sends: tables to be saved, pictures to be shown in place."""

from datetime import date
from urllib.parse import quote

from flask import send_file, stream_with_context
from werkzeug.wrappers import Response

from app.records.attachments import Attachment, path_of
from app.sdk.errors import NotFound
from app.web.export import MIME_TYPES, XLSX, Sheet, as_csv, as_xlsx
from app.web.time_filters import today


def send_table(table: Sheet, kind: str, *, name: str, title: str) -> Response:
    """Answer with a table as a file of that kind (a key of MIME_TYPES), called by its title where letters allow."""
    body = as_xlsx(table, title) if kind == XLSX else as_csv(table, kind)
    answer = Response(stream_with_context(body), mimetype=None, content_type=MIME_TYPES[kind])
    return as_table(answer, kind, name=name, title=title, day=today())


def as_table(answer: Response, kind: str, *, name: str, title: str, day: date) -> Response:
    """Return an answer with the headers by which a browser saves it as a table of that day."""
    ending = f"{day:%Y-%m-%d}.{'xlsx' if kind == XLSX else 'csv'}"
    # A header has Latin letters only; whoever knows the second form saves the file under its title.
    named = {"filename": f"{name}-{ending}", "filename*": f"UTF-8''{quote(f'{title} {ending}', safe='')}"}
    answer.headers.set("Content-Disposition", "attachment", **named)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def send_picture(wanted: Attachment) -> Response:
    """Answer with a picture to be shown in place; by what it is, whatever it is called. Raises NotFound."""
    if not wanted.is_picture or not path_of(wanted).exists():
        raise NotFound
    response = send_file(path_of(wanted), mimetype=wanted.mime_type, etag=wanted.sha256)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
