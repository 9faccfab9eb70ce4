"""Ids as addresses and forms give them: anything at all."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map, ValidationError

LARGEST = 2**63


class IdConverter(IntegerConverter):
    """`<int:…>` in an address: a number that no column can hold is no address."""

    # Longer ones would be an address without the method.
    regex = r"\d{1,19}"

    def to_python(self, value: str) -> int:
        found: int = super().to_python(value)
        if found >= LARGEST:
            raise ValidationError
        return found


def limit_integers(url_map: Map) -> None:
    """Let every `<int:…>` be a number that the database can be asked for."""
    url_map.converters["int"] = IdConverter


def as_id(value: Any) -> int | None:
    """Return what was given as the id of a row, None where no row can have it."""
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if 0 <= found < LARGEST else None


__all__ = ["as_id", "limit_integers"]
