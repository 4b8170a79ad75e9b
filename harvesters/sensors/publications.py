"""The datasets that sensors are published as: series of hourly and daily means, a dataset a year, and the stations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ckanext.dresdensmartcity.city.model import BoundingBox, City

from ..records import Publication, Table
from .content import daily_rows, hourly_rows
from .rules import METHOD_VERSION
from .settings import SensorSettings
from .stations import district_of

_ENVIRONMENT = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"

METHOD = (
    "Stundenmittel [h, h+1) in UTC aus den gültigen Rohwerten; Schallpegel energetisch gemittelt. Nicht verwendet "
    "werden unlesbare und widersprüchliche Werte, Werte außerhalb des möglichen Bereichs oder in Sättigung, Werte, die "
    "sechs Stunden und länger gleich bleiben, PM2,5 über PM10 und Werte von einem anderen Ort. Ausreißer (Hampel) und "
    "feuchte Luft (über 70 %) sind nur gekennzeichnet. Eine Stunde gilt, wenn mindestens 75 % der erwarteten Werte da "
    "sind (39. BImSchV, Anlage 11 A) und keine Lücke länger als 30 Minuten ist; sonst bleibt sie leer, mit dem Grund. "
    "Feinstaub steht daneben auf trockene Luft umgerechnet: PM / (1 + (0,4 / 1,65) / (100 / rF - 1)), bis 95 % "
    "Luftfeuchte rF. Tagesmittel sind Mittel der gültigen Stundenmittel eines Tages der Ortszeit (23, 24 oder 25 "
    "Stunden) und gelten ab 75 % der Stunden. Lden ist aus Tag (6 bis 18 Uhr), Abend (18 bis 22 Uhr) und Nacht (22 bis "
    "6 Uhr) der 24 Stunden ab 6 Uhr gebildet (34. BImSchV § 2), jeder Zeitraum zu 75 % belegt; der Wert eines Tages "
    "ist nicht der Lärmindex des Gesetzes. Einfache Sensoren geben Anhaltspunkte: Überschreitungen von Grenzwerten "
    "lassen sich mit ihnen nicht feststellen."
)


@dataclass(frozen=True)
class Means:
    """Means over one length of time, as people are told of them."""

    name: str
    german: str
    english: str
    resolution: str  # xsd:duration
    times: str
    times_en: str


HOURLY = Means(
    "hourly", "Stundenmittel", "hourly means", "PT1H",
    "Beginn und Ende jeder Stunde stehen in UTC.", "Start and end of each hour are in UTC.",
)  # fmt: skip
DAILY = Means(
    "daily", "Tagesmittel", "daily means", "P1D",
    "Ein Tag ist ein Tag der Ortszeit; sein Beginn und Ende stehen in UTC.",
    "A day is one of local time; its start and end are in UTC.",
)  # fmt: skip

_SAMPLE = "**Beispieldaten: Die Messwerte sind erfunden.** "
_SAMPLE_EN = "**Sample data: the measurements are made up.** "


def publications(city: City, settings: SensorSettings, content: dict[str, Any]) -> list[Publication]:
    """What a box and a window add: the series, the year's hourly means, the stations."""
    prefix = "sensors-sample" if settings.sample else "sensors"
    year = int(content["start"][:4])
    box = content["box"]
    days = Table(
        name="daily",
        title=_title(settings, f"Tagesmittel {year}"),
        schema="sensor-daily",
        rows=daily_rows(content),
        description="Eine Zeile je Messstation, Größe und Tag der Ortszeit; ungültige Tage sind leer und nennen den "
        "Grund.",
        scope={"box_id": box["box_id"], "day": (content["start"][:10], _day_after(content["end"]))},
    )
    hours = Table(
        name="hourly",
        title=_title(settings, f"Stundenmittel {year}"),
        schema="sensor-hourly",
        rows=hourly_rows(content),
        description="Eine Zeile je Messstation, Größe und Stunde; ungültige Stunden sind leer und nennen den Grund.",
        scope={"box_id": box["box_id"], "hour_start": (content["start"], content["end"])},
    )
    district = district_of(city, box["lon"], box["lat"])
    focus = [area.id for area in city.focus_areas if district and district.number in area.districts]
    stations = Table(
        name="stations",
        title=_title(settings, "Messstationen"),
        schema="sensor-boxes",
        rows=[{**box, "district": district.number if district else None, "focus_area": focus[0] if focus else None}],
        description="Eine Zeile je Messstation; die Lage ist auf etwa 100 m gerundet.",
        scope={"box_id": box["box_id"]},
    )
    # The hourly means stand last: ckanext-harvest links the unit to the last dataset.
    found = [Publication(f"{prefix}:stations", _stations(city, settings), (stations,))]
    for means, table in ((DAILY, days), (HOURLY, hours)):
        series = Publication(f"{prefix}:{means.name}", _series(city, settings, means), kind="dataset_series")
        found.append(series)
        package = _means(city, settings, means, year)
        found.append(Publication(f"{prefix}:{means.name}:{year}", package, (table,), series=series.guid))
    return found


