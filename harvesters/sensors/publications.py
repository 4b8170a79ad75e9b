"""The datasets that sensors are published as: a series for each quantity, a dataset for each year, and the stations.

A dataset of a quantity and year has four tables (RULES §5: distributions of one dataset hold the same data; the tables
are the same measurements at four resolutions, each told with its own). Hours and days come from the units, a station
and a window of time each; years and the grid need all stations and are made when a run is finished (finishing.py).
Units and the finish give the same package, so none undoes another; a table that one of them does not make is declared
with a scope in which there is no row.
"""

from __future__ import annotations

import json
from typing import Any

from ckanext.dresdensmartcity.city.model import BoundingBox, City, Label

from ..records import Publication, Table, Value
from . import texts
from .content import rows_of
from .phenomena import PHENOMENA, Phenomenon
from .rules import METHOD_VERSION
from .settings import SensorSettings

_ENVIRONMENT = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
_FORMATS = ("CSV", "PARQUET")
_NOWHERE = ""  # id of a station or cell that does not exist
_METRES = "100"


def of_unit(city: City, settings: SensorSettings, content: dict[str, Any]) -> list[Publication]:
    """What a station and a window of time add: hours and days of each quantity that it measured."""
    found = []
    first, following = content["days"]
    box = content["station"]
    for phenomenon in sorted(content["quantities"]):
        parts: dict[str, dict[str, Any]] = {
            "hourly": {"scope": {"box_id": box, "hour_start": (content["start"], content["end"])}},
            "daily": {"scope": {"box_id": box, "day": (first, following)}},
        }
        for name, part in parts.items():
            part["rows"] = rows_of(content, phenomenon, name)
        found += of_year(city, settings, PHENOMENA[phenomenon], content["year"], parts)
    return found


def of_year(
    city: City, settings: SensorSettings, phenomenon: Phenomenon, year: int, parts: dict[str, dict[str, Any]]
) -> list[Publication]:
    """The series of a quantity and its dataset of a year; `parts` are the tables that are given, by name."""
    series = Publication(
        series_guid(settings, phenomenon.id), _series(city, settings, phenomenon), kind="dataset_series"
    )
    tables = tuple(_table(settings, phenomenon, year, text, parts.get(text.name)) for text in texts.TABLES)
    package = _means(city, settings, phenomenon, year)
    return [series, Publication(f"{series.guid}:{year}", package, tables, series=series.guid)]


def of_stations(city: City, settings: SensorSettings, rows: list[dict[str, Value]]) -> Publication:
    """The list of stations."""
    title = texts.stations_title(settings)
    table = Table(
        name="stations",
        title=texts.STATIONS.title.de,
        schema="sensor-boxes",
        rows=rows,
        description=texts.STATIONS.about.de,
        formats=_FORMATS,
        resource=_english(texts.STATIONS.title, texts.STATIONS.about) | _licence(settings),
    )
    measured = sorted({name for row in rows for name in str(row["phenomena"] or "").split()})
    package = _dataset(city, settings, measured) | {
        "name": _name(settings, "messstationen"),
        **_both("title", title),
        **_both("notes", texts.stations_notes(settings)),
    }
    return Publication(f"{settings.prefix}:stations", package, (table,))


def series_guid(settings: SensorSettings, phenomenon: str) -> str:
    """Of the series of a quantity; its datasets add the year."""
    return f"{settings.prefix}:{phenomenon}"


def _table(
    settings: SensorSettings, phenomenon: Phenomenon, year: int, text: texts.TableText, part: dict[str, Any] | None
) -> Table:
    key = "cell" if text.name == "grid" else "box_id"
    title = texts.table_title(text, phenomenon, year)
    about = {"temporal_resolution": text.resolution}
    if text.name == "grid":
        about["spatial_resolution_in_meters"] = _METRES
    return Table(
        name=text.name,
        title=title.de,
        schema=f"sensor-{text.name}",
        description=text.about.de,
        formats=_FORMATS,
        resource=_english(title, text.about) | about | _licence(settings),
        **(part or {"scope": {key: _NOWHERE}}),
    )


