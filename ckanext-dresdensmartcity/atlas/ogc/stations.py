"""Stations of sensors as features, from the rows of tables `sensor-boxes`. No CKAN in it.

What a table does not say of a station's place (harvesters/sensors/stations.py says why) is not said here either: a
place is the middle of a cell of 100 m, or there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.dresdensmartcity.city.model import City, Label
from shapely import Point

from . import times
from .memory import MemorySource
from .model import Choice, Collection, Feature, Interval, Queryable

DISTRICT = Label("Stadtteil", "District")
STATUS = Label("Stand", "State")
MEASURED = Label("Messgrößen", "Quantities")
STATES = (
    Choice("active", Label("misst", "measures")),
    Choice("gone", Label("nicht mehr da", "gone")),
    Choice("indoor", Label("jetzt in einem Gebäude", "indoors now")),
    Choice("mobile", Label("jetzt unterwegs", "mobile now")),
    Choice("elsewhere", Label("jetzt außerhalb", "elsewhere now")),
)


def sensor_locations(city: City, tables: Mapping[str, Iterable[Mapping[str, Any]]], revision: str) -> Collection:
    """The stations of all published lists; `tables` are their rows by the name of the dataset."""
    features = [feature for dataset, rows in tables.items() for feature in _features(dataset, rows)]
    measured = sorted({word for one in features for word in one.properties["phenomena"]})
    queryables = (
        Queryable("status", STATUS, STATES),
        Queryable("district", DISTRICT, tuple(Choice(one.number, Label(one.name, one.name)) for one in city.districts)),
        Queryable(
            "focus_area",
            Label("Schwerpunktraum", "Focus area"),
            tuple(Choice(one.id, one.label) for one in city.focus_areas),
        ),
        Queryable("phenomena", MEASURED, tuple(Choice(word, Label(word, word)) for word in measured)),
        Queryable("dataset", Label("Datensatz", "Dataset"), tuple(Choice(one, Label(one, one)) for one in tables)),
    )
    return Collection(
        id="sensor_locations",
        title=Label("Sensorstandorte", "Sensor locations"),
        description=Label(
            "Messstationen der Umweltsensoren, auf 100 Meter genau: die Mitte der Zelle, in der sie stehen.",
            "Stations of environmental sensors, to 100 metres: the middle of the cell that they stand in.",
        ),
        source=MemorySource(features, queryables, revision),
        queryables=queryables,
        columns=(
            ("box_id", Label("Messstation", "Station")),
            ("status", STATUS),
            ("district", DISTRICT),
            ("phenomena", MEASURED),
        ),
    )


def _features(dataset: str, rows: Iterable[Mapping[str, Any]]) -> Iterable[Feature]:
    for row in rows:
        lon, lat = row.get("lon"), row.get("lat")
        known = lon is not None and lat is not None
        since = row.get("located_since")
        moment = times.moment(since)
        yield Feature(
            # A box's id is its source's: another source may use the same.
            id=f"{dataset}:{row['box_id']}",
            geometry=Point(float(str(lon)), float(str(lat))) if known else None,
            properties={
                "box_id": row["box_id"],
                "status": row.get("status"),
                "district": row.get("district"),
                "focus_area": row.get("focus_area"),
                "cell": row.get("cell"),
                "position_precision_m": 100 if known else None,
                "exposure": row.get("exposure"),
                "phenomena": str(row.get("phenomena") or "").split(),
                "sensor_types": row.get("sensor_types"),
                "located_since": times.text(moment),
                "dataset": dataset,
            },
            time=Interval(moment) if moment else None,
            page=f"/dataset/{dataset}",
        )
