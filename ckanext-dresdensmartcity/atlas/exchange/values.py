"""One entry out of the values of a row, a feature or a mapping."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from ckanext.dresdensmartcity.city.facts import in_order
from ckanext.dresdensmartcity.city.names import slug
from ckanext.dresdensmartcity.city.yamlfile import IDENTIFIER
from rapidfuzz import process

from ..entries import ACTOR, PROJECT, TYPES, Entry, Membership
from ..text import normalise
from .cells import read_list, read_rows
from .columns import ACTOR_ONLY, BY_ROLE, COLUMNS, LISTS, NUMBERS, PROJECT_ONLY, ROWS
from .problems import Mistake, Place

TYPE_NAMES = {"akteur": ACTOR, "projekt": PROJECT}
# Ids of entries of another city carry its name before a tilde (harvesters/atlases).
FOREIGN = "~"


class _Values:
    """Takes the values of one entry and notes what is wrong."""

    def __init__(self, place: Place, given: Mapping[str, Any], as_cells: bool) -> None:
        self.place, self.given, self.as_cells = place, given, as_cells
        self.mistakes: list[Mistake] = []

    def wrong(self, column: str, name: str, **values: Any) -> None:
        self.mistakes.append(Mistake(self.place, column, name, values))

    def text(self, name: str) -> str:
        value = self.given.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list | bool):
            self.wrong(name, "not_text")
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return str(value).strip()

    def number(self, name: str) -> float | None:
        text = self.text(name)
        if not text:
            return None
        try:
            number = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.wrong(name, "not_number", value=text[:40])
            return None
        return number

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.given.get(name)
        if value is None or value == "":
            return ()
        if self.as_cells:
            return tuple(dict.fromkeys(read_list(str(value))))
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or any(isinstance(one, dict | list) or one is None for one in value):
            self.wrong(name, "not_list")
            return ()
        return tuple(dict.fromkeys(text for one in value if (text := str(one).strip())))

    def rows(self, name: str) -> tuple[Any, ...]:
        kind = ROWS[name]
        parts = [field.name for field in fields(kind)]
        value = self.given.get(name)
        if value is None or value == "":
            return ()
        found = []
        for record in self._records(name, value, parts):
            row = {part: text for part, text in record.items() if text}
            needed = next((field.name for field in fields(kind) if field.default is MISSING), "")
            if row and needed and needed not in row:
                self.wrong(name, "row_without", part=needed)
            elif row:
                found.append(kind(**row))
        return tuple(found)

    def _records(self, name: str, value: Any, parts: list[str]) -> list[dict[str, str]]:
        if self.as_cells:
            records = []
            for texts in read_rows(str(value)):
                if len(texts) > len(parts):
                    start = " | ".join(texts)[:60]
                    self.wrong(name, "parts", value=start, count=len(texts), most=len(parts), parts=", ".join(parts))
                records.append(dict(zip(parts, texts, strict=False)))
            return records
        mappings = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) and set(map(str, one)) <= set(parts) for one in mappings):
            self.wrong(name, "not_rows", parts=", ".join(parts))
            return []
        return [{str(part): str(text).strip() for part, text in one.items() if text is not None} for one in mappings]


def entry_of(
    place: Place, given: Mapping[str, Any], as_cells: bool
) -> tuple[Entry | None, frozenset[str], tuple[Mistake, ...]]:
    """The entry that the values make, the fields that they speak of, and what is wrong with them."""
    values = _Values(place, given, as_cells)
    for name in given:
        if name not in COLUMNS and name not in BY_ROLE:
            near = ", ".join(one for one, _score, _place in process.extract(name, COLUMNS, limit=3))
            values.wrong(name[:60], "unknown_column", near=near)
    kind = values.text("type").casefold()
    kind = TYPE_NAMES.get(normalise(kind), kind)
    title = values.text("title")
    if kind not in TYPES:
        values.wrong("type", "no_type", value=kind[:40])
    if not title:
        values.wrong("title", "no_title")
    identifier = _identifier(values, title)
    record = _record(values)
    _check_type(values, kind, record)
    if kind not in TYPES or not title:
        return None, frozenset(), tuple(values.mistakes)
    spoken = {"members" if name in BY_ROLE else name for name in given if name in COLUMNS or name in BY_ROLE}
    others = PROJECT_ONLY if kind == ACTOR else ACTOR_ONLY
    record = {name: value for name, value in record.items() if name not in others}
    entry = Entry(package_id="", type=kind, id=identifier, title=title, **record)
    return entry, frozenset(spoken - set(others) - {"type", "id"}), tuple(values.mistakes)


def _identifier(values: _Values, title: str) -> str:
    """The id that is given, or one made from the title."""
    text = values.text("id")
    if not text:
        return slug(title) if title else ""
    if not IDENTIFIER.fullmatch(text.replace(FOREIGN, "").replace("_", "-")):
        values.wrong("id", "no_id", value=text[:60], near=slug(text) or slug(title) or "amt-1")
    return text


def _record(values: _Values) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name in COLUMNS:
        if name in ("type", "id", "title"):
            continue
        if name in NUMBERS:
            record[name] = values.number(name)
        elif name in ROWS:
            record[name] = values.rows(name)
        else:
            record[name] = values.texts(name) if name in LISTS else values.text(name)
    by_role = [Membership(actor, role) for name, role in BY_ROLE.items() for actor in values.texts(name)]
    record["members"] = in_order((*record["members"], *by_role))
    return record


def _check_type(values: _Values, kind: str, record: Mapping[str, Any]) -> None:
    """What only the other type has."""
    for other, only in ((ACTOR, PROJECT_ONLY), (PROJECT, ACTOR_ONLY)):
        for name in only if kind == other else ():
            if record.get(name) not in (None, "", ()):
                values.wrong(name, "only_projects" if kind == ACTOR else "only_actors")
