"""What a program would have overwritten: told with the refusal of a version that is not the present one."""

from collections.abc import Mapping
from typing import Any

from app.db import plain, record_type_of, session
from app.records import audit
from app.sdk.actor import current_actor
from app.web.names import column_of


def conflicts(api: Any, item: Any, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields that were sent and hold another value by now: what, and where it is known who and when.

    What the caller may not see is left out; who did it is for those who see what is internal.
    """
    held = api.datamodel.get(item.id, select_columns=api.show_columns) or item
    shown = api._seen(api.show_model_schema.dump(held, many=False))
    columns = {name: column_of(api.datamodel, name) for name in given if name in shown}
    differing = {name: column for name, column in columns.items()
                 if plain(getattr(held, column, None)) != plain(getattr(given[name], "id", given[name]))}
    entries = audit.latest(session(), record_type_of(type(held)), held.id, differing.values())
    return [{"field": name, "theirs": shown[name], **_by(api, entries.get(column))}
            for name, column in differing.items()]


def _by(api: Any, entry: Any) -> dict[str, str]:
    if entry is None:
        return {}
    who = {"changed_by": entry.actor_label} if api.may_see_internal(current_actor()) else {}
    return {**who, "changed_at": entry.at.isoformat()}
