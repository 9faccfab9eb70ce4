"""Looking for addons: by words, by category, by state; each choice with how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.addon_system.cards import Card
from app.addon_system.installed import DISABLED, ENABLED, FAULTY, UNINSTALLED
from app.sdk.i18n import LazyString, _, _l


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader looks for among the cards; empty is everything."""

    text: str = ""
    category: str = ""
    state: str = ""


ABSENT = "absent"
FILTERS: dict[str, LazyString] = {
    "": _l("All addons"), ENABLED: _l("In use"), ABSENT: _l("Not installed"), DISABLED: _l("Switched off"),
    FAULTY: _l("Faulty"),
}


def narrow(shown: Sequence[Card], wanted: Wanted) -> list[Card]:
    """Return the cards that fit what is wanted."""
    return [card for card in shown if _fits_text(card, wanted.text) and wanted.category in {"", card.category}
            and wanted.state in {"", _filed(card)}]


def _filed(card: Card) -> str:
    return ABSENT if card.state in {"", UNINSTALLED} else card.state


def _fits_text(card: Card, text: str) -> bool:
    said = " ".join((card.name, card.label, card.summary, card.description, card.category_label)).casefold()
    return all(word in said for word in text.casefold().split())


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the cards, with how many there are."""

    key: str
    label: str
    number: int


def choices(shown: Sequence[Card], wanted: Wanted) -> tuple[list[Choice], list[Choice]]:
    """Return the states and the categories to choose from; each counts what the other choices leave."""
    left = narrow(shown, Wanted(wanted.text, category=wanted.category))
    states = [Choice(key, str(label), sum(key in {"", _filed(card)} for card in left))
              for key, label in FILTERS.items()]
    left = narrow(shown, Wanted(wanted.text, state=wanted.state))
    known = {card.category: card.category_label for card in shown if card.category}
    categories = [Choice(key, label, sum(key in {"", card.category} for card in left))
                  for key, label in (("", _("All categories")), *sorted(known.items(), key=lambda one: one[1]))]
    return [one for one in states if one.number or one.key in {"", ENABLED, wanted.state}], categories
