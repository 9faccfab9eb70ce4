"""Copy the browser assets that we ship out of node_modules into app/static.

    npm ci --prefix tools/assets && python tools/vendor_assets.py

What is copied is committed, so neither Node nor a network is needed to run the desk.
"""

import json
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent / "assets"
MODULES = HERE / "node_modules"
STATIC = HERE.parent.parent / "app" / "static"

# package: (name of the folder, files to copy)
PACKAGES = {
    "@tabler/core": ("tabler", ("dist/css/tabler.min.css", "dist/js/tabler.min.js")),
    "htmx.org": ("htmx", ("dist/htmx.min.js",)),
    "sortablejs": ("sortablejs", ("Sortable.min.js",)),
    "tom-select": ("tom-select", ("dist/css/tom-select.bootstrap5.min.css", "dist/js/tom-select.complete.min.js")),
}
# These packages carry no licence file of their own; the text is that of the repository their package.json names.
MIT = """MIT License

Copyright (c) {holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
HOLDERS = {"@tabler/core": "2018-2026 The Tabler Authors"}
_SOURCE_MAP = re.compile(r"\n?(?://|/\*)# sourceMappingURL=\S+?(?: \*/)?\s*$")
_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def version(package: str) -> str:
    """Return the installed version of a package."""
    return str(json.loads((MODULES / package / "package.json").read_text())["version"])


def copy_package(package: str, name: str, files: tuple[str, ...]) -> Path:
    """Copy a package's files, without their pointers to source maps, and its licence."""
    target = STATIC / "vendor" / f"{name}-{version(package)}"
    target.mkdir(parents=True)
    for file in files:
        text = (MODULES / package / file).read_text()
        (target / Path(file).name).write_text(_SOURCE_MAP.sub("\n", text))
    _copy_licence(package, target)
    return target


def _copy_licence(package: str, target: Path) -> None:
    for name in ("LICENSE", "LICENSE.md", "LICENSE.txt"):
        if (MODULES / package / name).exists():
            shutil.copyfile(MODULES / package / name, target / "LICENSE")
            return
    (target / "LICENSE").write_text(MIT.format(holder=HOLDERS[package]))


def icon_names() -> list[str]:
    """Return the names of the icons in the sprite."""
    lines = (HERE / "icons.txt").read_text().splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def make_sprite() -> int:
    """Write the sprite: one symbol an icon. Raises FileNotFoundError for a name that the icon set does not know."""
    symbols = []
    for name in icon_names():
        kind, base = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
        source = (MODULES / "@tabler/icons/icons" / kind / f"{base}.svg").read_text()
        found = _INNER.search(source)
        inner = re.sub(r"\s*\n\s*", "", found[1] if found else "").replace(_FRAME, "")
        paint = 'fill="currentColor"' if kind == "filled" else (
            'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{inner}</symbol>')
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    note = f"<!-- Tabler Icons {version('@tabler/icons')}, MIT License, see vendor/tabler-icons -->"
    (STATIC / "icons.svg").write_text("\n".join([head, note, *symbols, "</svg>", ""]))
    folder = STATIC / "vendor" / f"tabler-icons-{version('@tabler/icons')}"
    folder.mkdir(parents=True)
    _copy_licence("@tabler/icons", folder)
    return len(symbols)


def main() -> int:
    """Renew everything under app/static/vendor and the sprite."""
    if not MODULES.is_dir():
        print("run first: npm ci --prefix tools/assets", file=sys.stderr)
        return 1
    shutil.rmtree(STATIC / "vendor", ignore_errors=True)
    for package, (name, files) in PACKAGES.items():
        print(copy_package(package, name, files).relative_to(STATIC))
    print(f"icons.svg: {make_sprite()} icons")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
