"""What a city's files become in CKAN, as plain fields: which package, with which name and content. No CKAN in it."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any

from .entries import Actor, Place, Project
from .model import City, Label, Source

# So that an address that holds a package's id outlives a database: ids come from the city and the entry's own id.
NAMESPACE = uuid.UUID("3d5b6c1e-8a14-5b5f-9d0a-6a2f0c7be2a4")
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
IRREGULAR = "http://publications.europa.eu/resource/authority/frequency/IRREG"
ATLAS = "smart-city-atlas"
SWITCHED_OFF = Label(
    de="Ausgeschaltet: Diese Quelle wird nie von selbst eingelesen, nur wenn jemand sie auf ihrer Seite startet.",
    en="Switched off: this source never runs by itself, only when somebody starts it on its page.",
)


@dataclass(frozen=True)
class AtlasFile:
    """One way to get the whole atlas."""

    id: str
    path: str  # after the portal's address
    format: str  # of the EU list of file types
    media_type: str
    title: Label
    about: Label
    schema: str = ""  # a Table Schema of schemas/tables, without its ending


_GEOJSON, _GPKG, _CSV, _JSON = "application/geo+json", "application/geopackage+sqlite3", "text/csv", "application/json"
_CELLS = Label(
    "Mehrere Werte einer Zelle stehen mit Semikolon; die Spalten beschreibt das Tabellenschema.",
    "Several values of a cell stand with semicolons; the Table Schema describes the columns.",
)
ATLAS_FILES = (
    AtlasFile(
        id="geojson",
        path="/atlas/downloads/atlas.geojson",
        format="GEOJSON",
        media_type=_GEOJSON,
        title=Label("Akteure und Projekte (GeoJSON)", "Actors and projects (GeoJSON)"),
        about=Label(
            "Alle Einträge mit allen Angaben; ohne eigenen Ort mit einem Punkt in ihrem Gebiet oder ohne Geometrie.",
            "All entries with all that is known; without an own place with a point in their area or without geometry.",
        ),
    ),
    AtlasFile(
        id="gpkg",
        path="/atlas/downloads/atlas.gpkg",
        format="GPKG",
        media_type=_GPKG,
        title=Label("Akteure und Projekte (GeoPackage)", "Actors and projects (GeoPackage)"),
        about=Label(
            "Ebenen für Akteure und Projekte mit Wertelisten, dazu die Tabelle der Mitwirkenden.",
            "Layers of actors and projects with lists of their values, and the table of memberships.",
        ),
    ),
    AtlasFile(
        id="actors",
        path="/atlas/downloads/actors.csv",
        format="CSV",
        media_type=_CSV,
        title=Label("Akteure (CSV)", "Actors (CSV)"),
        about=_CELLS,
        schema="atlas-actors",
    ),
    AtlasFile(
        id="projects",
        path="/atlas/downloads/projects.csv",
        format="CSV",
        media_type=_CSV,
        title=Label("Projekte (CSV)", "Projects (CSV)"),
        about=_CELLS,
        schema="atlas-projects",
    ),
    AtlasFile(
        id="members",
        path="/atlas/downloads/members.csv",
        format="CSV",
        media_type=_CSV,
        title=Label("Mitwirkende (CSV)", "Memberships (CSV)"),
        about=Label(
            "Welcher Akteur in welchem Projekt in welcher Rolle mitwirkt.",
            "Which actor takes part in which project in which role.",
        ),
        schema="atlas-members",
    ),
    AtlasFile(
        id="json",
        path="/api/3/action/atlas_search?limit=100",
        format="JSON",
        media_type=_JSON,
        title=Label("Suche im Atlas (API)", "Search of the atlas (API)"),
        about=Label("Die Suche mit allen Filtern, Seite für Seite.", "The search with all filters, page by page."),
    ),
)


@dataclass(frozen=True)
class Record:
    """A package that shall be there; `content` holds every field that the city's files decide."""

    type: str
    name: str
    id: str
    content: dict[str, Any]


def record_id(city: City, name: str) -> str:
    """The id of a package of the city; the same in every database."""
    return str(uuid.uuid5(NAMESPACE, f"{city.id}:{name}"))


def actor_record(city: City, actor: Actor) -> Record:
    return _entry(city, "actor", actor)


