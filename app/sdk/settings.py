"""Settings that an administrator changes on screen, declared with type and default by whoever reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.sdk.errors import InvalidField
from app.sdk.i18n import LANGUAGES, LazyString, _

MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key is `<addon>.<name>` and never changes; it is read by `app.records.settings.setting(key)`.

    `kind` is bool, int, str, dict, which is a text in both languages, or list, which is several texts. A whole number
    has bounds and says its `unit`. `choices` are the values that a text may have. `config` names a variable of the
    installation that gives the default.
    """

    key: str
    label: LazyString | str
    default: Any
    kind: type = str
    help: LazyString | str = ""
    section: LazyString | str = ""
    unit: LazyString | str = ""
    least: int = 0
    most: int = 1_000_000
    max_length: int = MAX_TEXT
    choices: Callable[[], Mapping[str, Any]] | None = field(default=None)
    config: str = ""
    # Asked of a value that is well-formed; raises InvalidField(key, …) where it cannot be.
    check: Callable[[Any], None] | None = field(default=None)
    # Kept by the desk itself, not shown among the settings.
    is_hidden: bool = False

    def value_of(self, raw: Any) -> Any:
        """Return what a form, REST or a test gives as a value of this setting. Raises InvalidField."""
        value = self._typed(raw)
        if self.check is not None:
            self.check(value)
        return value

    def _typed(self, raw: Any) -> Any:
        if self.kind is bool:
            return self._bool(raw)
        if self.kind is int:
            return self._number(raw)
        if self.kind is dict:
            return self._texts(raw)
        if self.kind is list:
            return [self._text(one) for one in raw]
        text = self._text(raw)
        if self.choices is not None and text not in self.choices():
            raise InvalidField(self.key, _("Choose an entry of the list."))
        return text

    def _bool(self, raw: Any) -> bool:
        if not isinstance(raw, bool):
            raise InvalidField(self.key, _("Say yes or no."))
        return raw

    def _number(self, raw: Any) -> int:
        text = str(raw).strip()
        if isinstance(raw, bool) or not (text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 12):
            raise InvalidField(self.key, _("Give a whole number."))
        if not self.least <= int(text) <= self.most:
            raise InvalidField(self.key, _("Give a number from %(least)s to %(most)s.", least=self.least,
                                           most=self.most))
        return int(text)

    def _text(self, raw: Any) -> str:
        if raw is not None and not isinstance(raw, str):
            raise InvalidField(self.key, _("Give a text."))
        text = (raw or "").strip()
        if len(text) > self.max_length:
            raise InvalidField(self.key, _("A text has at most %(number)s characters.", number=self.max_length))
        return text

    def _texts(self, raw: Any) -> dict[str, str]:
        if not isinstance(raw, Mapping):
            raise InvalidField(self.key, _("Give a text."))
        texts = {language: self._text(raw.get(language)) for language in LANGUAGES}
        if not any(texts.values()):
            raise InvalidField(self.key, _("This field is required."))
        return texts
