"""What is said on records and how their files are called, in the search index: an entry of its own for each.

Whoever may not read a text does not find its record by it: who asks joins these entries with their texts, under the
reader's rights, and compares the words with the text as it stands now.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect, select

from app.records.attachments import Attachment
from app.records.search import SearchEntry, tokens_of
from app.records.timeline import TimelineEntry

KIND = TimelineEntry.__record_type__


def _written(_mapper: Any, connection: Connection, entry: TimelineEntry) -> None:
    if entry.body:
        # An id may be that of an entry that was removed past the flush.
        _forget(connection, entry)
        connection.execute(insert(SearchEntry).values(
            record_type=KIND, record_id=entry.id, tokens=tokens_of(TimelineEntry, {"body": entry.body})))


def _changed(mapper: Any, connection: Connection, entry: TimelineEntry) -> None:
    if inspect(entry).attrs.body.history.has_changes():
        _forget(connection, entry)
        _written(mapper, connection, entry)


def _gone(_mapper: Any, connection: Connection, entry: TimelineEntry) -> None:
    _forget(connection, entry)


def _forget(connection: Connection, entry: TimelineEntry) -> None:
    connection.execute(delete(SearchEntry).where(SearchEntry.record_type == KIND, SearchEntry.record_id == entry.id))


def forget_texts(connection: Connection, kind: str, ids: Sequence[int]) -> None:
    """Forget the words of all that was said on some records, and of the names of their files."""
    for model in (TimelineEntry, Attachment):
        theirs = select(model.id).where(model.record_type == kind, model.record_id.in_(ids))
        connection.execute(delete(SearchEntry).where(
            SearchEntry.record_type == model.__tablename__, SearchEntry.record_id.in_(theirs)))


event.listen(TimelineEntry, "after_insert", _written)
event.listen(TimelineEntry, "after_update", _changed)
event.listen(TimelineEntry, "after_delete", _gone)
