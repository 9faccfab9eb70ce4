"""Somebody at the desk without a browser: cookies, forms with their tokens, REST with the token in the header."""

import http.client
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html import unescape
from typing import Any

_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
_META = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back. `status` is 0 where the connection broke, and `text` says how."""

    status: int
    text: str
    url: str

    def json(self) -> Any:
        """Return the body as data."""
        return json.loads(self.text)


class Visitor:
    """A session with a running desk."""

    def __init__(self, url: str) -> None:
        self.url, self.token = url, ""
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> Answer:
        """Read a page, following where it sends on."""
        return self._send(urllib.request.Request(self.url + path))

    def submit(self, path: str, page: str | None = None, **values: str) -> Answer:
        """Send a form with the token of the page on which it stands."""
        return self.send(path, self.get(page or path), **values)

    def send(self, path: str, page: Answer, **values: str) -> Answer:
        """Send a form with the token of a page that was read before."""
        token = _TOKEN.search(page.text)
        assert token is not None, f"{path}: {page.status}, no form"
        data = urllib.parse.urlencode({"csrf_token": unescape(token[1]), **values}).encode()
        return self._send(urllib.request.Request(self.url + path, data=data))

    def log_in(self, username: str, password: str) -> None:
        """Log in through the page."""
        answer = self.submit("/login/", username=username, password=password)
        token = _META.search(answer.text)
        assert answer.status == 200, answer
        assert token is not None, answer.text[:500]
        assert "/login" not in answer.url, answer.url
        self.token = unescape(token[1])

    def rest(self, method: str, path: str, body: Any = None) -> Answer:
        """Call a REST resource as the page's own script would."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token}
        data = None if body is None else json.dumps(body).encode()
        return self._send(urllib.request.Request(f"{self.url}/api/v1{path}", data=data, headers=headers, method=method))

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.read().decode(errors="replace"), answer.url)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(errors="replace"), error.url or "")
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, f"{request.full_url}: {error!r}", "")
