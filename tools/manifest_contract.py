"""import-linter contract: an addon imports only app's public parts and the addons it lists in `depends`."""

import ast
from pathlib import Path
from typing import Any

from importlinter import Contract, ContractCheck, fields, output


class ManifestContract(Contract):  # type: ignore[misc]
    """What an addon may import: app's public packages, its own modules, and the public parts of its depends."""

    addons_package = fields.StringField()
    public_api = fields.ListField(subfield=fields.StringField())
    addon_api = fields.ListField(subfield=fields.StringField())

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        bad = []
        for child in sorted(graph.find_children(self.addons_package)):
            manifest = ast.literal_eval(Path(*child.split("."), "__manifest__.py").read_text(encoding="utf-8"))
            for module in sorted({child, *graph.find_descendants(child)}):
                if ".tests" in module.removeprefix(child):
                    continue
                for target in sorted(graph.find_modules_directly_imported_by(module)):
                    reason = self._refused(child, manifest["depends"], target)
                    if reason:
                        bad.append((module, target, reason))
        return ContractCheck(kept=not bad, metadata={"bad": bad})

    def _refused(self, child: str, depends: list[str], target: str) -> str | None:
        parts = target.split(".")
        if parts[0] == "app":
            is_public = any(target == name or target.startswith(f"{name}.") for name in self.public_api)
            return None if is_public else "not a public part of app"
        if parts[0] != self.addons_package or ".".join(parts[:2]) == child or len(parts) < 2:
            return None
        if parts[1] not in depends:
            return "not in depends"
        return None if parts[2:3] and parts[2] in self.addon_api else "not that addon's public part"

    def render_broken_contract(self, check: ContractCheck) -> None:
        for module, target, reason in check.metadata["bad"]:
            output.print_error(f"{module} -> {target}: {reason}")
