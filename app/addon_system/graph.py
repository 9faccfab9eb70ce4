"""The order in which addons load, computed from what they depend on.

    ticket <- incident <- cmdb_incident -> cmdb -> asset

An addon loads after everything it depends on; among equals the manifest's sequence decides, then the name. What
depends on something missing, faulty or on itself in a loop is left out together with all that depends on it, each
with its reason.
"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from app.addon_system.manifest import Manifest


def order(manifests: Mapping[str, Manifest]) -> tuple[list[Manifest], dict[str, str]]:
    """Return the manifests in load order, and those left out with the reason."""
    wanted, left_out = dict(manifests), {}
    while True:
        dropped = {name: reason for name, item in wanted.items() if (reason := _missing(item, wanted))}
        for name in dropped:
            del wanted[name]
        left_out.update(dropped)
        if dropped:
            continue
        try:
            return _sorted(wanted), left_out
        except CycleError as loop:
            for name in set(loop.args[1]):
                left_out[name] = "depends on itself: " + " → ".join(loop.args[1])
                wanted.pop(name, None)


def _missing(manifest: Manifest, present: Mapping[str, Manifest]) -> str | None:
    absent = [name for name in manifest.depends if name not in present]
    return f"needs {', '.join(absent)}" if absent else None


def _sorted(manifests: Mapping[str, Manifest]) -> list[Manifest]:
    sorter = TopologicalSorter({name: item.depends for name, item in manifests.items()})
    sorter.prepare()
    result: list[Manifest] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda name: (manifests[name].sequence, name))
        result += [manifests[name] for name in ready]
        sorter.done(*ready)
    return result


def dependents(name: str, manifests: Iterable[Manifest]) -> list[str]:
    """Return the addons that need this one, directly or through others, the furthest first (safe removal order)."""
    items = list(manifests)
    found: list[str] = []
    # What needs itself in a loop is visited once.
    seen = {name}

    def visit(current: str) -> None:
        for item in items:
            if current in item.depends and item.name not in seen:
                seen.add(item.name)
                visit(item.name)
                found.append(item.name)

    visit(name)
    return found


def requirements(name: str, manifests: Mapping[str, Manifest]) -> list[str]:
    """Return what an addon needs, directly or through others, in load order, itself last."""
    needed: set[str] = set()
    todo = [name]
    while todo:
        current = todo.pop()
        if current in needed or current not in manifests:
            continue
        needed.add(current)
        todo += manifests[current].depends
    ordered, _ = order({key: manifests[key] for key in needed})
    return [item.name for item in ordered]
