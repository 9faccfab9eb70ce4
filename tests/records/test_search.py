"""What is found by what words: against an oracle that compares texts, on both databases."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.ticket.models import Ticket
from app.db import db, unit_of_work
from app.records import search
from app.records.search import SearchEntry, matching
from app.records.search_missing import index_batch
from app.records.tokens import MAX_LENGTH, asked, fold, tokens
from app.sdk.actor import SYSTEM, acting_as
from tests.support.people import make_person

CHINESE = "打印机卡纸无法连接网络邮箱密码重置"
words = st.text(st.sampled_from(string.ascii_letters + string.digits + "éÜＡ"), min_size=1, max_size=8)
runs = st.text(st.sampled_from(CHINESE), min_size=1, max_size=6)
titles = st.lists(words | runs, min_size=1, max_size=5)


def has(parts: list[str], question: str) -> bool:
    """The oracle: each Latin word begins a word of the text, each Chinese run stands in one of its runs."""
    folded = [fold(part) for part in parts]
    for word in asked_parts(question):
        if word.isascii():
            if not any(part.startswith(word) for part in folded):
                return False
        elif not any(word in part for part in folded):
            return False
    return True


def asked_parts(question: str) -> list[str]:
    return [fold(part) for part in question.split()]


class TestTokens:
    @given(titles, st.data())
    def test_a_text_is_found_by_any_part_of_it(self, parts, data):
        part = data.draw(st.sampled_from(parts))
        start = data.draw(st.integers(0, len(part) - 1)) if not fold(part).isascii() else 0
        piece = part[start:data.draw(st.integers(start + 1, len(part)))]
        stored = set(tokens(" ".join(parts), names=True))
        for one in asked(piece):
            assert any(token in stored or (one.begins and any(known.startswith(token) for known in stored))
                       for token in one.tokens)

    @pytest.mark.parametrize("typed", ["dayinji", "dyj", "kazhi", "kz", "DAYIN", "jikazhi"])
    def test_by_pinyin_and_initials_from_any_character_on(self, typed):
        stored = set(tokens("三楼打印机卡纸", names=True))
        (one,) = asked(typed)
        assert any(known.startswith(token) for token in one.tokens for known in stored)

    def test_numbers_of_tickets_without_their_zeros(self):
        assert {"inc00042", "42"} <= set(tokens("INC00042"))

    @pytest.mark.parametrize("text", ["", "  ", "%_'\"", "…！", None])
    def test_what_has_no_word_has_no_token(self, text):
        assert list(tokens(text)) == []
        assert asked(text or "") == []

    @given(st.text(max_size=300))
    def test_tokens_hold_nothing_that_a_question_would_have_to_escape(self, given_text):
        for token in tokens(given_text, names=True):
            assert 0 < len(token) <= MAX_LENGTH
            assert all(one.isalnum() or one == "_" or not one.isascii() for one in token)
            assert not set(token) & set(" '\"\\:&|!()*<>")


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
class TestIndex:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(titles, min_size=1, max_size=4), st.data())
    def test_what_is_found_is_what_has_the_words(self, unit, written, data):
        ids = {incident_service.create(SYSTEM, {"title": " ".join(parts), "caller": make_person()}).id: parts
               for parts in written}
        source = data.draw(st.sampled_from(written))
        question = data.draw(st.sampled_from(source))
        question = question[:data.draw(st.integers(1, len(question)))]
        found = {key for key in _found(unit, question) if key in ids}
        expected = {key for key, parts in ids.items() if has(parts, question)}
        # Pinyin finds more; nothing that has the words may be missing, and Chinese finds nothing else.
        assert expected <= found
        if not fold(question).isascii() and len(question) > 1 and not any(one.isascii() for one in fold(question)):
            assert all(all(pair in " ".join(map(fold, ids[key])) for pair in _pairs(fold(question))) for key in found)

    def test_it_follows_what_is_changed_and_deleted(self, unit):
        one = incident_service.create(SYSTEM, {"title": "打印机卡纸", "caller": make_person()})
        assert _found(unit, "打印机") == [one.id]
        incident_service.update(SYSTEM, one.id, {"title": "Network down"})
        assert _found(unit, "打印机") == []
        assert _found(unit, "netw") == [one.id]
        unit.delete(one)
        unit.flush()
        assert unit.execute(select(func.count()).select_from(SearchEntry)
                            .where(SearchEntry.record_id == one.id)).scalar() == 0
        assert _found(unit, "netw") == []

    def test_a_search_of_all_tickets_finds_each_kind(self, unit):
        one = incident_service.create(SYSTEM, {"title": "Unheard-of-word", "caller": make_person()})
        assert list(unit.execute(select(Ticket.id).where(matching(Ticket, "unheard"))).scalars()) == [one.id]

    @pytest.mark.parametrize("typed", [
        "' OR 1=1", '"', "a:* | b", "NEAR(a b)", "p_", "_", "*", "打'印", "\\", "a" * 500,
    ])
    def test_no_question_breaks_it(self, unit, typed):
        incident_service.create(SYSTEM, {"title": "something", "caller": make_person()})
        assert isinstance(_found(unit, typed), list)

    def test_what_is_missing_is_brought_in(self, app, database):
        database.is_dirty = True
        with app.app_context(), acting_as(SYSTEM):
            with unit_of_work(write=True) as unit:
                one = incident_service.create(SYSTEM, {"title": "Forgotten", "caller": make_person()})
                unit.connection().execute(delete(SearchEntry).where(SearchEntry.record_id == one.id))
            with unit_of_work() as unit:
                assert _found(unit, "forgotten") == []
            assert index_batch(Incident, 0) == one.id
            assert index_batch(Incident, 0) == 0
            with unit_of_work() as unit:
                assert _found(unit, "forgotten") == [one.id]


def _pairs(run: str) -> list[str]:
    return [run[place:place + 2] for place in range(len(run) - 1)]


def _found(unit, typed):
    return list(unit.execute(select(Incident.id).where(matching(Incident, typed))).scalars())


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_the_index_serves_the_question(context, unit):
    if db.engine.dialect.name == "postgresql":
        unit.execute(text("SET LOCAL enable_seqscan = off"))
    statement = select(SearchEntry.record_id).where(search._has(asked("打印 net")))
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN " if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    plan = "\n".join(str(row) for row in unit.execute(text(explain + str(compiled).replace(":", r"\:"))))
    assert "ix_search_entry_tokens" in plan or "VIRTUAL TABLE INDEX" in plan, plan
