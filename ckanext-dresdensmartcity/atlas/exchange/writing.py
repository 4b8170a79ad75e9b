"""Entries as CSV, GeoJSON and YAML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import yaml

from ..entries import ACTOR, TYPES, Entry
from .cells import guard, write_list, write_rows
from .columns import ACTOR_ONLY, COLUMNS, LISTS, NUMBERS, PROJECT_ONLY, ROWS

FORMAT = "smart-city-atlas/1"


def to_csv(entries: Iterable[Entry]) -> str:
    """One table of actors and projects: comma, UTF-8 without a mark, lists and records in cells (cells.py)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        record = _record(entry)
        writer.writerow([_cell(name, record.get(name)) for name in COLUMNS])
    return out.getvalue()


def to_geojson(entries: Iterable[Entry]) -> str:
    """A FeatureCollection (RFC 7946); entries without a point have no geometry. Empty fields are left out."""
    features = []
    for entry in entries:
        record = _record(entry)
        place = entry.position
        properties = {
            name: record[name] for name in COLUMNS if name in record and name not in ("longitude", "latitude")
        }
        features.append(
            {
                "type": "Feature",
                "id": f"{entry.type}/{entry.id}",
                "geometry": {"type": "Point", "coordinates": list(place)} if place else None,
                "properties": properties,
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1) + "\n"


def to_yaml(entries: Iterable[Entry]) -> str:
    """Lists of actors and projects. Empty fields are left out."""
    lists: dict[str, Any] = {"format": FORMAT}
    found = list(entries)
    for kind in TYPES:
        records = [_record(entry) for entry in found if entry.type == kind]
        lists[f"{kind}s"] = [
            {name: record[name] for name in COLUMNS if name in record and name != "type"} for record in records
        ]
    return yaml.dump(lists, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


class _Dumper(yaml.SafeDumper):
    """Writes every value out: two entries with the same list are no alias of each other."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _record(entry: Entry) -> dict[str, Any]:
    """What the entry says, without what is empty; records as plain mappings, likewise without what is empty."""
    others = PROJECT_ONLY if entry.type == ACTOR else ACTOR_ONLY
    record: dict[str, Any] = {}
    for name in COLUMNS:
        value = getattr(entry, name)
        if name in others or value is None or value in ("", ()):
            continue
        if name in ROWS:
            record[name] = [{part: text for part, text in asdict(row).items() if text} for row in value]
        else:
            record[name] = list(value) if name in LISTS else value
    return record


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in ROWS:
        return guard(write_rows(value, list(ROWS[name].__dataclass_fields__)))
    if name in LISTS:
        return guard(write_list(value))
    # The shortest text that is read as the same number again.
    return repr(value) if name in NUMBERS else guard(str(value))