def _day_after(end: str) -> str:
    """The first day that a window does not hold; it ends at `end`, which belongs to it no more."""
    last = datetime.fromisoformat(end.replace("Z", "+00:00")) - timedelta(hours=1)
    return (last.date() + timedelta(days=1)).isoformat()


def _title(settings: SensorSettings, text: str) -> str:
    return f"Umweltsensoren: {text}" + (" (Beispieldaten)" if settings.sample else "")


def _title_en(settings: SensorSettings, text: str) -> str:
    return f"Environmental sensors: {text}" + (" (sample data)" if settings.sample else "")


def _name(settings: SensorSettings, text: str) -> str:
    return f"umweltsensoren-{'beispiel-' if settings.sample else ''}{text}"


def _series(city: City, settings: SensorSettings, means: Means) -> dict[str, Any]:
    package = {
        "name": _name(settings, means.german.lower()),
        "title": _title(settings, means.german),
        "title_en": _title_en(settings, means.english),
        "notes": _notes(settings, f"{means.german} von Umweltsensoren aus Bürgerhand, ein Datensatz je Jahr."),
        "notes_en": _notes_en(
            settings, f"{means.english.capitalize()} of citizens' environmental sensors, one dataset a year."
        ),
        "tags": ["Umwelt", "Sensoren", "Luftqualität", "Lärm"],
        "frequency": _frequency(settings),
        "spatial_coverage": _places(city, settings),
    }
    return _filled(package | {"measure": settings.measure})


def _means(city: City, settings: SensorSettings, means: Means, year: int) -> dict[str, Any]:
    names = "Feinstaub (PM10, PM2,5), Temperatur, Luftfeuchte, Luftdruck und Schallpegel (LAeq)"
    names_en = "particulate matter (PM10, PM2.5), temperature, humidity, pressure and sound level (LAeq)"
    return _dataset(city, settings) | {
        "name": _name(settings, f"{means.german.lower()}-{year}"),
        "title": _title(settings, f"{means.german} {year}"),
        "title_en": _title_en(settings, f"{means.english} {year}"),
        "notes": _notes(
            settings,
            f"{means.german} {year} von {names} aus einfachen Sensoren im Freien, mit Zahl der Werte, Vollständigkeit "
            f"und Kennzeichen. {means.times} Die Werte sind Anhaltspunkte und ersetzen keine amtliche Messung.",
        ),
        "notes_en": _notes_en(
            settings,
            f"{means.english.capitalize()} {year} of {names_en} from low-cost outdoor sensors, with the number of "
            f"values, completeness and marks. {means.times_en} The values are indicative and replace no official "
            "measurement.",
        ),
        "temporal_coverage": [_time(settings, year)],
        "temporal_resolution": means.resolution,
        "method": METHOD,
        "method_version": METHOD_VERSION,
        "privacy_level": "aggregated",
    }


def _stations(city: City, settings: SensorSettings) -> dict[str, Any]:
    return _dataset(city, settings) | {
        "name": _name(settings, "messstationen"),
        "title": _title(settings, "Messstationen"),
        "title_en": _title_en(settings, "stations"),
        "notes": _notes(
            settings,
            "Die Messstationen, aus deren Werten die Stundenmittel berechnet sind: Stadtteil, auf etwa 100 m gerundete "
            "Lage, gemessene Größen.",
        ),
        "notes_en": _notes_en(
            settings,
            "The stations whose values the hourly means are computed from: district, position rounded to about 100 m, "
            "quantities measured.",
        ),
        "privacy_level": "aggregated",
    }


def _dataset(city: City, settings: SensorSettings) -> dict[str, Any]:
    """What both datasets say."""
    origin = "Erfunden für die Vorführung dieses Portals." if settings.sample else "Rohwerte: openSenseMap (PDDL 1.0)."
    package = {
        "tags": ["Umwelt", "Sensoren", "Luftqualität", "Feinstaub", "Lärm", "Temperatur"],
        "keywords_en": ["environment", "sensors", "air quality", "particulate matter", "noise", "temperature"],
        "theme": [_ENVIRONMENT],
        "frequency": _frequency(settings),
        "language": list(city.languages),
        "spatial_coverage": _places(city, settings),
        "spatial_resolution_in_meters": "100",
        "provenance": origin,
        "sample": settings.sample,
        "measure": settings.measure,
        "focus_area": list(settings.focus_areas),
        "url": "" if settings.sample else "https://opensensemap.org",
    }
    return _filled(package)


def _filled(package: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in package.items() if value not in ("", [], None)}


def _notes(settings: SensorSettings, text: str) -> str:
    return (_SAMPLE if settings.sample else "") + text


def _notes_en(settings: SensorSettings, text: str) -> str:
    return (_SAMPLE_EN if settings.sample else "") + text


def _frequency(settings: SensorSettings) -> str:
    return _FREQUENCY + ("NEVER" if settings.sample else "DAILY")


def _time(settings: SensorSettings, year: int) -> dict[str, str]:
    """The part of the year that is asked for; the same for every box, whatever it has."""
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
