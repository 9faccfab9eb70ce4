"""Copy or bundle the browser assets that we ship out of node_modules into app/static.

    npm ci --prefix tools/assets && python tools/vendor_assets.py         everything
    npm ci --prefix tools/assets && python tools/vendor_assets.py icons   only the sprite, after icons.txt has changed

What is made is committed, so neither Node nor a network is needed to run the desk.
"""

import json
import re
import shutil
import subprocess
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
    "swagger-ui-dist": ("swagger-ui", ("swagger-ui.css", "swagger-ui-bundle.js")),
    "tom-select": ("tom-select", ("dist/css/tom-select.bootstrap5.min.css", "dist/js/tom-select.complete.min.js")),
}
# package: (files to copy beside the bundle of tools/assets/entries/<package>.js, whose licences the bundle carries)
BUNDLES = {
    "echarts": ((), ("echarts", "zrender", "tslib")),
    "fullcalendar": (
        ("skeleton.css", "themes/classic/theme.css"),
        ("fullcalendar", "@full-ui/headless-calendar", "preact", "temporal-polyfill", "temporal-utils"),
    ),
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


def bundle(package: str, files: tuple[str, ...], parts: tuple[str, ...]) -> Path:
    """Make one script of a package's parts that we use, with the licences of all that is in it.

    Raises ValueError where something came into the bundle whose licence is not named.
    """
    target = STATIC / "vendor" / f"{package}-{version(package)}"
    target.mkdir(parents=True)
    report = MODULES / f".{package}.json"
    subprocess.run(
        [MODULES / ".bin/esbuild", HERE / f"entries/{package}.js", "--bundle", "--minify", "--format=iife",
         "--target=es2021", "--legal-comments=none", "--log-level=warning", f"--metafile={report}",
         f"--outfile={target / f'{package}.min.js'}"], check=True,
    )
    inside = {_package_of(name) for name in json.loads(report.read_text())["inputs"] if "node_modules/" in name}
    if inside != set(parts):
        raise ValueError(f"{package} bundles {sorted(inside)}")
    for file in files:
        shutil.copyfile(MODULES / package / file, target / Path(file).name)
    texts = [f"{part} {version(part)}\n\n{_licence(part)}" for part in parts]
    (target / "LICENSE").write_text(f"\n{'-' * 78}\n\n".join(texts))
    if (MODULES / package / "NOTICE").exists():
        shutil.copyfile(MODULES / package / "NOTICE", target / "NOTICE")
    return target


def _package_of(path: str) -> str:
    names = path.rsplit("node_modules/", 1)[1].split("/")
    return "/".join(names[:2]) if names[0].startswith("@") else names[0]


def _licence(package: str) -> str:
    folder = MODULES / package
    for name in ("LICENSE", "LICENSE.md", "LICENSE.txt"):
        if (folder / name).exists():
            return "\n".join(file.read_text() for file in (folder / name, *sorted(folder.glob("licenses/*"))))
    return MIT.format(holder=HOLDERS[package])


def _copy_licence(package: str, target: Path) -> None:
    (target / "LICENSE").write_text(_licence(package))


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
    return len(symbols)


def renew_vendor() -> None:
    """Renew everything under app/static/vendor."""
    shutil.rmtree(STATIC / "vendor", ignore_errors=True)
    for package, (name, files) in PACKAGES.items():
        print(copy_package(package, name, files).relative_to(STATIC))
    for package, (files, parts) in BUNDLES.items():
        print(bundle(package, files, parts).relative_to(STATIC))
    folder = STATIC / "vendor" / f"tabler-icons-{version('@tabler/icons')}"
    folder.mkdir(parents=True)
    _copy_licence("@tabler/icons", folder)


def main(wanted: list[str]) -> int:
    """Renew everything, or only the sprite."""
    needed = ["@tabler/icons"] if wanted == ["icons"] else [*PACKAGES, *BUNDLES, "esbuild"]
    if any(not (MODULES / package).is_dir() for package in needed):
        print("run first: npm ci --prefix tools/assets", file=sys.stderr)
        return 1
    if wanted != ["icons"]:
        renew_vendor()
    print(f"icons.svg: {make_sprite()} icons")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
