"""The interface's files: an address with the content's hash is kept for a year, any other is asked for again."""

import gzip

from app.web.static_files import static_url


def url_of(app, path):
    with app.test_request_context():
        return static_url(path)


def test_a_fingerprinted_file_is_kept_for_a_year(app, client):
    address = url_of(app, "css/base.css")
    assert "?v=" in address
    answer = client.get(address)
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_another_hash_is_asked_for_again_and_answered_briefly(client, app):
    answer = client.get("/static/css/base.css?v=000000000000")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/css/base.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_text_is_squeezed_where_the_browser_can(client):
    plain = client.get("/static/icons.svg", headers={"Accept-Encoding": "identity"})
    squeezed = client.get("/static/icons.svg", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(squeezed.data) == plain.data
    assert len(squeezed.data) < len(plain.data) / 4
    assert "Accept-Encoding" in squeezed.headers["Vary"]


def test_nothing_outside_is_sent(client):
    for path in ("../web/theme.py", "..%2Fweb%2Ftheme.py", "addon/incident/../../x.py", "addon/nobody/x.js", "css"):
        assert client.get(f"/static/{path}").status_code == 404


def test_a_browser_finds_an_icon_of_itself(client):
    assert client.get("/favicon.ico").status_code == 200


def test_the_first_page_is_small(app, client):
    """What a first visit loads, compressed: the budget is 300 KB beyond it, so it stays below that itself."""
    page = client.get("/login/", follow_redirects=True).text
    files = {part.split('"')[0] for part in page.split('"/static/')[1:]}
    sizes = [len(client.get(f"/static/{name}".replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"}).data)
             for name in files]
    assert len(files) > 8
    assert sum(sizes) < 300_000
