"""Data files: what a unit ships, found again by external ids, never overwriting what people changed.

    noupdate: true
    records:
      - {id: ticket.impact_high, model: picklist_value, picklist: ticket.impact, code: high, label: {en: High, zh: 高}}

`model` is a table's name, `role`, or `holiday_year` (with its days). A to-one relation is given by its name with an
external id. A later version brings new records; of the ones that are there it updates, unless the file says noupdate,
those fields that still are as they were shipped. A record that people deleted stays deleted.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper, Session

from app.addon_system import holiday_data, role_data
from app.addon_system.manifest import Manifest
from app.addon_system.models import DataRecord
from app.db import Model, include_deleted, plain
from app.records.picklists import Picklist
from app.records.values import foreign_keys


class WrongData(ValueError):
    """A data file that cannot be loaded; the message names file, record and reason."""


def load_unit(session: Session, unit: Manifest) -> int:
    """Load the data files of a unit in their order and return how many records they hold. Raises WrongData."""
    return sum(load_file(session, unit, unit.folder / name) for name in unit.data)


def load_file(session: Session, unit: Manifest, path: Path) -> int:
    """Load one data file of a unit."""
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    records = content.get("records", [])
    known = _known(session)
    for record in records:
        try:
            _load(session, unit, dict(record), known, bool(content.get("noupdate")))
        except (KeyError, TypeError, AttributeError) as error:
            raise WrongData(f"{unit.name}/{path.name}: {record.get('id')}: {error!r}") from error
    session.flush()
    return len(records)


def _known(session: Session) -> dict[str, DataRecord]:
    # Every external id may be referred to; there are some hundreds, read in one statement.
    return {row.external_id: row for row in session.execute(select(DataRecord)).scalars()}


def _load(session: Session, unit: Manifest, values: dict[str, Any], known: dict[str, DataRecord],
          noupdate: bool) -> None:
    external_id, table = values.pop("id"), values.pop("model")
    row = known.get(external_id)
    if table == "role":
        made = role_data.load(session, unit, external_id, values, None if row is None else row.record_id, noupdate)
        shipped: dict[str, Any] = {}
    elif table == "holiday_year" and row is None:
        made = holiday_data.load(session, values, known[values["holiday_calendar"]].record_id)
        shipped = {}
    elif table == "holiday_year":
        return
    else:
        mapper = _mapper(table)
        clean = _resolve(mapper, values, known)
        shipped = {name: plain(value) for name, value in clean.items()}
        made = _create(session, unit, mapper, clean) if row is None else _update(session, mapper, row, clean, noupdate)
    if row is None:
        row = DataRecord(external_id=external_id, addon=unit.name, table_name=table, record_id=made.id,
                         is_noupdate=noupdate, shipped=shipped)
        session.add(row)
        known[external_id] = row
    elif not noupdate:
        row.shipped = shipped


def _create(session: Session, unit: Manifest, mapper: Mapper[Any], values: dict[str, Any]) -> Any:
    made = mapper.class_(**values)
    if isinstance(made, Picklist):
        made.addon = unit.name
    session.add(made)
    session.flush()
    return made


def _update(session: Session, mapper: Mapper[Any], row: DataRecord, values: dict[str, Any], noupdate: bool) -> Any:
    with include_deleted():
        present = session.get(mapper.class_, row.record_id)
    if present is None or noupdate:
        return present
    for name, value in values.items():
        if plain(getattr(present, name)) == (row.shipped or {}).get(name) and getattr(present, name) != value:
            setattr(present, name, value)
    return present


def _mapper(table: str) -> Mapper[Any]:
    for mapper in Model.registry.mappers:
        if mapper.local_table is not None and mapper.local_table.name == table:
            return mapper
    raise KeyError(f"there is no table {table}")


def _resolve(mapper: Mapper[Any], values: Mapping[str, Any], known: Mapping[str, DataRecord]) -> dict[str, Any]:
    keys = foreign_keys(mapper.class_)
    clean = {}
    for name, value in values.items():
        if name in keys:
            clean[keys[name]] = known[value].record_id if value is not None else None
        elif name in inspect(mapper.class_).column_attrs:
            clean[name] = value
        else:
            raise KeyError(f"{mapper.class_.__name__} has no field {name}")
    return clean


__all__ = ["WrongData", "load_file", "load_unit"]
