"""Writing a new addon: a table, its rules, life cycle, page, REST, rights, words and tests, all of which work."""

import builtins
import io
import keyword
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined

SCAFFOLD = Path(__file__).parent / "scaffold"
PLATFORM_WORDS = Path(__file__).parents[2] / "babel" / "zh" / "LC_MESSAGES" / "messages.po"
CATALOGUE = Path("translations/zh/LC_MESSAGES/messages.po")
HEADER = """\
# Words of Tianhui Service Desk. Written by tools/translations update; only the translations are kept by hand.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_NAME = re.compile(r"[a-z][a-z0-9]+(_[a-z0-9]+)*")
LONGEST, LONGEST_LABEL = 24, 26


def write(folder: Path, name: str, label: str, plural: str, zh: str, taken: Collection[str] = ()) -> list[Path]:
    """Write an addon into a folder of addons; return its files.

    `name` is a singular noun in snake_case, `label` and `plural` its English words, `zh` its Chinese one; `taken` are
    names that tables, rights or addons have already. Raises ValueError where something is wrong; nothing is written.
    """
    _check_name(name, taken)
    place = folder / name
    if place.exists():
        raise ValueError(f"{place} is there already")
    for word in (label, plural, zh):
        if not 0 < len(word.strip()) <= LONGEST_LABEL or re.search(r'["\\{}\[\]%:#\n]', word):
            raise ValueError(f"{word!r} is no label: a word or two, {LONGEST_LABEL} letters at most, no quotes")
    given = _given(name, label.strip(), plural.strip(), zh.strip())
    ready = {place / path: text for path, text in _rendered(given)}
    ready[place / CATALOGUE] = _catalogue(given)
    for path, text in ready.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(ready)


def _check_name(name: str, taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        raise ValueError(f"{name!r} is no name: a noun in lower case, words joined by _, 2 to {LONGEST} letters")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name):
        raise ValueError(f"{name!r} means something in Python; add a word to it")
    if name in taken:
        raise ValueError(f"the desk has a table, a right or an addon called {name!r} already")


def _rendered(given: dict[str, str]) -> Iterator[tuple[str, str]]:
    pages = Environment(  # noqa: S701 - what is written is code, not HTML
        loader=FileSystemLoader(SCAFFOLD), undefined=StrictUndefined, keep_trailing_newline=True,
        trim_blocks=True, variable_start_string="[[", variable_end_string="]]", block_start_string="[%",
        block_end_string="%]", comment_start_string="[#", comment_end_string="#]")
    for page in sorted(pages.list_templates()):
        yield page.removesuffix(".txt").replace("NAME", given["name"]), pages.get_template(page).render(given)


def _given(name: str, label: str, plural: str, zh: str) -> dict[str, str]:
    return {"name": name, "cls": "".join(part.capitalize() for part in name.split("_")), "const": name.upper(),
            "one": label, "low": _low(label), "plural": plural, "plural_low": _low(plural), "zh": zh}


def _low(words: str) -> str:
    # "SLA report" keeps its capitals.
    return " ".join(word if word.isupper() else word.lower() for word in words.split())


def _catalogue(given: dict[str, str]) -> str:
    """Return the words in Chinese, as tools/translations writes them: without those that the platform has."""
    with PLATFORM_WORDS.open("rb") as text:
        known = read_po(text, locale="zh")
    made = Catalog(locale="zh")
    for context, word, zh, places in _words(given):
        if known.get(word, context) is None:
            made.add(word, zh, locations=[(place, 0) for place in sorted(places)], context=context)
    out = io.BytesIO()
    write_po(out, made, width=120, sort_output=True, include_lineno=False, omit_header=True)
    return HEADER + out.getvalue().decode().lstrip("\n")


def _words(given: dict[str, str]) -> list[tuple[str | None, str, str, list[str]]]:
    name, one, many, lows, zh = (given[key] for key in ("name", "one", "plural", "plural_low", "zh"))
    automatic = name.replace("_", " ").capitalize()  # what is called by the name of the record alone
    page, rules, flow, manifest, rights, leavers = (f"addons/{name}/{file}" for file in (
        f"views/{name}.py", f"services/{name}.py", "workflow.py", "__manifest__.py", "permissions.py",
        "services/clearance.py"))
    found: dict[tuple[str | None, str], tuple[str, list[str]]] = {}
    for context, word, chinese, places in (
        (None, one, zh, [page]), (None, many, zh, [page, manifest, leavers]),
        (None, automatic, zh, ["names of life cycles", "names of records", "names of rights"]),
        (None, "Due on", "期限", [page, "names of columns"]), (None, "Done on", "完成日期", [page, "names of columns"]),
        (None, f"View {lows}", f"查看{zh}", [rights]), (None, f"Edit {lows}", f"编辑{zh}", [rights]),
        (None, "Service operation", "服务运营", [manifest]),
        (None, f"Keep {lows}: what it is about, who looks after it, and by when", f"记录{zh}：内容、负责人和期限",
         [manifest]),
        (None, f"For whoever keeps {lows}. Each has somebody who looks after it and a day by which it is due, is open "
               "until it is done, and tells its history. With a list, a page, REST and a role.",
         f"供管理{zh}的人员使用。每条记录都有负责人和期限，办结之前一直处于未完成状态，并保留完整历史。"
         "包含列表、页面、REST 接口和角色。", [manifest]),
        (None, "This day is too long ago.", "日期太早了。", [rules]), (None, "To nobody", "无人接手", [leavers]),
        (name, "Open", "未完成", [flow]), (name, "Done", "已完成", [flow]),
        (None, "Finish", "完成", [flow]), (None, "Reopen", "重新打开", [flow]),
    ):
        found.setdefault((context, word), (chinese, []))[1].extend(places)
    return [(context, word, chinese, places) for (context, word), (chinese, places) in found.items()]
