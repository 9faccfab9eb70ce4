"""Writing a new addon: a table, its rules, page, REST, rights, words and tests, all of which work."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SCAFFOLD = Path(__file__).parent / "scaffold"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST = 30


def write(folder: Path, name: str, label: str, plural: str, zh: str) -> list[Path]:
    """Write an addon into a folder of addons; return its files.

    `name` is a singular noun in snake_case, `label` and `plural` its English words, `zh` its Chinese one. Raises
    ValueError where the name is none, or taken.
    """
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        raise ValueError(f"{name!r} is no name: a noun in lower case, words joined by _, at most {LONGEST} letters")
    place = folder / name
    if place.exists():
        raise ValueError(f"{place} is there already")
    for word in (label, plural, zh):
        if not word.strip() or re.search(r'["\\{}\[\]\n]', word):
            raise ValueError(f"{word!r} is no label")
    pages = Environment(  # noqa: S701 - what is written is code, not HTML
        loader=FileSystemLoader(SCAFFOLD), undefined=StrictUndefined, keep_trailing_newline=True,
        trim_blocks=True, variable_start_string="[[", variable_end_string="]]", block_start_string="[%",
        block_end_string="%]", comment_start_string="[#", comment_end_string="#]")
    given = _given(name, label, plural, zh)
    written = []
    for page in sorted(pages.list_templates()):
        target = place / page.removesuffix(".txt").replace("NAME", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(pages.get_template(page).render(given), encoding="utf-8")
        written.append(target)
    return written


def _given(name: str, label: str, plural: str, zh: str) -> dict[str, Any]:
    one, low, many = label.strip(), label.strip().lower(), plural.strip()
    lows = many.lower()
    page = f"views/{name}.py"
    columns, records = "\u2068names of columns\u2069", "\u2068names of records\u2069 \u2068names of rights\u2069"
    words = sorted({
        (f"{page} {columns}", "Due on", "期限"), (f"{page} {records}", one, zh),
        (f"__manifest__.py addons/{name}/{page}", many, zh),
        ("permissions.py", f"Edit {lows}", f"编辑{zh}"), ("permissions.py", f"View {lows}", f"查看{zh}"),
        ("__manifest__.py", "Service operation", "服务运营"),
        (f"services/{name}.py", "This day is too long ago.", "日期太早了。"),
        ("__manifest__.py", f"Keep {lows}: what it is about, who looks after it, and by when",
         f"记录{zh}：内容、负责人和期限"),
    }, key=lambda word: word[1])
    return {"name": name, "cls": "".join(part.capitalize() for part in name.split("_")), "const": name.upper(),
            "one": one, "low": low, "plural": many, "plural_low": lows, "zh": zh, "words": words}
