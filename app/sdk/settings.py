"""Settings that an administrator changes on screen, declared with type and default by whoever reads them."""

from dataclasses import dataclass
from typing import Any

from app.sdk.i18n import LazyString


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key is `<addon>.<name>` and never changes."""

    key: str
    label: LazyString | str
    default: Any
    kind: type = str
    help: LazyString | str = ""
