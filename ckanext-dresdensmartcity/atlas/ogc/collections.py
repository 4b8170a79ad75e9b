"""The collections of this portal: what the atlas, the city and the tables of sensors hold now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import get_read_engine, identifier
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.current import city, city_path
from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.outline_store import outlines_of, outlines_path
from ckanext.dresdensmartcity.city.vocabularies import vocabulary

from ..choices import facet_values
from ..entries import ACTOR, PROJECT
from . import areas, stations
from .entry_source import EntrySource
from .model import Choice, Collection, Queryable

STATIONS = "sensor-boxes"  # name of the Table Schema, in schemas/tables
PLACES = (
    Choice("point", Label("eigener Ort", "a point of its own")),
    Choice("area", Label("nur ein Gebiet", "an area only")),
    Choice("none", Label("ohne Ort", "without a place")),
)
YES_NO = (Choice("true", Label("ja", "yes")), Choice("false", Label("nein", "no")))
TITLE = Label("Name", "Name")
# Filters of the atlas's search, as the page /atlas names them, and the property that each one looks at.
BOTH = {
    "field": (Label("Handlungsfeld", "Field of action"), "fields_of_action"),
    "topic": (Label("Thema, auch ein engeres", "Topic, narrower ones too"), "offers"),
    "area": (Label("Schwerpunktraum", "Focus area"), "focus_areas"),
    "district": (Label("Stadtteil", "District"), "districts"),
}
OF_PROJECTS = {
    "status": (Label("Stand", "Status"), "status"),
    "phase": (Label("Phase", "Phase"), "phase"),
    "funding": (Label("Förderprogramm", "Funding programme"), "funding_programme"),
}


def collections(language: str) -> dict[str, Collection]:
    """All collections by their id, named in `language` where a feature has one name."""
    here = city()
    return {name: make(here, language) for name, make in _MAKERS.items()}


def collection(name: str, language: str) -> Collection | None:
    """The collection with that id; None where there is none."""
    make = _MAKERS.get(name)
    return make(city(), language) if make else None


def _actors(here: City, language: str) -> Collection:
    kinds = tuple(Choice(term.id, term.label) for term in vocabulary("actor-kinds").terms)
    return Collection(
        id="actors",
        title=Label("Akteure", "Actors"),
        description=Label(
            "Ämter, Institute, Unternehmen und Vereine, mit dem, was sie bieten und suchen; niemals Personen.",
            "Offices, institutes, companies and associations, with what they offer and seek; never persons.",
        ),
        source=EntrySource(ACTOR, here, language, config.site_url()),
        queryables=(
            Queryable("kind", Label("Art", "Kind"), kinds),
            *_filters(BOTH, here),
            Queryable("part_of", Label("Teil von (Kennung)", "Part of (id)")),
            *_last(),
        ),
        searched=True,
        columns=(("title", TITLE), ("kind_text", Label("Art", "Kind")), ("offers_text", Label("Bietet", "Offers"))),
    )


def _projects(here: City, language: str) -> Collection:
    return Collection(
        id="projects",
        title=Label("Projekte", "Projects"),
        description=Label(
            "Projekte mit Stand, Zeitraum, Bedarf und Mitwirkenden; ohne eigenen Ort mit einem Punkt in ihrem Gebiet.",
            "Projects with status, period, needs and members; without a place of their own with a point in their area.",
        ),
        source=EntrySource(PROJECT, here, language, config.site_url()),
        queryables=(
            *_filters({**OF_PROJECTS, **BOTH}, here),
            Queryable("measure", Label("Maßnahme", "Measure")),
            *_last(),
        ),
        searched=True,
        columns=(
            ("title", TITLE),
            ("measure", Label("Maßnahme", "Measure")),
            ("status_text", Label("Stand", "Status")),
            ("needs_text", Label("Sucht", "Needs")),
        ),
    )


def _filters(wanted: Mapping[str, tuple[Label, str]], here: City) -> list[Queryable]:
    return [
        Queryable(name, label, tuple(Choice(one.value, one.label) for one in facet_values(name, {}, here)), of=of)
        for name, (label, of) in wanted.items()
    ]


def _last() -> tuple[Queryable, ...]:
    stale = Label("Lange nicht bestätigt", "Not confirmed for long")
    return (
        Queryable("place", Label("Art des Ortes", "Kind of place"), PLACES),
        Queryable("stale", stale, YES_NO, several=False),
    )


def _areas_revision(here: City) -> str:
    """Of the city's file and of its outlines."""
    files = (city_path(config.city_file()), outlines_path(here))
    known = [f"{one}:{one.stat().st_mtime_ns}" if one.is_file() else f"{one}:" for one in files]
    return sha256("|".join(known).encode()).hexdigest()[:16]


def _stations(here: City) -> Collection:
    """Of all public datasets with a list of stations."""
    known = _lists()
    revision = sha256(repr((known, _areas_revision(here))).encode()).hexdigest()[:16]
    return _read_stations(revision, tuple(known), config.city_file())


def _lists() -> list[tuple[str, str, str]]:
    """Name of the dataset, id of the table, and what changes with its rows."""
    resource, package = model.Resource, model.Package
    rows = model.Session.execute(
        sa.select(package.name, resource.id, package.metadata_modified, resource.last_modified, resource.extras)
        .join(package, package.id == resource.package_id)
        .where(
            package.state == model.State.ACTIVE,
            ~package.private,
            resource.state == model.State.ACTIVE,
            sa.cast(resource.extras, sa.UnicodeText).contains(STATIONS, autoescape=True),
        )
        .order_by(package.name, resource.id)
    )
    return [
        (row.name, row.id, f"{row.metadata_modified}{row.last_modified}")
        for row in rows
        if (row.extras or {}).get("table_schema") == STATIONS and (row.extras or {}).get("datastore_active")
    ]


@lru_cache(maxsize=4)
def _read_stations(revision: str, known: tuple[tuple[str, str, str], ...], city_file: str) -> Collection:
    """`revision` and the city are part of the key of the cache."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, table, _ in known:
        tables.setdefault(name, []).extend(_rows(table))
    return stations.sensor_locations(city(), tables, revision)


def _rows(table: str) -> list[dict[str, Any]]:
    """The rows of a table; none where it is gone."""
    try:
        with get_read_engine().connect() as connection:
            found = connection.execute(sa.text(f"SELECT * FROM {identifier(table)}"))  # noqa: S608 (quoted)
            return [dict(row._mapping) for row in found]
    except sa.exc.ProgrammingError:
        return []


_MAKERS: Mapping[str, Callable[[City, str], Collection]] = {
    "actors": _actors,
    "projects": _projects,
    "districts": lambda here, language: areas.districts(here, outlines_of(here), _areas_revision(here)),
    "focus_areas": lambda here, language: areas.focus_areas(here, outlines_of(here), language, _areas_revision(here)),
    "sensor_locations": lambda here, language: _stations(here),
}
NAMES = tuple(_MAKERS)
