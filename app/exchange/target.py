"""One field that a column of a file can fill."""

import re
from dataclasses import dataclass
from typing import Any

from app.exchange.several import Several
from app.records.custom.definitions import Definition
from app.web.choices import Choices

TEXT, BOOL, WHOLE, NUMBER, DAY, MOMENT, CHOICE, LISTED, RELATED, WORDS, SEVERAL = (
    "text", "bool", "whole", "number", "day", "moment", "choice", "listed", "related", "words", "several")
_BETWEEN = re.compile(r"[;；]")


@dataclass(frozen=True, slots=True)
class Target:
    """One field: what it is called, what its cells hold, and which column keeps it."""

    name: str
    label: str
    kind: str
    column: str
    field: str
    is_required: bool = False
    is_new_only: bool = False
    is_key: bool = False
    language: str = ""
    choices: Choices | None = None
    picklist: str = ""
    model: Any = None
    narrowed_by: str = ""
    can_be_made: bool = False
    length: int | None = None
    # A custom field, and whether a cell holds several values of it.
    custom: Definition | None = None
    is_many: bool = False
    several: Several | None = None

    def parts(self, text: str) -> list[str]:
        """Return the values that a cell names, one after another."""
        return [part.strip() for part in _BETWEEN.split(text) if part.strip()] if self.is_many else [text]
