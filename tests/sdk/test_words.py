"""Words: each reader's language, the other one where a text is missing; errors carry what a user can act on."""

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, MissingFields, NotFound
from app.sdk.i18n import bilingual, language


@pytest.fixture(scope="module")
def words():
    app = Flask(__name__)
    Babel(app)
    return app


@pytest.fixture
def request_context(words):
    with words.test_request_context():
        yield


class TestBilingual:
    @pytest.mark.parametrize(("reader", "value", "shown"), [
        ("zh", {"en": "High", "zh": "高"}, "高"),
        ("en", {"en": "High", "zh": "高"}, "High"),
        ("zh", {"en": "High"}, "High"),
        ("en", {"en": "", "zh": "高"}, "高"),
        ("de", {"en": "High", "zh": "高"}, "High"),
        ("zh_Hans_CN", {"en": "High", "zh": "高"}, "高"),
        ("en", None, ""),
        ("en", {}, ""),
        ("zh", "as typed", "as typed"),
    ])
    def test_reads(self, request_context, reader, value, shown):
        with force_locale(reader):
            assert bilingual(value) == shown

    def test_without_a_request_it_is_english(self):
        assert language() == "en"
        assert bilingual({"en": "High", "zh": "高"}) == "High"


class TestErrors:
    @pytest.mark.parametrize(("error", "code", "status", "fields"), [
        (BusinessError("no"), "business_error", 422, {}),
        (BusinessError("no", code="addon.case", http_status=400), "addon.case", 400, {}),
        (NotFound("no"), "not_found", 404, {}),
        (Forbidden("no"), "forbidden", 403, {}),
        (Conflict("no"), "conflict", 409, {}),
        (InvalidField("title", "no"), "invalid_field", 422, {"title": "no"}),
    ])
    def test_says_what_it_is(self, error, code, status, fields):
        assert (error.message, str(error)) == ("no", "no")
        assert (error.code, error.http_status, error.fields) == (code, status, fields)

    def test_missing_fields_have_a_word_each(self, request_context):
        error = MissingFields(["caller", "title"])
        assert list(error.fields) == ["caller", "title"]
        assert all(error.fields.values())
        assert error.code == "missing_fields"

    def test_a_code_of_one_error_is_not_lent_to_the_next(self):
        Conflict("no", code="incident.open_children")
        assert Conflict("no").code == "conflict"
