"""The tool that keeps the catalogues: what it keeps, drops and refuses."""

import pytest

from tools import translation_sources as sources
from tools import translations

WORDS = [
    sources.Word("Save", "app/b.py"), sources.Word("New", "app/a.py", "state"), sources.Word("New", "app/a.py"),
    sources.Word("Saved: %(record)s", "app/b.py"), sources.Word(("%(num)s day", "%(num)s days"), "app/a.py"),
]
CHINESE = {"Save": "保存", "New": "新建", "Saved: %(record)s": "已保存：%(record)s", "%(num)s day": "%(num)s 天"}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A repository that says these words; what a test puts into the list is said as well."""
    said = list(WORDS)
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "ENGLISH", tmp_path / "en" / "LC_MESSAGES" / "messages.po")
    monkeypatch.setattr(sources, "words", lambda: {"platform": said})
    return said


@pytest.fixture
def catalogue(desk):
    """The complete catalogue of that repository."""
    translations.update()
    path = translations.path_of("platform")
    made = translations.read(path)
    for entry in made:
        text = CHINESE.get(entry.id if isinstance(entry.id, str) else entry.id[0])
        if entry.id:
            entry.string = (text,) if entry.pluralizable else text
    path.write_text(translations.text_of(made), encoding="utf-8")
    return path


def _change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_complete_catalogue_has_no_fault(catalogue):
    assert list(translations.faults()) == []
    assert translations.check() == 0


def test_updating_again_changes_nothing(catalogue):
    before = catalogue.read_bytes()
    translations.update()
    assert catalogue.read_bytes() == before
    assert b"Date" not in before
    assert b".py:" not in before  # no line numbers


def test_the_order_of_the_source_does_not_matter(catalogue, desk):
    before = catalogue.read_bytes()
    desk.reverse()
    translations.update()
    assert catalogue.read_bytes() == before


def test_a_new_word_is_missed_until_it_is_translated(catalogue, desk):
    desk.append(sources.Word("Close", "app/a.py"))
    assert translations.check() == 1
    assert any("no translation of 'Close'" in fault for fault in translations.faults())
    translations.update()
    assert "保存" in catalogue.read_text(encoding="utf-8")
    assert [fault for fault in translations.faults() if "Close" not in fault] == []


def test_what_nothing_says_any_more_is_obsolete_and_dropped(catalogue, desk):
    desk.pop(0)
    assert any("obsolete: 'Save'" in fault for fault in translations.faults())
    translations.update()
    assert "保存" not in catalogue.read_text(encoding="utf-8").replace("已保存", "")
    assert list(translations.faults()) == []


@pytest.mark.parametrize("wrong", ["已保存：%(name)s", "已保存", "已保存：%(record)s %(record)s"])
def test_placeholders_must_be_the_same(catalogue, wrong):
    _change(catalogue, "已保存：%(record)s", wrong)
    assert any("placeholders of 'Saved: %(record)s' differ" in fault for fault in translations.faults())


def test_a_guess_is_no_translation(catalogue):
    _change(catalogue, 'msgid "Save"', '#, fuzzy\nmsgid "Save"')
    assert any("fuzzy: 'Save'" in fault for fault in translations.faults())


def test_a_catalogue_written_by_hand_is_not_what_extraction_gives(catalogue):
    _change(catalogue, "#: app/b.py", "#: app/b.py:12")
    assert any("is not what extraction gives" in fault for fault in translations.faults())


def test_better_english_must_be_of_something_that_is_said(catalogue):
    translations.ENGLISH.parent.mkdir(parents=True)
    translations.ENGLISH.write_text('msgid ""\nmsgstr ""\n\nmsgid "Nobody says this"\nmsgstr "x"\n', encoding="utf-8")
    assert any("nothing says 'Nobody says this'" in fault for fault in translations.faults())
