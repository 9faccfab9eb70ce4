"""What became part of a record by a merge: shown with it, on its page and by REST."""

from typing import Any


def merged_parts(service: Any, item: Any) -> dict[int, str]:
    """Return {id: number} of the records that became part of this one and that the reader may see."""
    known = getattr(service, "merged_parts", None)
    return known(item) if known is not None else {}
