"""A form field for how long something took: typed as people say it, kept in minutes."""

from typing import Any

from wtforms import StringField

from app.sdk.durations import minutes_of
from app.sdk.i18n import _


class DurationField(StringField):  # type: ignore[misc]
    """Minutes, from `least` to `most`; 90, 1:30, 1h30 and 1.5 h are all understood."""

    def __init__(self, label: Any = None, validators: Any = None, least: int = 1, most: int = 1440,
                 **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data // 60}:{self.data % 60:02}" if isinstance(self.data, int) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            found = minutes_of(valuelist[0])
        except ValueError:
            raise ValueError(_("Say it in minutes, or as 1:30 or 1h30.")) from None
        if not self.least <= found <= self.most:
            raise ValueError(_("Give from %(least)s to %(most)s minutes.", least=self.least, most=self.most))
        self.data = found
