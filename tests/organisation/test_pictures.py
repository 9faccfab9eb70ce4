"""Pictures of people: shown where the person is, changed by whoever may edit people, nothing but pictures."""

import base64
import io

import pytest

from tests.support.people import csrf_token

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def send(client, base, content, name="me.png"):
    sent = {"remove": "1"} if content is None else {"file": (io.BytesIO(content), name)}
    data = {"csrf_token": csrf_token(client, "/profile/password"), **sent}
    return client.post(f"{base}/face", data=data)


def test_a_picture_is_put_up_seen_and_taken_down(cast, logged_in):
    agent, who = logged_in(cast.agent), cast.customer.person_id
    base = f"/organisation/people/{who}"
    assert agent.get(f"{base}/face").status_code == 404
    assert send(agent, base, PNG).status_code == 302
    with agent.get(f"{base}/face") as shown:
        assert (shown.data, shown.mimetype, shown.headers["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")
    assert f'src="{base}/face?of=' in agent.get(f"{base}/card").text
    assert f'src="{base}/face?of=' in agent.get(f"/organisation/people/show/{who}").text
    assert send(agent, base, None).status_code == 302
    assert agent.get(f"{base}/face").status_code == 404


@pytest.mark.parametrize("content", [
    b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ" * 50, PNG + b"x" * 100_000,
])
def test_nothing_but_a_picture(cast, logged_in, content, monkeypatch):
    for module in ("app.organisation.pictures", "app.organisation.views.person"):
        monkeypatch.setattr(f"{module}.MOST_BYTES", 50_000)
    agent, base = logged_in(cast.agent), f"/organisation/people/{cast.customer.person_id}"
    assert send(agent, base, content, "me.png").status_code == 422
    assert agent.get(f"{base}/face").status_code == 404


def test_only_those_who_edit_people(cast, logged_in):
    base = f"/organisation/people/{cast.customer.person_id}"
    assert send(logged_in(cast.specialist), base, PNG).status_code in (302, 403)
    assert logged_in(cast.agent).get(f"{base}/face").status_code == 404
