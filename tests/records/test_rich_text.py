"""Texts: what is typed into a plain field reads as it was typed, whatever tags are in it."""

from hypothesis import given
from hypothesis import strategies as st

from app.records.rich_text import as_typed, in_words, is_formatted, sanitised, to_type

SNIPPETS = st.sampled_from(["<b>", "</b>", "<script>alert(1)</script>", "a < b", "&amp;", "&", "\n", "字", " ", "<p>",
                            "</p>", "<br>", "<gateway>", '"', "'"])
TYPED = st.lists(SNIPPETS, min_size=1, max_size=8).map("".join)


@given(TYPED)
def test_typed_text_comes_back_as_it_was_typed(text):
    assert to_type(as_typed(text)) == text


@given(TYPED)
def test_sanitising_takes_nothing_of_typed_text(text):
    kept = as_typed(text)
    assert sanitised(kept) == kept


@given(TYPED)
def test_typed_text_is_no_formatting(text):
    assert not is_formatted(as_typed(text))


def test_text_of_an_editor_stays():
    assert is_formatted("<p>One <b>two</b></p>")
    assert to_type("<p>One <b>two</b></p>") == "<p>One <b>two</b></p>"


def test_one_plain_paragraph_is_typed_without_its_tags():
    assert to_type("<p>Pull the plug &amp; wait</p>") == "Pull the plug & wait"
    assert not is_formatted("<p>Pull the plug</p>")


def test_a_text_in_words_is_one_line_without_formatting():
    assert in_words("<p>First:</p><ol><li>Pull</li><li>Wait &amp; see</li></ol>") == "First: Pull Wait & see"
    assert in_words("a < b\n c") == "a < b c"
