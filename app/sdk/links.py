"""Signed links as data: what somebody may decide without logging in, and by which page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.sdk.i18n import LazyString


@dataclass(frozen=True, slots=True)
class Link:
    """A link that holds at this moment: for which purpose, about which record, and whose it is."""

    id: int
    purpose: str
    record_type: str
    record_id: int
    person_id: int
    person_name: str
    params: Mapping[str, Any]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """One button of a link's page; `look` is a class of the button: primary, success, danger."""

    key: str
    label: LazyString | str
    look: str = "primary"


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a link's page shows: a text, and facts as (label, value) in the reader's language."""

    text: LazyString | str = ""
    facts: tuple[tuple[LazyString | str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class LinkPurpose:
    """One thing that can be decided by a link; its key is `<addon>.<name>` and never changes.

    An addon lists its purposes as LINK_PURPOSES in its `views` package; `app.notify.links.make` makes the links.

    `show(link)` returns the page. It must change nothing, for mail scanners open links too; it raises BusinessError
    where there is nothing left to decide. `decide(link, answer, values)` does what was chosen (the key of one of
    `answers`, the checked values of `form`) and returns what is said afterwards; it may raise BusinessError: then
    nothing has happened, a field's message stands beside the field, and the link is good still. Both run as the
    person of the link, with every right: the link is the right, so `decide` does one thing and nothing else. It
    calls a service with `current_actor()`.

    `form` is a form (app.web.form_words.DeskForm) whose fields stand above the buttons. `offered_in` are kinds of
    notices whose mails bring the link as a button, for `valid` long, if `is_for(record_type, record_id, person_id)`
    says so.
    """

    key: str
    title: LazyString | str
    show: Callable[[Link], LinkPage]
    decide: Callable[[Link, str, Mapping[str, Any]], LazyString | str]
    answers: tuple[LinkAnswer, ...]
    form: type[Any] | None = None
    offered_in: tuple[str, ...] = ()
    label: LazyString | str = ""
    valid: timedelta = field(default=timedelta(days=14))
    is_for: Callable[[str, int, int], bool] = field(default=lambda _type, _id, _person: True)