def _english(title: Label, about: Label) -> dict[str, Any]:
    return {"name_en": title.en, "description_en": about.en}


def _licence(settings: SensorSettings) -> dict[str, Any]:
    licence = settings.licence
    return {} if licence is None else {"license": licence.iri, "license_attribution": licence.attribution}


def _series(city: City, settings: SensorSettings, phenomenon: Phenomenon) -> dict[str, Any]:
    german, english = texts.keywords([phenomenon.id])
    return _filled(
        {
            "name": _name(settings, texts.SLUGS[phenomenon.id]),
            **_both("title", texts.series_title(phenomenon, settings)),
            **_both("notes", texts.series_notes(phenomenon, settings)),
            "tags": german,
            "keywords_en": english,
            "frequency": _frequency(settings),
            "spatial_coverage": _places(city, settings),
            "measure": settings.measure,
        }
    )


def _means(city: City, settings: SensorSettings, phenomenon: Phenomenon, year: int) -> dict[str, Any]:
    return _dataset(city, settings, [phenomenon.id]) | {
        "name": _name(settings, f"{texts.SLUGS[phenomenon.id]}-{year}"),
        **_both("title", texts.dataset_title(phenomenon, year, settings)),
        **_both("notes", texts.dataset_notes(phenomenon, year, settings)),
        "temporal_coverage": [_time(settings, year)],
        "temporal_resolution": texts.TABLES[0].resolution,
        **_both("method", texts.method(phenomenon, settings)),
        "method_version": METHOD_VERSION,
    }


def _dataset(city: City, settings: SensorSettings, phenomena: list[str]) -> dict[str, Any]:
    """What all datasets of a source say."""
    german, english = texts.keywords(phenomena)
    return _filled(
        {
            "tags": german,
            "keywords_en": english,
            "theme": [_ENVIRONMENT],
            "frequency": _frequency(settings),
            "language": list(city.languages),
            "spatial_coverage": _places(city, settings),
            "spatial_resolution_in_meters": _METRES,
            **_both("provenance", texts.provenance(settings)),
            "sample": settings.sample,
            "measure": settings.measure,
            "focus_area": list(settings.focus_areas),
            "url": texts.homepage(settings),
            "privacy_level": "aggregated",
        }
    )


def _both(field: str, text: Label) -> dict[str, str]:
    return {field: text.de, f"{field}_en": text.en}


def _name(settings: SensorSettings, text: str) -> str:
    return settings.prefix.replace("sensors", "umweltsensoren", 1).replace("-sample", "-beispiel", 1) + f"-{text}"


def _filled(package: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in package.items() if value not in ("", [], None)}


def _frequency(settings: SensorSettings) -> str:
    return _FREQUENCY + ("NEVER" if settings.sample else "DAILY")


def _time(settings: SensorSettings, year: int) -> dict[str, str]:
    """The part of the year that is asked for; the same for every station, whatever it has."""
    start, end = f"{year}-01-01", f"{year}-12-31"
    if settings.first_day and settings.last_day:
        start, end = max(start, settings.first_day.isoformat()), min(end, settings.last_day.isoformat())
    return {"start": start, "end": end}


def _places(city: City, settings: SensorSettings) -> list[dict[str, str]]:
    """The focus areas that the source is for, or its bounding box; left to the city's own where there is neither."""
    areas = [area for area in city.focus_areas if area.id in settings.focus_areas]
    if areas:
        return [
            {
                "text": area.label.de,
                "bbox": _polygon(area.bbox),
                "centroid": json.dumps({"type": "Point", "coordinates": list(area.centroid)}),
            }
            for area in areas
        ]
    if settings.bbox:
        west, south, east, north = settings.bbox
        return [{"text": city.name, "bbox": _polygon((west, south, east, north))}]
    return []


def _polygon(bbox: BoundingBox) -> str:
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})
