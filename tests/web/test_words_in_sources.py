"""Where words could hide from gettext besides the text of templates: scripts, styles, expressions, Python."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2 import nodes as jinja

from app.web.static_files import ROOT as STATIC
from tests.architecture.sources import ROOT, nodes
from tests.web.test_theme_sources import BOOTSTRAP_3, JQUERY, TEMPLATES

SCRIPTS = sorted([*(STATIC / "js").glob("*.js"), *ROOT.glob("addons/*/static/**/*.js")])
STYLES = sorted([*(STATIC / "css").glob("*.css"), *ROOT.glob("addons/*/static/**/*.css")])
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`')
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
# A sentence, a capitalised pair of words, or anything Chinese.
SAID = re.compile(r"[一-鿿]|[A-Z][a-z]+ [a-z]+|[a-z]{2,} [a-z]{2,}[.!?…]$")
SHOWN = re.compile(r'(?:textContent|innerText|placeholder|title|ariaLabel|alt)\s*=\s*"[^"]*[A-Za-z]{2}'
                   r'|setAttribute\(\s*"(?:aria-label|title|placeholder|alt)",\s*"[^"]*[A-Za-z]{2}|\b(?:alert|confirm|prompt)\(')
TRANSLATORS = {"_", "_l", "_n", "_p", "_lp", "gettext", "ngettext", "pgettext", "lazy_gettext", "npgettext"}
# Which argument of these it is that people read.
TOLD = {"flash": 0, "BusinessError": 0, "Conflict": 0, "Forbidden": 0, "NotFound": 0, "InvalidField": 1,
        "ValidationError": 0, "StopValidation": 0}
# A programmer's mistake.
NOT_FOR_PEOPLE = {"app/db/rights.py: Forbidden(f'bulk UPDATE or DELETE on {mapper.class_.__name__}')"}
WORDS_IN_HTML = re.compile(r">[^<>{}%]*[^\W\d_]{2}[^<>{}%]*</")
ATTRIBUTES = re.compile(r'\s(aria-[a-z]+|data-[a-z-]+|title|label|alt|placeholder)="([^"]*)"')
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SCRIPTS, ids=_id)
def test_a_script_says_nothing_of_its_own(path):
    text = COMMENT.sub(" ", path.read_text())
    said = [found for found in ("".join(groups) for groups in LITERAL.findall(text)) if SAID.search(found)]
    assert said == []
    assert SHOWN.findall(text) == []
    # What the content policy refuses would fail silently; what it allows is a class or a property of the style.
    assert re.findall(r'setAttribute\(\s*"(?:style|on\w+)"|createElement\(\s*"style"', text) == []


@pytest.mark.parametrize("path", STYLES, ids=_id)
def test_a_style_writes_no_words(path):
    text = COMMENT.sub(" ", path.read_text())
    assert re.findall(r'content:\s*["\'](?!\\)[^"\']*[^\W\d_]{2}', text) == []
    assert JQUERY.findall(text) + BOOTSTRAP_3.findall(text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_expressions_and_attributes_of_a_template_say_nothing_untranslated(path):
    text = path.read_text()
    tree = Environment(extensions=["jinja2.ext.do"]).parse(text)
    translated = {id(const) for call in tree.find_all(jinja.Call)
                  if isinstance(call.node, jinja.Name) and call.node.name in TRANSLATORS
                  for const in call.find_all(jinja.Const)}
    said = [const.value for const in tree.find_all(jinja.Const)
            if isinstance(const.value, str) and id(const) not in translated and SAID.search(const.value)]
    assert said == []
    spoken = [(name, value) for name, value in ATTRIBUTES.findall(JINJA.sub("", text))
              if name not in ("aria-controls", "aria-labelledby", "aria-describedby", "data-plan")
              and (SAID.search(value) or (name in ("title", "alt", "placeholder", "label", "aria-label")
                                          and re.search(r"[^\W\d_]{2}", value)))]
    assert spoken == []


def _is_bare(node):
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_what_python_tells_people_is_translated():
    bare = []
    for file, call in nodes(ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        at = TOLD.get(name)
        # Commands speak the language of the command line.
        if not file.endswith("commands.py") and at is not None and len(call.args) > at and _is_bare(call.args[at]):
            bare.append(f"{file}: {name}({ast.unparse(call.args[at])})")
    assert set(bare) - NOT_FOR_PEOPLE == set()


def test_html_that_python_writes_holds_no_words_and_nothing_old():
    found = [(file, node.value) for file, node in nodes(ast.Constant)
             if isinstance(node.value, str) and re.search(r"<[a-z]+[ >]", node.value)]
    assert [place for place in found if WORDS_IN_HTML.search(place[1]) or BOOTSTRAP_3.search(place[1])] == []
