"""Attachments: the content under its hash, on disk before the row, its type sniffed and never believed."""

import hashlib

import pytest

from app.records import attachments
from app.sdk.errors import InvalidField
from tests.support.people import make_company

PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
       b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82")


def test_is_kept_under_its_hash(unit):
    company = make_company()
    kept = attachments.add(unit, company, "note.txt", b"hello")
    unit.flush()
    assert kept.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert attachments.path_of(kept).read_bytes() == b"hello"
    assert (kept.record_type, kept.record_id, kept.size) == ("company", company.id, 5)
    assert attachments.of_record(unit, "company", company.id) == [kept]


def test_one_content_is_kept_once(unit):
    first = attachments.add(unit, make_company(), "a.txt", b"same")
    second = attachments.add(unit, make_company(), "b.txt", b"same")
    assert attachments.path_of(first) == attachments.path_of(second)
    assert len(list(attachments.path_of(first).parent.iterdir())) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestWhatIsGiven:
    @pytest.mark.parametrize(("given", "kept"), [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\report.pdf", "report.pdf"), ("合同.docx", "合同.docx"),
        ("  spaced name.txt ", "spaced name.txt"), ("a" * 300 + ".txt", "a" * 255),
    ])
    def test_the_name_is_only_a_name(self, unit, given, kept):
        assert attachments.add(unit, make_company(), given, b"x").name == kept

    @pytest.mark.parametrize(("name", "content"), [("", b"x"), ("/", b"x"), ("empty.txt", b"")])
    def test_nothing_is_refused(self, unit, name, content):
        with pytest.raises(InvalidField) as refused:
            attachments.add(unit, make_company(), name, content)
        assert set(refused.value.fields) == {"file"}

    def test_too_large_is_refused_and_not_kept(self, unit, monkeypatch):
        monkeypatch.setattr(attachments, "most_bytes", lambda: 1024 * 1024)
        content = b"y" * (1024 * 1024 + 1)
        with pytest.raises(InvalidField):
            attachments.add(unit, make_company(), "big.bin", content)
        digest = hashlib.sha256(content).hexdigest()
        assert not (attachments._folder() / digest[:2] / digest).exists()

    @pytest.mark.parametrize(("name", "content", "sniffed"), [
        ("photo.txt", PNG, "image/png"), ("page.png", b"\x00\x01\x02binary", "application/octet-stream"),
        ("plain", "中文 text".encode(), "text/plain"),
    ])
    def test_its_type_comes_from_its_content(self, unit, name, content, sniffed):
        assert attachments.add(unit, make_company(), name, content).mime_type == sniffed
