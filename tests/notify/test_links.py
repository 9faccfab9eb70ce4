"""Links by which somebody decides without logging in: opening shows, the button decides, each holds once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from wtforms import StringField, validators

from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.notify import links, patience
from app.notify.models import SignedLink
from app.records import audit
from app.records.audit import AuditEntry
from app.records.settings import setting_service
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as, current_actor
from app.sdk.errors import InvalidField
from app.sdk.links import LinkAnswer, LinkPage, LinkPurpose
from app.web.form_words import DeskForm
from tests.support.people import csrf_token, make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
RECORD = ("sample", 7)


class ReasonForm(DeskForm):
    reason = StringField("Reason", [validators.Length(max=20)])


def decide(link, answer, values):
    if answer == "no" and not values["reason"]:
        audit.write(_session(), *RECORD, "update", {"sample": (None, "half")})
        raise InvalidField("reason", "Why not?")
    audit.write(_session(), *RECORD, "update", {"sample": (link.params["from"], answer)})
    return f"Decided by {current_actor().label}"


def _session():
    from app.db import session

    return session()


PURPOSE = LinkPurpose(
    "sample.decide", "Is it solved?", lambda link: LinkPage("Paper is in", (("Number", "INC-7 <b>"),)), decide,
    (LinkAnswer("yes", "Yes"), LinkAnswer("no", "No", "danger")), form=ReasonForm)


@pytest.fixture
def purpose(app):
    with app.app_context():
        store = current_registry().link_purposes
    store.append(PURPOSE)
    yield PURPOSE
    store.remove(PURPOSE)


@pytest.fixture
def link(app, purpose, monkeypatch):
    """`link(**options)` makes one for a person and returns its path."""
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://desk.example.com")
    app.extensions.pop(patience.EXTENSION, None)

    def made(**options):
        with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
            person = make_person(name="Wang Wei")
            url = links.make("sample.decide", RECORD, person.id, params={"from": "mail"}, **options)
        assert url.startswith("https://desk.example.com/link/")
        return url.removeprefix("https://desk.example.com")

    yield made
    app.extensions.pop(patience.EXTENSION, None)


@pytest.fixture
def client(client):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def decided(app):
    """What was decided: (who, by which way, answer)."""

    def read():
        with app.app_context(), unit_of_work(), acting_as(SYSTEM):
            rows = _session().execute(select(AuditEntry).where(AuditEntry.record_type == "sample")).scalars()
            return [(row.actor_label, row.via, [row.old, row.new]) for row in rows]

    return read


def test_opening_shows_and_only_the_button_decides(client, link, decided):
    path = link()
    for _time in range(2):
        shown = client.get(path)
        assert shown.status_code == 200
        assert "Paper is in" in shown.text
        assert "INC-7 &lt;b&gt;" in shown.text
        assert "no-store" in shown.headers["Cache-Control"]
    client.head(path)
    assert decided() == []
    done = client.post(path, data={"csrf_token": csrf_token(client, path), "answer": "yes"})
    assert (done.status_code, "Decided by Wang Wei" in done.text) == (200, True)
    assert decided() == [("Wang Wei", "mail", ["mail", "yes"])]


def test_holds_once(client, link, decided):
    path = link()
    token = csrf_token(client, path)
    answers = [client.post(path, data={"csrf_token": token, "answer": "yes"}).status_code for _time in range(2)]
    again = client.get(path)
    assert answers == [200, 410]
    assert (again.status_code, "used already" in again.text) == (410, True)
    assert len(decided()) == 1


def test_what_is_wrong_stands_beside_the_field_and_the_link_is_good_still(client, link, decided):
    path = link()
    token = csrf_token(client, path)
    for given, said in (({"answer": "no"}, "Why not?"), ({"answer": "maybe"}, "Choose one of the answers"),
                        ({}, "Choose"), ({"answer": "no", "reason": "x" * 30}, "20")):
        refused = client.post(path, data={"csrf_token": token, **given})
        assert (refused.status_code, said in refused.text) == (422, True), given
    assert decided() == []
    assert client.post(path, data={"csrf_token": token, "answer": "no", "reason": "Jams"}).status_code == 200


def test_without_the_token_of_the_page_nothing_is_decided(client, link, decided):
    path = link()
    assert client.post(path, data={"answer": "yes"}).status_code == 400
    assert decided() == []
    assert client.get(path).status_code == 200


def test_each_that_does_not_hold_says_why(app, client, link, decided):
    revoked, forged = link(), link().rpartition(".")[0] + "." + "A" * 27
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        assert links.revoke(("sample", 8)) == 0
        assert links.revoke(RECORD, "sample.other") == 0
        assert links.revoke(RECORD, "sample.decide") == 2
    for path, status, said in ((revoked, 410, "settled otherwise"),
                               (forged, 404, "none of ours"), ("/link/%E4%B8%AD", 404, "none of ours"),
                               ("/link/" + "x" * 900, 404, "none of ours")):
        answer = client.get(path)
        assert (answer.status_code, said in answer.text) == (status, True), path
    chinese = client.get(link(valid=timedelta(seconds=-1)), headers={"Accept-Language": "zh"})
    assert (chinese.status_code, "已过期" in chinese.text) == (410, True)
    assert decided() == []


def test_a_link_of_somebody_who_is_gone_does_not_hold(app, client, link):
    from app.organisation.models import Person

    path = link()
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        for person in session.execute(select(Person).where(Person.name == "Wang Wei")).scalars():
            person.is_active = False
        session.flush()
    assert client.get(path).status_code == 410


def test_what_is_stored_opens_nothing(app, client, link):
    path = link()
    with app.app_context(), unit_of_work(), acting_as(SYSTEM):
        row = _session().execute(select(SignedLink)).scalar_one()
    assert row.token_hash not in path
    for guess in (row.token_hash, str(row.id)):
        assert client.get(f"/link/{guess}").status_code == 404


def test_an_address_that_guesses_waits(app, client, link):
    path = link()
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        setting_service.change(SYSTEM, {"security.address_attempts": 3})
    answers = [client.get(f"/link/guess{number}").status_code for number in range(4)]
    assert answers == [404, 404, 404, 429]
    assert client.get(path).status_code == 429
    assert client.get(path, environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code == 200


def test_the_host_of_a_visitor_is_never_taken(app, purpose, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "")
    with app.test_request_context("/", headers={"Host": "evil.example"}), unit_of_work(write=True), acting_as(SYSTEM):
        assert links.make("sample.decide", RECORD, make_person().id).startswith("http://127.0.0.1:")


def test_old_links_are_tidied_up(app, client, link):
    from app.jobs import housekeeping

    link(), link()
    with app.app_context(), acting_as(SYSTEM, via="job"):
        with unit_of_work(write=True) as session:
            first = session.execute(select(SignedLink.id)).scalars().first()
            session.connection().execute(update(SignedLink).where(SignedLink.id == first).values(
                expires_at=clock.now() - timedelta(days=100)))
        housekeeping.tidy_up({})
        with unit_of_work():
            assert len(_session().execute(select(SignedLink.id)).all()) == 1
