"""An empty list says why it is empty, and what to do."""

import re
from datetime import UTC, datetime
from html import unescape

from flask import render_template_string

from addons.incident.models import Incident
from addons.incident.views.incident import IncidentView
from app.sdk.actor import acting_as
from app.sdk.i18n import _
from tests.fab.conftest import make_incident, written  # noqa: F401 - a fixture
from tests.support.people import make_actor

NOW = datetime(2026, 3, 5, tzinfo=UTC)
LIST = "/incident/incidents/list/"


def said(client, query=""):
    text = client.get(f"{LIST}?{query}").text
    return unescape(re.search(r'class="empty-state">(.*?)</section>', text, re.DOTALL)[1])


def test_nothing_yet_offers_to_create(cast, logged_in):
    text = said(logged_in(cast.agent))
    assert "Nothing here yet" in text
    assert "Log an incident" in text


def test_nothing_matches_offers_the_way_back(cast, logged_in, written):  # noqa: F811
    with written():
        make_incident(title="jam", group=cast.first_line)
    client = logged_in(cast.agent)
    filtered = said(client, "_flt_0_state=closed&as=table")
    assert "Nothing matches" in filtered
    assert f'href="{LIST}?as=table&view=all"' in filtered
    both = said(client, "_flt_0_state=closed&q=jam")
    assert "Nothing matches “jam”" in both
    (whole,) = re.findall(r'href="([^"]*q=jam)"', both)
    assert "jam" in client.get(whole).text
    assert "Nothing in “Resolved, not closed” at the moment" in said(client, "_flt_0_state=resolved&view=resolved")


def test_rows_that_the_reader_may_not_see_are_known_to_be_there(app, unit):
    view = next(one for one in app.appbuilder.baseviews if isinstance(one, IncidentView))
    assert not view.hides_all()
    incident = make_incident(title="jam")
    unit.flush()
    with acting_as(make_actor(["incident.read"], user_id=4711)):
        assert view.datamodel.count_capped(unit.query(Incident)) == 0
        assert view.hides_all()
        with app.test_request_context(LIST):
            told = _("Nothing that you may see")
            text = render_template_string("{% include 'desk/empty.html' %}", view=view, filters=view._filters)
    assert told in text
    incident.deleted_at = NOW
    unit.flush()
    assert not view.hides_all()
