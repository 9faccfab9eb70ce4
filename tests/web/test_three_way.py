"""Laws of merging two changes of one record."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.web.text_diff import text_diff
from app.web.three_way import merge
from app.web.wire import digest

NAMES = ("title", "caller", "tags")
# Few values, so that all ways to agree and to differ come up.
values = st.sampled_from([(), ("a",), ("b",), ("a", "b")])
records = st.fixed_dictionaries(dict.fromkeys(NAMES, values))


@settings(max_examples=200)
@given(seen=records, theirs=records, mine=records)
def test_each_field_is_theirs_or_mine_or_in_dispute(seen, theirs, mine):
    found = merge({name: digest(one) for name, one in seen.items()}, theirs, mine)
    for name in NAMES:
        was, now, typed = seen[name], theirs[name], mine[name]
        assert (name in found.disputed) == (was != now and was != typed and now != typed)
        assert (name in found.taken) == (was == typed != now)
        kept = now if name in found.taken else typed
        if name not in found.disputed:
            # Nobody's change is lost: the result is the value of whoever changed it, of both where they agree.
            assert kept == (now if typed == was else typed)
            assert was in (now, typed) or kept == now == typed


@settings(max_examples=50)
@given(theirs=records, mine=st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, values)))
def test_what_nothing_is_known_of_is_never_lost(theirs, mine):
    found = merge({}, theirs, mine)
    assert set(found.disputed) == {name for name in mine if mine[name] != theirs[name]}
    assert set(found.taken) == set(NAMES) - set(mine)


@settings(max_examples=100)
@given(old=st.text(alphabet="ab <&打印", max_size=12), new=st.text(alphabet="ab <&打印", max_size=12))
def test_a_difference_holds_both_texts(old, new):
    import re
    from html import unescape

    shown = text_diff(old, new)
    without = {tag: unescape(re.sub(rf"<{tag}>.*?</{tag}>|</?(?:ins|del)>", "", shown, flags=re.DOTALL))
               for tag in ("ins", "del")}
    assert (without["ins"], without["del"]) == (old, new)
