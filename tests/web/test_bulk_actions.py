"""Actions on many rows of any view: what is offered, what an addon adds to another's list, what an action may be."""

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.organisation.models import Company
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import Conflict
from app.web.bulk import BulkAction, ChangeFields, actions_of
from app.web.extensions import ViewExtension, extend
from app.web.record_view import RecordView
from tests.support.people import csrf_token, make_company

COMPANIES = "/organisation/companies"


class Ring(BulkAction):
    """An action of an addon's own."""

    key, label = "ring", "Ring"


class PlainView(RecordView):
    """A page without a life cycle."""

    service = object()
    bulk_actions = [ChangeFields("name", label="Rename")]


@pytest.fixture
def companies(app, cast):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        return [make_company(name=f"Company {letter}").id for letter in "ABC"]


def names(app):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        return list(session.execute(select(Company.name).order_by(Company.id)).scalars())


def send(client, address, **values):
    return client.post(address, data={"csrf_token": csrf_token(client, f"{COMPANIES}/add"), **values})


def test_an_addon_adds_an_action_to_anothers_list():
    pages = {PlainView: PlainView}
    extend(pages, ViewExtension("PlainView", bulk_actions=[Ring()]))
    made = pages[PlainView]
    assert [one.key for one in actions_of(made)] == ["change.name", "ring", "custom", "tags", "watch", "delete"]
    assert [one.key for one in actions_of(PlainView)] == ["change.name", "custom", "tags", "watch", "delete"]


def test_an_action_that_says_nothing_else_cannot_be_undone():
    with pytest.raises(Conflict):
        Ring().put_back(None, SYSTEM, None, {}, 1)


class TestAPlainList:
    def test_offers_what_its_service_can(self, cast, logged_in, companies):
        page = logged_in(cast.manager).get(f"{COMPANIES}/list/").text
        assert ("/bulk/delete" in page, "/bulk/tags" in page, "/bulk/watch" in page) == (True, False, False)

    def test_deletes_what_is_picked_and_leaves_what_somebody_changed(self, app, cast, logged_in, companies):
        one, stale, kept = companies
        client = logged_in(cast.manager)
        preview = client.get(f"{COMPANIES}/bulk/delete?ids={one},{stale}").text
        assert ("2 records will be changed" in preview, f'value="{one}:1"' in preview) == (True, True)
        answer = send(client, f"{COMPANIES}/bulk/delete", reason="Gone",
                      pick=[f"{one}:1", f"{stale}:99"])
        assert ("1 record done" in answer.text, "Somebody else changed" in answer.text) == (True, True)
        assert names(app)[-2:] == ["Company B", "Company C"]
        assert kept

    def test_unknown_actions_and_foreign_rights(self, app, cast, logged_in, companies):
        before = names(app)
        assert logged_in(cast.manager).get(f"{COMPANIES}/bulk/fly?ids={companies[0]}").status_code == 404
        auditor = logged_in(cast.auditor)
        assert auditor.get(f"{COMPANIES}/bulk/delete?ids={companies[0]}").status_code == 403
        token = csrf_token(auditor, "/profile/password")
        refused = auditor.post(f"{COMPANIES}/bulk/delete", data={"csrf_token": token, "pick": f"{companies[0]}:1"})
        assert (refused.status_code, names(app)) == (403, before)
        unsigned = logged_in(cast.manager).post(f"{COMPANIES}/bulk/delete", data={"pick": f"{companies[0]}:1"})
        assert (unsigned.status_code, names(app)) == (400, before)

    def test_goes_back_to_its_own_list_only(self, cast, logged_in, companies):
        client = logged_in(cast.manager)
        for back, goes in ((f"{COMPANIES}/list/?q=A", f"{COMPANIES}/list/?q=A"),
                           ("https://example.org/", f"{COMPANIES}/list/")):
            page = client.get(f"{COMPANIES}/bulk/delete", query_string={"ids": companies[0], "back": back}).text
            assert f'class="btn" href="{goes}"' in page
