"""From a feature of another city's atlas to the fields of ours: only what is meant for everybody, in our words.

Whatever a field holds, nothing raises: what cannot be used is left out and counted (`Told.left_out`), so that one bad
value costs no entry. What an entry cannot do without (title, kind, a place in the world) makes it `refused`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.dresdensmartcity.atlas import checks
from ckanext.dresdensmartcity.atlas.entries import ACTOR
from ckanext.dresdensmartcity.atlas.exchange.columns import FACTS
from ckanext.dresdensmartcity.city.dates import understand_date
from ckanext.dresdensmartcity.city.facts import PARTNER, ROLES
from ckanext.dresdensmartcity.city.model import BoundingBox, City
from ckanext.dresdensmartcity.city.values import is_iri, texts
from ckanext.dresdensmartcity.city.vocabularies import topics_by_id, vocabulary
from shapely.errors import ShapelyError
from shapely.geometry import shape

from ..records import Finding
from . import wording
from .cleaning import personal, plain, without_personal
from .settings import (
    DATES,
    LINES,
    LISTS,
    LONG_TEXTS,
    NUMBERS,
    OF_ACTORS,
    OF_PROJECTS,
    ORIGIN,
    PAGES,
    REFERENCES,
    ROWS,
    WORDS,
    ActorsSettings,
    CollectionSettings,
    ProjectsSettings,
)

MOST_READ = 2 * checks.LONGEST_TEXT  # characters of a value that are looked at at all
MOST_NUMBER = 1e12
POINT = "point"  # what our own interface calls an entry's own place
DECIMALS = 6  # of degrees: a tenth of a metre
_TOPIC_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_ROW_DATES = ("since", "until", "retrieved_on", "confirmed_on")
_PARTS = {
    "members": ("actor", "role", "since", "until", "source"),
    "evidence": ("fact", "source", "retrieved_on", "confirmed_on"),
    "links": ("url", "label"),
}


@dataclass(frozen=True)
class Row:
    """A feature as the server sent it."""

    place: str  # "actors, page 1, feature 3"
    id: str
    properties: Mapping[str, Any]
    geometry: Any
    address: str  # of the feature itself


@dataclass
class Told:
    """What became of the features of a collection."""

    left_out: Counter[str] = field(default_factory=Counter)  # field and why -> how often
    contacts: int = 0  # mail addresses and telephone numbers that were left out


@dataclass
class Read:
    """An entry of the other atlas; references hold its ids and titles of others."""

    type: str
    id: str
    place: str
    values: dict[str, Any] = field(default_factory=dict)
    refused: Finding | None = None

    @property
    def title(self) -> str:
        return str(self.values.get("title", ""))


def read(
    row: Row, entry_type: str, settings: CollectionSettings, city: City, told: Told, extent: BoundingBox | None = None
) -> Read:
    """The entry that a feature is; `extent` is the area that its collection says it has."""
    return _Reader(row, entry_type, settings, city, told).read(extent)


def given(row: Row, settings: CollectionSettings, name: str) -> Any:
    """What the feature holds under our name of a property; dots lead into objects."""
    called = getattr(settings, "fields", {}).get(name, name)
    if called in row.properties:
        return row.properties[called]
    found: Any = row.properties
    for part in called.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


class _Reader:
    def __init__(self, row: Row, entry_type: str, settings: CollectionSettings, city: City, told: Told) -> None:
        self.row, self.settings, self.city, self.told = row, settings, city, told
        self.entry = Read(entry_type, row.id, row.place)

    def read(self, extent: BoundingBox | None) -> Read:
        entry, values = self.entry, self.entry.values
        names = OF_ACTORS if entry.type == ACTOR else OF_PROJECTS
        for name in names:
            value = self._value(name, given(self.row, self.settings, name))
            if value not in (None, "", []):
                values[name] = value
        taken = {getattr(self.settings, "fields", {}).get(name, name) for name in names}
        for name, value in self.row.properties.items():
            if name not in taken and isinstance(value, str):
                self.told.contacts += personal(value[:MOST_READ])
        values.setdefault("page", self.row.address)
        self._position(extent)
        if "title" not in values:
            self._refuse(wording.NO_TITLE)
        elif entry.type == ACTOR and "kind" not in values:
            kind = str(given(self.row, self.settings, "kind") or "")[:80]
            self._refuse(
                wording.NO_KIND, kind=kind, ours=", ".join(term.id for term in vocabulary("actor-kinds").terms)
            )
        return entry

    def _value(self, name: str, value: Any) -> Any:
        if value in (None, "", [], {}):
            return None
        if name in ROWS:
            return self._rows(name, value)
        if name in LISTS or name == "builds_on":
            found = [self._line(one, name, whole=True) for one in self._items(value, name)]
            kept = list(dict.fromkeys(one for one in found if one))
            return self._known(name, kept) if name == "fields_of_action" else [self._topic(name, one) for one in kept]
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self._left_out(name, "form")
            return None
        return self._single(name, value)

    def _single(self, name: str, value: str | float) -> Any:
        if name in LONG_TEXTS:
            return self._text(str(value), name)
        if name in (*LINES, *REFERENCES):
            return self._line(value, name)
        if name in (*PAGES, *ORIGIN):
            return self._page(str(value), name)
        if name in DATES:
            return self._date(str(value), name)
        if name in NUMBERS:
            return self._number(value, name)
        return self._word(name, str(value).strip()) if name in WORDS else None

    def _items(self, value: Any, name: str) -> list[Any]:
        if isinstance(value, str):
            # Servers that know no lists write them as a text.
            value = texts(value) if value.startswith("[") else re.split(r"\s*[;|]\s*", value)
        found = value if isinstance(value, list) else [value]
        if len(found) > checks.MOST_ITEMS:
            self._left_out(name, "many", len(found) - checks.MOST_ITEMS)
        return found[: checks.MOST_ITEMS]

    def _text(self, value: str, name: str) -> str:
        text = plain(value[:MOST_READ])
        if found := personal(text):
            self.told.contacts += found
            text = without_personal(text)
        if len(text) > checks.LONGEST_TEXT:
            self._left_out(name, "long")
            text = text[: checks.LONGEST_TEXT - 1].rpartition(" ")[0] + "…"
        return text

    def _line(self, value: Any, name: str, *, whole: bool = False) -> str:
        """One line; `whole`: with a way to reach a person in it, it is left out as a whole."""
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self._left_out(name, "form")
            return ""
        text = " ".join(plain(str(value)[:MOST_READ]).split())
        if found := personal(text):
            self.told.contacts += found
            text = "" if whole else " ".join(without_personal(text).split())
        if len(text) > checks.LONGEST_ITEM:
            self._left_out(name, "long")
            text = text[: checks.LONGEST_ITEM - 1].rpartition(" ")[0] + "…"
        return text

    def _page(self, value: str, name: str) -> str:
        text = value.strip()
        if text.lower().startswith(("mailto:", "tel:")) or ("@" in text and personal(text)):
            self.told.contacts += 1
            return ""
        if text and "://" not in text and re.fullmatch(r"www\.[\w.-]+(?:/\S*)?", text):
            text = f"https://{text}"
        if not is_iri(text) or len(text) > checks.LONGEST_ITEM:
            self._left_out(name, "form")
            return ""
        return text

    def _date(self, value: str, name: str) -> str:
        found = understand_date(value.strip()[:40]) or ""
        if not found:
            self._left_out(name, "form")
        return found[:10]

    def _number(self, value: str | float, name: str) -> str:
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = -1.0
        if not 0 <= number <= MOST_NUMBER:
            self._left_out(name, "form")
            return ""
        return f"{number:.2f}".rstrip("0").rstrip(".")

    def _word(self, name: str, text: str) -> str:
        settings = self.settings
        if name == "kind" and isinstance(settings, ActorsSettings):
            mapped = settings.kinds.get(text, text)
            known = mapped if vocabulary("actor-kinds").by_id(mapped) else ""
            return known or settings.default_kind
        mapped = settings.statuses.get(text, text) if isinstance(settings, ProjectsSettings) else text
        if vocabulary("project-status").by_id(mapped):
            return mapped
        self._left_out(name, "unknown")
        return ""

    def _known(self, name: str, found: list[str]) -> list[str]:
        """Of the fields of action those that this city has too."""
        mapped = getattr(self.settings, "values", {}).get(name, {})
        ours = {one.id for one in self.city.fields_of_action}
        kept = [mapped.get(one, one) for one in found]
        self._left_out(name, "unknown", sum(one not in ours for one in kept))
        return list(dict.fromkeys(one for one in kept if one in ours))

    def _topic(self, name: str, text: str) -> str:
        """Cities may have topics of their own; an id that is none here becomes words: theirs, where they say them."""
        known = name not in ("offers", "needs") or text in topics_by_id()
        if known or not _TOPIC_ID.fullmatch(text) or any(text == one.id for one in self.city.topics):
            return text
        ids, labels = self.row.properties.get(name), self.row.properties.get(f"{name}_text")
        words = labels.split("; ") if isinstance(labels, str) else []
        if isinstance(ids, list) and len(ids) == len(words) and text in ids:
            return self._line(words[ids.index(text)], name, whole=True) or text
        return text.replace("-", " ").capitalize()

    def _rows(self, name: str, value: Any) -> list[dict[str, str]]:
        rows = []
        for one in self._items(value, name):
            record = {_PARTS[name][0]: one} if isinstance(one, str) else one
            if not isinstance(record, Mapping):
                self._left_out(name, "form")
                continue
            found = {part: text for part in _PARTS[name] if (text := self._part(name, part, record.get(part)))}
            if found.get({"members": "actor", "evidence": "source", "links": "url"}[name]):
                rows.append(found)
        return rows

    def _part(self, name: str, part: str, value: Any) -> str:
        if value in (None, ""):
            return ""
        if part in _ROW_DATES:
            return self._date(str(value), name)
        if part == "url":
            return self._page(str(value), name)
        text = self._line(value, name, whole=True)
        if part == "role":
            return text if text in ROLES else PARTNER
        return "" if part == "fact" and text not in FACTS else text

    def _position(self, extent: BoundingBox | None) -> None:
        geometry = self.row.geometry
        # Our own interface says of a point in an area that it is one, and not the entry's own.
        if not geometry or self.row.properties.get("place") not in (None, POINT):
            return
        point = _point(geometry)
        if point is None:
            self._left_out("geometry", "form")
            return
        longitude, latitude = point
        position = f"{longitude:g}, {latitude:g}"
        if point == (0.0, 0.0):
            self._left_out("geometry", "form")
        elif abs(longitude) > 180 or abs(latitude) > 90:
            self._refuse(wording.OUTSIDE, position=position)
        elif extent and not _inside(point, extent) and _inside((latitude, longitude), extent):
            self._refuse(wording.SWAPPED, position=position)
        else:
            values = self.entry.values
            values["longitude"], values["latitude"] = (f"{one:.{DECIMALS}f}".rstrip("0").rstrip(".") for one in point)

    def _refuse(self, text: str, **values: Any) -> None:
        if self.entry.refused is None:
            named = f"{self.row.place}, {self.entry.title or self.row.id}"[:200]
            self.entry.refused = Finding.of("rejected", "error", text, named, **values)

    def _left_out(self, name: str, why: str, number: int = 1) -> None:
        if number:
            self.told.left_out[f"{name}: {WHY[why]}"] += number


WHY = {
    "form": "not in the form that is wanted",
    "unknown": "a word that is not known here",
    "long": "cut, as it is too long",
    "many": "too many",
    "reference": "leads to nothing in the other atlas",
}


def _point(geometry: Any) -> tuple[float, float] | None:
    """A point of the geometry: of a line or area one that lies on it."""
    if not isinstance(geometry, Mapping):
        return None
    try:
        found = shape(geometry)
        point = found if found.geom_type == "Point" else found.representative_point()
        x, y = float(point.x), float(point.y)
    except (ShapelyError, ValueError, TypeError, AttributeError, IndexError, KeyError, OverflowError):
        return None
    return (x, y) if abs(x) < float("inf") and abs(y) < float("inf") else None


def _inside(point: tuple[float, float], extent: BoundingBox) -> bool:
    west, south, east, north = extent
    return west <= point[0] <= east and south <= point[1] <= north
