"""Entries out of files of people: tables, GeoJSON, YAML. Every mistake is told with its place, all at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import yaml
from charset_normalizer import from_bytes
from ckanext.dresdensmartcity.city.yamlfile import IDENTIFIER
from rapidfuzz import process

from ..entries import TYPES, Entry
from ..text import normalise
from .cells import unguard
from .columns import ALSO_CALLED, BY_ROLE, COLUMNS
from .problems import ExchangeError, Mistake, Place
from .values import entry_of

MOST_BYTES = 50_000_000
MOST_ENTRIES = 50_000
DELIMITERS = (",", ";", "\t", "|")
FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".geojson": "geojson", ".json": "geojson", ".yaml": "yaml"}
FORMATS[".yml"] = "yaml"
# What older programs of offices save; tried before guessing, as cp1252 and its kin are much alike.
ENCODINGS = ["utf_8", "cp1252", "utf_16", "mac_roman", "cp850"]
_NAMES = (*COLUMNS, *BY_ROLE)


@dataclass(frozen=True)
class Given:
    """One entry of a file: what it says, which fields it speaks of, and what is wrong with it."""

    place: Place
    entry: Entry | None  # none where type or title are missing
    fields: frozenset[str]
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A file as it was understood."""

    given: tuple[Given, ...]
    mistakes: tuple[Mistake, ...] = ()  # of the file as a whole, such as an unknown column

    @property
    def every_mistake(self) -> tuple[Mistake, ...]:
        return (*self.mistakes, *(mistake for one in self.given for mistake in one.mistakes))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries without a mistake."""
        return tuple(one.entry for one in self.given if one.entry and not one.mistakes)


def read(data: bytes, name: str) -> Reading:
    """The entries of a file; its format is told by its name, else by how it begins.

    Raises ExchangeError when nothing of it can be read.
    """
    if len(data) > MOST_BYTES:
        raise _whole("too_large", count=len(data), most=MOST_BYTES)
    text = _decoded(data)
    kind = FORMATS.get(PurePath(name).suffix.casefold()) or _guessed(text)
    reading = {"csv": _table, "geojson": _geojson, "yaml": _yaml}[kind](text)
    return _without_twins(reading)


def _whole(name: str, **values: Any) -> ExchangeError:
    return ExchangeError([Mistake(Place("file"), name=name, values=values)])


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = from_bytes(data, cp_isolation=ENCODINGS).best()
        if guess is None:
            raise _whole("no_text") from None
        text = str(guess).lstrip("\ufeff")
    if "\0" in text:
        raise _whole("no_text")
    return text


def _guessed(text: str) -> str:
    start = text.lstrip()[:200]
    if start.startswith("{"):
        return "geojson"
    return "yaml" if start.startswith(("format:", "actors:", "projects:", "---")) else "csv"


# --- tables


def _table(text: str) -> Reading:
    header = next(csv.reader(io.StringIO(text, newline="")), None)
    if not text.strip() or header is None:
        raise _whole("no_table")
    first = text.lstrip("\r\n").splitlines()[0]
    delimiter = max(DELIMITERS, key=lambda one: _known(next(csv.reader([first], delimiter=one), [])))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        cells = [(rows.line_num, row) for row in rows]
    except csv.Error as error:
        raise ExchangeError([Mistake(Place("row", rows.line_num), message=str(error))]) from error
    filled = [(number, row) for number, (_line, row) in enumerate(cells, 1) if any(cell.strip() for cell in row)]
    if not filled:
        raise _whole("no_table")
    (number, header), *body = filled
    columns, mistakes = _columns(header, number)
    if not set(columns) & {"title", "id"}:
        raise _whole("no_table")
    if len(body) > MOST_ENTRIES:
        raise _whole("too_many", most=MOST_ENTRIES)
    given = []
    for number, row in body:
        place = Place("row", number)
        values = {name: unguard(cell.strip()) for name, cell in zip(columns, row, strict=False) if name}
        found = _given(place, values, as_cells=True)
        if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
            longer = Mistake(place, name="cells", values={"count": len(row), "most": len(columns)})
            found = Given(place, found.entry, found.fields, (longer, *found.mistakes))
        given.append(found)
    return Reading(tuple(given), mistakes)


def _known(header: list[str]) -> int:
    return sum(bool(_column(one)) for one in header)


def _column(heading: str) -> str:
    plain = normalise(heading).replace(" ", "_")
    return plain if plain in _NAMES else ALSO_CALLED.get(normalise(heading), "")


def _columns(header: list[str], number: int) -> tuple[list[str], tuple[Mistake, ...]]:
    columns: list[str] = []
    mistakes = []
    for heading in header:
        name = _column(heading)
        if not name and heading.strip():
            near = ", ".join(one for one, _score, _place in process.extract(normalise(heading), _NAMES, limit=3))
            mistakes.append(Mistake(Place("row", number), heading.strip()[:60], "unknown_column", {"near": near}))
        elif name and name in columns:
            mistakes.append(Mistake(Place("row", number), heading.strip()[:60], "twice_column"))
        columns.append(name)
    return columns, tuple(mistakes)


# --- GeoJSON


def _geojson(text: str) -> Reading:
    try:
        loaded = json.loads(text)
    except json.JSONDecodeError as error:
        raise _whole("no_json", why=error.msg, line=error.lineno) from error
    except RecursionError as error:
        raise _whole("no_collection") from error
    except ValueError as error:  # of Python: it takes no whole number of thousands of digits
        raise _whole("no_json", why="a number has too many digits", line=1) from error
    features = loaded.get("features") if isinstance(loaded, dict) else None
    if not isinstance(features, list):
        raise _whole("no_collection")
    if len(features) > MOST_ENTRIES:
        raise _whole("too_many", most=MOST_ENTRIES)
    if not features:
        raise _whole("no_entries")
    return Reading(tuple(_feature(Place("feature", number), one) for number, one in enumerate(features, 1)))


def _feature(place: Place, feature: Any) -> Given:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return Given(place, None, frozenset(), (Mistake(place, name="not_mapping"),))
    values = dict(properties)
    kind, _slash, identifier = str(feature.get("id") or "").partition("/")
    if kind in TYPES and identifier:
        values = {"type": kind, "id": identifier} | values
    mistakes: tuple[Mistake, ...] = ()
    if "geometry" in feature:
        geometry = feature["geometry"]
        point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
        if isinstance(point, list) and len(point) in (2, 3):
            values |= {"longitude": point[0], "latitude": point[1]}
        elif geometry is None:
            values |= {"longitude": None, "latitude": None}
        else:
            mistakes = (Mistake(place, "geometry", "no_point"),)
    found = _given(place, values)
    return Given(place, found.entry, found.fields, (*mistakes, *found.mistakes))


# --- YAML


def _yaml(text: str) -> Reading:
    try:
        if any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in yaml.scan(text)):
            raise _whole("aliases")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _whole("no_yaml", why=error.problem or "", line=line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _whole("no_yaml", why=str(error).splitlines()[0][:100], line=1) from error
    found = list(_nodes(tree))
    if not found:
        raise _whole("no_lists")
    if len(found) > MOST_ENTRIES:
        raise _whole("too_many", most=MOST_ENTRIES)
    return Reading(tuple(_from_node(kind, node) for kind, node in found))


def _nodes(tree: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(tree, yaml.MappingNode):
        return
    for key, value in tree.value:
        kind = str(key.value).removesuffix("s")
        if kind in TYPES and isinstance(value, yaml.SequenceNode):
            for node in value.value:
                yield kind, node


def _from_node(kind: str, node: yaml.Node) -> Given:
    place = Place("line", node.start_mark.line + 1)
    values = _plain(node)
    if not isinstance(values, dict):
        return Given(place, None, frozenset(), (Mistake(place, name="not_mapping"),))
    return _given(place, {"type": kind, **values})


def _plain(node: yaml.Node) -> Any:
    """Texts as they are written: 2013-07 and 01 are no numbers here; an empty value is none."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


# --- both


def _given(place: Place, values: Mapping[str, Any], as_cells: bool = False) -> Given:
    entry, fields, mistakes = entry_of(place, values, as_cells)
    return Given(place, entry, fields, mistakes)


def _without_twins(reading: Reading) -> Reading:
    """An id that stands twice is wrong in the second place."""
    first: dict[tuple[str, str], Place] = {}
    given = []
    for one in reading.given:
        mistakes = one.mistakes
        if one.entry and one.entry.id:
            key = (one.entry.type, one.entry.id)
            if key in first:
                twin = Mistake(one.place, "id", "twice", {"other": str(first[key])})
                mistakes = (*mistakes, twin)
            first.setdefault(key, one.place)
        given.append(Given(one.place, one.entry, one.fields, mistakes))
    return Reading(tuple(given), reading.mistakes)


def is_id(text: str) -> bool:
    """Whether the text may be an id of the atlas."""
    return IDENTIFIER.fullmatch(text) is not None
