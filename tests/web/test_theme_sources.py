"""What no template and no script may hold: old frameworks, inline code, foreign addresses, untranslated words."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import flask_appbuilder
import pytest

from app.web.icons import names
from app.web.static_files import ROOT as STATIC
from tests.architecture.sources import ROOT

TEMPLATES = sorted([*(ROOT / "app/templates").rglob("*.html"), *ROOT.glob("addons/*/templates/**/*.html")])
OWN_FILES = sorted(path for folder in ("js", "css") for path in (STATIC / folder).iterdir())
ORIGINALS = Path(flask_appbuilder.__file__).parent / "templates"
# Never rendered: charts are the report engine's, REST has no page of its own, these two are widgets of charts.
WITHOUT_SHADOW = ("appbuilder/general/charts/", "appbuilder/swagger/", "appbuilder/general/widgets/chart.html",
                  "appbuilder/general/widgets/direct_chart.html", "appbuilder/general/widgets/multiple_chart.html")
BOOTSTRAP_3 = re.compile(
    r"glyphicon|panel-(?:primary|default|heading|footer|group)|btn-(?:default|xs)\b|img-(?:responsive|rounded)|"
    r"\bpull-(?:left|right)\b|data-(?:toggle|dismiss|target|parent)=|input-group-addon|help-(?:block|inline)|"
    r"control-(?:label|group)|\bform-group\b|navbar-(?:toggle|header|right)\b|\bwell(?:-sm)?\"|(?:hidden|visible)-xs|"
    r"col-(?:xs|\w+-offset)-|label-default|\bsr-only\b|\bfa fa-"
)
JQUERY = re.compile(r"jquery|select2|\$\(", re.IGNORECASE)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\bhx-on", re.IGNORECASE
)
FOREIGN = re.compile(r"(?:src|href|action|url\()\s*=?\s*[\"'(]?(?:https?:)?//")
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN = ("title", "aria-label", "placeholder", "alt")


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_template_is_modern_and_safe(path):
    text = path.read_text()
    # Mail clients read no style sheet: the look of a mail stands in its elements.
    for wrong in (BOOTSTRAP_3, JQUERY, *([] if path.parent.name == "mail" else [INLINE]), FOREIGN):
        assert wrong.findall(text) == []


@pytest.mark.parametrize("path", OWN_FILES, ids=_id)
def test_own_files_are_modern_and_safe(path):
    text = path.read_text()
    for wrong in (JQUERY, FOREIGN, re.compile(r"\beval\(|new Function|\.innerHTML|document\.write")):
        assert wrong.findall(text) == []


class _Words(HTMLParser):
    """Collects what people read: texts and spoken attributes, what Jinja writes left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SPOKEN:
                self._keep(value or "")

    def _keep(self, text: str) -> None:
        self.found += re.findall(r"[^\W\d_]{2,}", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_every_word_is_translated(path):
    parser = _Words()
    parser.feed(JINJA.sub(" ", path.read_text()))
    assert parser.found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_icons_and_files_exist(path):
    text = path.read_text()
    wanted = set(re.findall(r"icon\('([a-z0-9-]+)'", text))
    assert wanted - names() == set()
    files = set(re.findall(r"static_url\('([^']+)'\)", text))
    assert {name for name in files if not name.startswith("addon/") and not (STATIC / name).is_file()} == set()


def test_icons_that_pages_declare_exist():
    declared = {name for folder in ("app", "addons") for path in (ROOT / folder).rglob("*.py")
                for name in re.findall(r'icon="([a-z0-9-]+)"', path.read_text())}
    assert declared - names() == set()


def test_every_original_template_has_ours_over_it():
    originals = {str(path.relative_to(ORIGINALS)) for path in ORIGINALS.rglob("*.html")}
    ours = {str(path.relative_to(ROOT / "app/templates")) for path in TEMPLATES if path.is_relative_to(ROOT / "app")}
    assert {name for name in originals - ours if not name.startswith(WITHOUT_SHADOW)} == set()


def test_what_comes_from_others_lies_with_its_licence_and_its_version():
    folders = list((STATIC / "vendor").iterdir())
    assert folders != []
    for folder in folders:
        assert re.fullmatch(r"[a-z-]+-\d+\.\d+\.\d+", folder.name)
        assert (folder / "LICENSE").stat().st_size > 500


def test_vendored_versions_are_the_locked_ones():
    wanted = json.loads((ROOT / "tools/assets/package.json").read_text())["dependencies"]
    folders = {"@tabler/core": "tabler", "@tabler/icons": "tabler-icons", "htmx.org": "htmx",
               "swagger-ui-dist": "swagger-ui"}
    assert {f"{folders.get(name, name)}-{version}" for name, version in wanted.items()} == {
        folder.name for folder in (STATIC / "vendor").iterdir()
    }
