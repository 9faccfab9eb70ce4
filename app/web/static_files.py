"""The interface's own files: each address carries a hash of the content, so that browsers keep the file for a year."""

import gzip
import hashlib
import time
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, url_for
from werkzeug.http import is_resource_modified
from werkzeug.utils import safe_join

ROOT = Path(__file__).resolve().parent.parent / "static"
PICTURES = "pictures/"  # of an addon, also while it is off
YEAR = 365 * 24 * 3600
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
          ".ico": "image/x-icon", ".webp": "image/webp", ".woff2": "font/woff2", ".json": "application/json",
          ".txt": "text/plain"}
_SQUEEZED = {".css", ".js", ".svg", ".json"}
_LOOK_AGAIN = 2.0  # seconds
_hashes: dict[Path, tuple[int, str]] = {}
_urls: dict[str, tuple[float, str | None]] = {}
_packed: dict[str, bytes] = {}


def static_url(path: str) -> str:
    """Return the address of a file under app/static or, as `addon/<name>/…`, of an addon's."""
    now = time.monotonic()
    known = _urls.get(path)
    if known is None or now - known[0] > _LOOK_AGAIN:
        found = _find(path)
        known = now, _fingerprint(found) if found is not None else None
        _urls[path] = known
    return _url(path, known[1], request.root_path if request else None)


@lru_cache(maxsize=1024)
def _url(path: str, tag: str | None, _root: str | None) -> str:
    # A page links to forty files.
    return url_for("static", filename=path, v=tag)


def serve(filename: str) -> Response:
    """Send a file: for a year under its present hash, else to be asked for again each time."""
    path = _find(filename)
    if path is None:
        abort(404)
    tag, content = _fingerprint(path), path.read_bytes()
    response = Response(content, mimetype=_TYPES.get(path.suffix, "application/octet-stream"))
    if path.suffix in _SQUEEZED:
        response.vary.add("Accept-Encoding")
        if "gzip" in request.accept_encodings:
            response.set_data(_gzipped(tag, content))
            response.headers["Content-Encoding"] = "gzip"
    response.set_etag(tag)
    if request.args.get("v") == tag:
        response.cache_control.public, response.cache_control.max_age = True, YEAR
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not is_resource_modified(request.environ, etag=response.headers["ETag"]):
        response.status_code = 304
        response.set_data(b"")
    return response


def init_static(app: Flask) -> None:
    """Serve the files under /static."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=serve)
    # Browsers ask for it by themselves where a page names no icon.
    app.add_url_rule("/favicon.ico", endpoint="static", defaults={"filename": "favicon.ico"})


def _find(path: str) -> Path | None:
    root, rest = ROOT, path
    if path.startswith("addon/"):
        _addon, name, rest = [*path.split("/", 2), "", ""][:3]
        registry = current_app.extensions.get("desk_registry")
        folder = registry.static_folders.get(name) if registry is not None else None
        if folder is None and registry is not None and rest.startswith(PICTURES):
            folder, rest = registry.picture_folders.get(name), rest.removeprefix(PICTURES)
        if folder is None:
            return None
        root = folder
    joined = safe_join(str(root), rest)
    found = Path(joined) if joined is not None else None
    return found if found is not None and found.is_file() else None


def _fingerprint(path: Path) -> str:
    changed = path.stat().st_mtime_ns
    known = _hashes.get(path)
    if known is None or known[0] != changed:
        known = changed, hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        _hashes[path] = known
    return known[1]


def _gzipped(tag: str, content: bytes) -> bytes:
    # A few dozen files in all, each squeezed once a process.
    if tag not in _packed:
        _packed[tag] = gzip.compress(content, 6, mtime=0)
    return _packed[tag]