def project_record(city: City, project: Project) -> Record:
    return _entry(city, "project", project)


def _entry(city: City, kind: str, entry: Actor | Project) -> Record:
    """The fields have the names of schemas/actor.yaml and project.yaml; empty ones are there too, to be emptied."""
    name = f"{kind}-{entry.id}"
    content: dict[str, Any] = {}
    for one in fields(entry):
        value = getattr(entry, one.name)
        if one.name == "place":
            content.update(_place(value))
        elif one.name != "id":
            content[one.name] = _plain(value)
    return Record(kind, name, record_id(city, name), content)


def _plain(value: Any) -> Any:
    """As CKAN takes it: lists of texts or of mappings without what is empty."""
    if not isinstance(value, tuple):
        return "" if value is None else value
    return [
        {name: text for name, text in asdict(one).items() if text}
        if is_dataclass(one) and not isinstance(one, type)
        else one
        for one in value
    ]


def _place(place: Place | None) -> dict[str, Any]:
    names = {"longitude": "longitude", "latitude": "latitude", "precision_m": "position_precision_m"}
    values = asdict(place) if place else dict.fromkeys(names, "")
    return {ours: values[theirs] for theirs, ours in names.items()}


def source_record(city: City, source: Source, demo_url: str) -> Record:
    """A harvest source of ckanext-harvest.

    It knows no source that is there but switched off: an inactive one is a deleted one, which nobody sees or starts. So
    one that the city switches off is there, has no schedule and says so; what runs sources asks the city.
    """
    config = json.dumps(source.config, sort_keys=True, ensure_ascii=False) if source.config else ""
    content = {
        "title": source.title.de,
        # A source has one text for both languages, and nothing to say beyond its title while it runs as planned.
        "notes": "" if source.active else f"{SWITCHED_OFF.de}\n\n{SWITCHED_OFF.en}",
        "url": source.url.replace("{demo}", demo_url),
        "source_type": source.type,
        "frequency": source.frequency if source.active else "MANUAL",
        "config": config,
    }
    return Record("harvest", source.name, record_id(city, f"source-{source.name}"), content)


def atlas_record(city: City, site_url: str) -> Record:
    """The atlas as one dataset of the catalogue (DESIGN, data model): its entries are none."""
    content = {
        "title": f"Smart City Atlas {city.name}: Akteure und Projekte",
        "title_en": f"Smart City Atlas {city.name}: actors and projects",
        "notes": (
            "Wer in der Stadt woran arbeitet: Akteure mit dem, was sie bieten und suchen, und Projekte mit Zielen, "
            "Handlungsfeldern, Partnern und Bedarf. Einträge ohne eigenen Ort haben einen Punkt in ihrem Gebiet oder "
            f"keine Geometrie. Für QGIS, Masterportal und Programme: [OGC API Features]({site_url}/ogc)."
        ),
        "notes_en": (
            "Who works on what in the city: actors with what they offer and seek, and projects with goals, fields of "
            "action, partners and needs. Entries without a place of their own have a point in their area or no "
            f"geometry. For QGIS, Masterportal and programs: [OGC API Features]({site_url}/ogc)."
        ),
        "theme": [THEMES + "GOVE", THEMES + "REGI"],
        "tags": [{"name": name} for name in ("Akteure", "Atlas", "Projekte", "Smart City")],
        "keywords_en": ["actors", "atlas", "projects", "smart city"],
        "frequency": IRREGULAR,
        "url": f"{site_url}/atlas",
        "resources": [_file(city, site_url, one) for one in ATLAS_FILES],
    }
    return Record("dataset", ATLAS, record_id(city, ATLAS), content)


def _file(city: City, site_url: str, file: AtlasFile) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": record_id(city, f"{ATLAS}:{file.id}"),
        "name": file.title.de,
        "name_en": file.title.en,
        "description": file.about.de,
        "description_en": file.about.en,
        "url": f"{site_url}{file.path}",
        "format": file.format,
        "mimetype": file.media_type,
        "license": city.license,
        "license_attribution": city.attribution,
    }
    if file.schema:
        content |= {"table_schema": file.schema, "conforms_to": [f"{site_url}/atlas/downloads/{file.schema}.json"]}
    return content
