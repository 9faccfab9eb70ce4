"""Records as a kind of the one search: by their own words, by what was said on them, by the names of their files."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from app.db import field_rights, record_type_of, session
from app.records import search, tokens
from app.records.attachments import Attachment
from app.records.timeline import TimelineEntry
from app.sdk.actor import Actor
from app.web.choices import hints_of_rows
from app.web.labels import text_of
from app.web.panels import AttachmentsPanel, TimelinePanel
from app.web.quick_search import criterion
from app.web.search_kinds import BESIDE, MOST, NUMBER, STATES, TEXT, TITLE, Hit, Question, Result, SearchKind
from app.web.search_marks import snippet

# So many texts beside records are read again, the newest.
READ_AGAIN = 300
TITLES = ("title", "name")


class RecordKind(SearchKind):
    """The records of a page."""

    def __init__(self, view: Any) -> None:
        self.view, self.model = view, view.datamodel.obj
        self.key, self.label = record_type_of(self.model), view.list_title
        self.icon = "user" if view.workflow is None else "ticket"
        self.has_states = view.workflow is not None

    def may(self, actor: Actor) -> bool:
        return actor.can(f"{self.view.class_permission_name}.read")

    def hits(self, actor: Actor, question: Question) -> list[Hit]:
        own = list(self._own(question))
        known = {hit.id for hit in own}
        beside = {hit.id: hit for hit in self._beside(actor, question) if hit.id not in known}
        return [*own, *beside.values()][:MOST]

    def _own(self, question: Question) -> Iterator[Hit]:
        names = [name for name in ("number", *TITLES) if hasattr(self.model, name)]
        shown = field_rights.shown(self.model, names)
        found = select(self.model.id, *(getattr(self.model, name) for name in shown)).where(
            criterion(self.model, self.view.datamodel.list_columns, question.text), *self._narrowed(question))
        for row in session().execute(found.order_by(self.model.id.desc()).limit(MOST)):
            values = dict(zip(shown, row[1:], strict=True))
            yield Hit(row[0], self._tier(values, question))

    def _tier(self, values: dict[str, Any], question: Question) -> int:
        number = set(tokens.tokens(values.get("number")))
        if any(token in number for word in question.words for token in word.tokens[:1]):
            return NUMBER
        # Pinyin takes its time, and only what is typed in letters can be some.
        text = " ".join(str(values.get(name) or "") for name in TITLES)
        title = " ".join(tokens.tokens(text, names=question.text.isascii()))
        return TITLE if search.has_all(title, question.words) else TEXT

    def _narrowed(self, question: Question) -> list[Any]:
        found = []
        if question.state in STATES:
            found.append(self._in_states(*STATES[question.state]))
        if question.since is not None:
            found.append(getattr(self.model, "opened_at", self.model.created_at) >= question.since)
        return found

    def _in_states(self, *categories: str) -> Any:
        if hasattr(self.model, "state_category"):
            return self.model.state_category.in_(categories)
        return self.model.state.in_(self.view.workflow.codes(*categories))

    def _beside(self, actor: Actor, question: Question) -> Iterator[Hit]:
        # What customers may not read they find nothing by.
        is_internal = self.view.may_see_internal(actor)
        for panel, model, text in ((TimelinePanel, TimelineEntry, "body"), (AttachmentsPanel, Attachment, "name")):
            if not any(isinstance(one, panel) for one in self.view.panels):
                continue
            columns: Any = model
            found = select(columns.record_id, getattr(columns, text)).where(
                columns.id.in_(search.entries_with(record_type_of(columns), question.words)),
                columns.record_type == self.key,
                columns.record_id.in_(select(self.model.id).where(*self._narrowed(question))))
            if not is_internal:
                found = found.where(columns.is_public)
            rows = session().execute(found.order_by(columns.id.desc()).limit(READ_AGAIN)).all()
            for key, said in rows:
                # The index may know a text as it was before it was changed or removed for good.
                if search.has_all(search.tokens_of(columns, {text: said}), question.words):
                    yield Hit(key, BESIDE, said)

    def results(self, actor: Actor, question: Question, hits: list[Hit]) -> list[Result]:
        ids = [hit.id for hit in hits]
        rows = {row.id: row for row in session().execute(select(self.model).where(self.model.id.in_(ids))).scalars()}
        hints = hints_of_rows(self.model, ids)
        names = [name for name in field_rights.shown(self.model, search.searched(self.model))
                 if name not in ("number", *TITLES)]
        shown = set(field_rights.shown(self.model, ("state", "opened_at", "created_at", *TITLES)))
        is_titled = {name for name in TITLES if hasattr(self.model, name)} <= shown
        return [Result(
            row.id, text_of(row) if is_titled else str(getattr(row, "number", "") or ""), self.view.url_of(row.id),
            self._snippet(row, names, hit, question), hints.get(row.id, ""), self.view.workflow,
            row.state if self.has_states and "state" in shown else "",
            row.opened_at if "opened_at" in shown and hasattr(row, "opened_at") else None,
        ) for hit in hits if (row := rows.get(hit.id)) is not None]

    @staticmethod
    def _snippet(row: Any, names: list[str], hit: Hit, question: Question) -> Markup:
        texts = [hit.beside] if hit.beside else [str(getattr(row, name) or "") for name in names]
        return next((found for text in texts if (found := snippet(text, question.text))), Markup(""))
