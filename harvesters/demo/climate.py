"""A made-up layer of climate stations, as a city's geodata server would give it by OGC API - Features.

The stations are the first sound boxes of the demo, with a mean of each hour. It has what makes such layers hard to
read: the stamp is the end of the hour, in winter time all year and without a zone, coordinates are metres of
EPSG:25833, pages are small and follow each other by links, and of filters it knows only parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import numpy as np
from pyproj import Transformer

from .answer import Answer, json_answer
from .measurements import HOUR, box_series
from .opensensemap import OpenSenseMap
from .scenario import DemoBox

STATIONS = 3
LARGEST_PAGE = 500
CET = timezone(timedelta(hours=1))
_KINDS = {"temperature": "lufttemperatur", "humidity": "luftfeuchte"}


class ClimateLayer:
    """Answers requests for the items of the layer."""

    def __init__(self, sensors: OpenSenseMap) -> None:
        self.sensors = sensors
        self.boxes = [box for box in sensors.boxes if box.role == "plain"][:STATIONS]

    def answer(self, query: Mapping[str, str]) -> Answer:
        """A page of features; `station` and `datetime` choose them, `bbox` does not, as all stand in the city."""
        found = [one for one in self._features if query.get("station") in (None, one["properties"]["station"])]
        try:
            since, _, until = query.get("datetime", "../..").partition("/")
            low, high = (one if one != ".." else "" for one in (_local(since), _local(until)))
            offset, limit = int(query.get("offset", 0)), min(int(query.get("limit", 10)), LARGEST_PAGE)
        except ValueError:
            return json_answer({"code": "InvalidParameterValue", "description": "a parameter cannot be read"}, 400)
        found = [
            one
            for one in found
            if low <= one["properties"]["stunde"] and (not high or one["properties"]["stunde"] <= high)
        ]
        page = found[offset : offset + limit]
        links = [{"rel": "self", "href": f"items?{urlencode(query)}", "type": "application/geo+json"}]
        if offset + limit < len(found):
            following = urlencode(dict(query) | {"offset": str(offset + limit)})
            links.append({"rel": "next", "href": f"items?{following}", "type": "application/geo+json"})
        return json_answer(
            {
                "type": "FeatureCollection",
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}},
                "features": page,
                "numberMatched": len(found),
                "numberReturned": len(page),
                "links": links,
            }
        )

    @cached_property
    def _features(self) -> list[dict[str, Any]]:
        return [feature for box in self.boxes for feature in self._of(box)]

    def _of(self, box: DemoBox) -> list[dict[str, Any]]:
        """An object for each hour in which the box measured."""
        to_metres = Transformer.from_crs("EPSG:4326", "EPSG:25833", always_xy=True)
        east, north = to_metres.transform(*box.places[-1][1])
        hours: dict[int, dict[str, float]] = {}
        for sensor in box.sensors:
            if sensor.kind in _KINDS:
                series = box_series(box, self.sensors.scenario)[sensor.id]
                at, first, count = np.unique(series.times // HOUR, return_index=True, return_counts=True)
                sums = np.add.reduceat(np.array(series.values, dtype=float), first)
                for hour, mean in zip(at.tolist(), (sums / count).tolist(), strict=True):
                    hours.setdefault(hour, {})[_KINDS[sensor.kind]] = round(mean, 1)
        place = {"type": "Point", "coordinates": [round(east, 2), round(north, 2)]}
        about = {"station": f"KLIMA-{box.number:02}", "name": f"Beispielstation {box.number:02} (erfundene Messwerte)"}
        return [
            {
                "type": "Feature",
                "id": f"{about['station']}.{hour}",
                "geometry": place,
                "properties": about | {"stunde": _stamp(hour)} | values,
            }
            for hour, values in sorted(hours.items())
        ]


def _stamp(hour: int) -> str:
    """The end of an hour of 1970, as official German tables write it."""
    return datetime.fromtimestamp((hour + 1) * 3600, CET).strftime("%Y-%m-%dT%H:%M:%S")


def _local(text: str) -> str:
    """A moment of a query as the layer writes moments; open ends stay."""
    if text in ("", ".."):
        return ".."
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(CET).strftime("%Y-%m-%dT%H:%M:%S")
