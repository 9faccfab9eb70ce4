"""`Idempotency-Key`: a program that got no answer sends its request again, and it is done once all the same."""

import hashlib
import json
import re
from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from app.db import session
from app.records import answered
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
_KEY = re.compile(rf"[\x21-\x7e]{{1,{answered.LONGEST_KEY}}}", re.ASCII)


class KeyReused(BusinessError):
    """The key stands for another request already."""

    code = "idempotency_key_reused"


def once(do: Callable[[], tuple[Response, int]], again: Callable[[int, int], Response]) -> Response:
    """Do what is asked and return its answer; where its key was done before, return what `again` makes of that.

    `do` returns the answer and the id of the record that it is about; `again` takes the status and that id. A request
    that is refused leaves no trace of its key. Raises InvalidField for a key that is none, KeyReused.
    """
    key, user_id = request.headers.get(HEADER), current_actor().user_id
    if key is None or user_id is None:
        return do()[0]
    if not _KEY.fullmatch(key):
        raise InvalidField(HEADER, _("Give 1 to %(number)s letters, digits and signs without spaces.",
                                     number=answered.LONGEST_KEY))
    asked = _hash()
    before = answered.take(session(), user_id, key, asked)
    if before is not None:
        if before.request_hash != asked:
            text = _("This key was sent with another request already. Use a new one.")
            raise KeyReused(text, fields={HEADER: text})
        answer = again(before.status, before.record_id)
        answer.headers[REPLAYED] = "true"
        return answer
    answer, record_id = do()
    answered.answered(session(), user_id, key, answer.status_code, record_id)
    return answer


def _hash() -> str:
    # Another order of the fields is the same request.
    body = json.dumps(request.get_json(silent=True), sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.full_path}\n{body}".encode()).hexdigest()
