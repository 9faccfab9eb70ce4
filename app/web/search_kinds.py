"""The kinds of things that the one search finds. Each answers for the rights of its reader.

Pages whose records the palette finds are kinds by themselves (`in_palette`). An addon with something else to find
declares it: `SLOTS = [ArticleKind()]`, a subclass of SearchKind.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from markupsafe import Markup

from app.addon_system.registry import current_registry
from app.records import tokens
from app.sdk import clock
from app.sdk.actor import Actor
from app.web.chrome import builder

# So many of the newest hits of a kind are weighed; there may be more.
MOST = 300
NUMBER, TITLE, TEXT, BESIDE = range(4)
STATES: dict[str, tuple[str, ...]] = {"open": ("open", "paused"), "over": ("resolved", "closed")}
DAYS = (7, 30, 365)
NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed, and what the results are narrowed to."""

    text: str
    state: str = ""
    days: int = 0

    @property
    def words(self) -> list[tokens.Asked]:
        """The tokens that are asked for."""
        return tokens.asked(self.text)

    @property
    def since(self) -> datetime | None:
        """From when on things are looked for."""
        return clock.now() - timedelta(days=self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found: how closely (NUMBER, TITLE, TEXT, BESIDE), and a text beside it that says so."""

    id: int
    tier: int
    beside: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands: the closest first, then the newest."""
        return (self.tier, -self.id)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the results."""

    id: int
    title: str
    url: str
    snippet: Markup = NOTHING
    detail: str = ""
    workflow: Any = None
    state: str = ""
    at: datetime | None = None


class SearchKind(ABC):
    """One kind of things. `hits` returns at most MOST in a few statements; `results` shows some of them."""

    key: str
    label: Any
    icon: str = "file"
    # Whether it can be narrowed to what is open or over.
    has_states = False
    slot: ClassVar[str] = "search.kinds"

    @abstractmethod
    def may(self, actor: Actor) -> bool:
        """Say whether the actor may look for such things at all."""

    @abstractmethod
    def hits(self, actor: Actor, question: Question) -> list[Hit]:
        """Return what fits and the actor may see."""

    @abstractmethod
    def results(self, actor: Actor, question: Question, hits: list[Hit]) -> list[Result]:
        """Return these hits as they are shown, in their order."""


@dataclass(slots=True)
class Found:
    """What was found of a kind: all hits in their order."""

    kind: SearchKind
    hits: list[Hit]

    @property
    def is_capped(self) -> bool:
        """There may be more than are counted."""
        return len(self.hits) >= MOST

    def page(self, after: tuple[int, int] | None, limit: int) -> tuple[list[Hit], tuple[int, int] | None]:
        """Return the hits behind a place, and the place of the last one where there are more."""
        left = [hit for hit in self.hits if after is None or hit.place > after]
        return left[:limit], left[limit - 1].place if len(left) > limit else None


def kinds(actor: Actor) -> list[SearchKind]:
    """Return the kinds that the actor may look for, those of pages first."""
    from app.web.search_records import RecordKind

    pages: list[SearchKind] = [RecordKind(view) for view in builder().baseviews if getattr(view, "in_palette", False)]
    pages.sort(key=lambda one: not one.has_states)  # tickets before whom they are of
    declared = [one for one in current_registry().slots if isinstance(one, SearchKind)]
    return [one for one in (*pages, *declared) if one.may(actor)]


def look_for(actor: Actor, question: Question, only: str = "") -> list[Found]:
    """Return what was found, kind by kind; kinds that do not know what is asked for find nothing."""
    if not question.words:
        return []
    asked = [one for one in kinds(actor) if only in ("", one.key) and (not question.state or one.has_states)]
    return [Found(one, sorted(one.hits(actor, question), key=lambda hit: hit.place)) for one in asked]
