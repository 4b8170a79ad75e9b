"""The part of openSenseMap's interface that a harvester needs, in its exact form, over made-up boxes.

Form: sensebox/openSenseMap-API at 953c476b. What that server does and its readers must cope with is done here too: no
pages, 10,000 values at most with the oldest cut off, strings as values, 200 with an empty list for an unknown sensor,
only times that end in `Z`, a search by all the places that a box ever had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
from ckanext.dresdensmartcity.city.model import City

from .answer import Answer, json_answer, text_answer
from .measurements import Series, box_series, milliseconds
from .scenario import DemoBox, DemoSensor, Scenario, demo_boxes

ROW_LIMIT = 10_000
Query = Mapping[str, str]
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_EVER = (-(2**62), 2**62)


class RefusedError(Exception):
    """Ends a request with an error in restify's form."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = json_answer({"code": code, "message": message}, status)


class OpenSenseMap:
    """Answers requests; `path` begins after the address of the interface."""

    def __init__(self, city: City, scenario: Scenario, clock: Callable[[], datetime] | None = None) -> None:
        self.scenario = scenario
        self.boxes = demo_boxes(city, scenario)
        self.clock = clock or (lambda: datetime.now(timezone.utc))

    def answer(self, path: str, query: Query) -> Answer:
        """The answer to GET `path`."""
        try:
            match [part for part in path.split("/") if part]:
                case ["boxes"]:
                    return self._list(query)
                case ["boxes", box]:
                    return self._one(self._box(box), query)
                case ["boxes", box, "sensors"]:
                    return self._sensors(self._box(box), query)
                case ["boxes", _, "data", sensor]:
                    return self._data(sensor, query)
        except RefusedError as refused:
            return refused.answer
        return json_answer({"code": "ResourceNotFound", "message": f"{path} does not exist"}, 404)

    def _box(self, identifier: str) -> DemoBox:
        for box in self.boxes:
            if box.id == identifier:
                return box
        raise RefusedError(404, "NotFound", "Box not found")

    def _list(self, query: Query) -> Answer:
        boxes = [box for box in self.boxes if _matches(box, query)]
        dated = "date" in query
        window = _dates(query["date"]) if dated else _EVER
        if dated:
            title = query.get("phenomenon")
            boxes = [box for box in boxes if self._measured(box, window, title)]
        if query.get("minimal") == "true":
            keys = ("_id", "name", "currentLocation", "exposure", "lastMeasurementAt")
            full = [self._record(box, window, "id") for box in boxes]
            records = [{key: record[key] for key in keys if key in record} for record in full]
        else:
            objects = dated or query.get("full") == "true"
            records = [self._record(box, window, "object" if objects else "id") for box in boxes]
            if dated:
                for record in records:
                    record["loc"] = _loc(record)
        if query.get("classify") == "true":
            for record in records:
                record["state"] = self._state(record.get("lastMeasurementAt"))
        return json_answer(_geojson_list(records) if _format(query, "json", "geojson") == "geojson" else records)

    def _one(self, box: DemoBox, query: Query) -> Answer:
        record = self._record(box, _EVER, "object")
        record["loc"] = _loc(record)
        return json_answer(_feature(record) if _format(query, "json", "geojson") == "geojson" else record)

    def _sensors(self, box: DemoBox, query: Query) -> Answer:
        count = query.get("count")
        if count is None:
            record = self._record(box, _EVER, "object")
            return json_answer({"_id": box.id, "sensors": record["sensors"]})
        if not count.isdigit() or not 1 <= int(count) <= 100:
            raise _illegal("count", f"supplied value {count} is not an integer from 1 to 100")
        sensors = []
        for sensor in box.sensors:
            series = box_series(box, self.scenario)[sensor.id]
            last = [_measurement(series, row) for row in range(len(series.values))[-int(count) :][::-1]]
            entry = {"_id": sensor.id, "measurements": last}
            if last:
                entry |= {"fromDate": last[0]["createdAt"], "toDate": last[-1]["createdAt"]}
            sensors.append(_sensor(sensor) | {"lastMeasurements": entry})
        return json_answer({"_id": box.id, "sensors": sensors})

    def _data(self, identifier: str, query: Query) -> Answer:
        now = self.clock()
        upto = _timestamp(query, "to-date", now)
        since = _timestamp(query, "from-date", now - timedelta(hours=48))
        if since > upto:
            raise RefusedError(
                409, "InvalidArgument", f"Invalid time frame specified: fromDate ({since}) is after toDate ({upto})"
            )
        form = _format(query, "json", "csv")
        box = next((box for box in self.boxes for sensor in box.sensors if sensor.id == identifier), None)
        rows: range = range(0)
        if box is not None:
            series = box_series(box, self.scenario)[identifier]
            rows = _rows(series, (milliseconds(since), milliseconds(upto)))[-ROW_LIMIT:][::-1]
        if form == "csv":
            mark = {"comma": ",", "semicolon": ";"}.get(query.get("delimiter", "comma"), ",")
            lines = [f"{series.instants[row]}{mark}{series.values[row]}" for row in rows]
            return text_answer("\n".join([f"createdAt{mark}value", *lines]) + "\n", "text/csv; charset=utf-8")
        if box is None or not rows:
            return json_answer([])
        return text_answer(_measurements(box, series, rows), "application/json; charset=utf-8")

    def _record(self, box: DemoBox, window: tuple[int, int], last: str) -> dict[str, Any]:
        """A box; `last` says whether a sensor's last measurement is an object or, as in plain lists, an id."""
        since, place = box.places[-1]
        series = box_series(box, self.scenario)
        sensors, latest = [], ""
        for sensor in box.sensors:
            rows = _rows(series[sensor.id], window)
            entry = _sensor(sensor)
            if rows:
                measurement = _measurement(series[sensor.id], rows[-1])
                latest = max(latest, measurement["createdAt"])
                entry["lastMeasurement"] = measurement if last == "object" else sensor.id[::-1]
            sensors.append(entry)
        record = {
            "_id": box.id,
            "createdAt": _instant(box.places[0][0]),
            "updatedAt": latest or _instant(since),
            "name": box.name,
            "currentLocation": {"type": "Point", "coordinates": list(place), "timestamp": _instant(since)},
            "grouptag": ["beispiel"],
            "exposure": box.exposure,
            "sensors": sensors,
            "model": "custom",
            "description": "Erfundene Messwerte zum Ausprobieren; keine wirkliche Messstation.",
        }
        if latest:
            record["lastMeasurementAt"] = latest
        return record

    def _measured(self, box: DemoBox, window: tuple[int, int], title: str | None) -> bool:
        series = box_series(box, self.scenario)
        return any(_rows(series[one.id], window) for one in box.sensors if title in (None, one.title))

    def _state(self, last: str | None) -> str:
        if last is None:
            return "old"
        age = self.clock() - datetime.fromisoformat(last.replace("Z", "+00:00"))
        return "active" if age < timedelta(days=7) else "inactive" if age < timedelta(days=30) else "old"


def _matches(box: DemoBox, query: Query) -> bool:
    exposures = query.get("exposure", box.exposure).split(",")
    model = query.get("model", "custom").split(",")
    inside = True
    if "bbox" in query:
        west, south, east, north = _bbox(query["bbox"])
        inside = any(west <= lon <= east and south <= lat <= north for _, (lon, lat) in box.places)
    return inside and box.exposure in exposures and "custom" in model


def _bbox(text: str) -> list[float]:
    parts = text.split(",")
    if len(parts) != 4:
        raise _illegal("bbox", "Invalid number of coordinates.")
    try:
        return [float(part) for part in parts]
    except ValueError:
        raise _illegal("bbox", "Invalid coordinates.") from None


def _dates(text: str) -> tuple[int, int]:
    """`T` means four hours before and after it, `T1,T2` the time between."""
    moments = [_parse("date", part) for part in text.split(",")]
    if len(moments) == 1:
        return milliseconds(moments[0] - timedelta(hours=4)), milliseconds(moments[0] + timedelta(hours=4))
    if len(moments) == 2:
        return milliseconds(moments[0]), milliseconds(moments[1])
    raise _illegal("date", f"Invalid timestamp '{text}'.")


def _timestamp(query: Query, name: str, default: datetime) -> datetime:
    return _parse(name, query[name]) if name in query else default


def _parse(name: str, text: str) -> datetime:
    if not _TIMESTAMP.fullmatch(text):
        raise _illegal(name, f"Invalid timestamp '{text}'.")
    whole, _, fraction = text[:-1].partition(".")
    try:
        moment = datetime.fromisoformat(f"{whole}+00:00")
    except ValueError:
        raise _illegal(name, f"Invalid timestamp '{text}'.") from None
    return moment + timedelta(milliseconds=int(f"{fraction:0<3}"[:3]))


def _format(query: Query, *allowed: str) -> str:
    form = query.get("format", allowed[0])
    if form not in allowed:
        raise _illegal("format", f"supplied value {form} not in allowed values {', '.join(allowed)}")
    return form


def _illegal(name: str, why: str) -> RefusedError:
    return RefusedError(422, "UnprocessableEntity", f"Illegal value for parameter {name}. {why}")


def _instant(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rows(series: Series, window: tuple[int, int]) -> range:
    """Rows of the closed interval."""
    first = int(np.searchsorted(series.times, window[0], side="left"))
    return range(first, int(np.searchsorted(series.times, window[1], side="right")))


def _sensor(sensor: DemoSensor) -> dict[str, Any]:
    return {
        "title": sensor.title,
        "unit": sensor.unit,
        "sensorType": sensor.type,
        "icon": sensor.icon,
        "_id": sensor.id,
    }


def _measurement(series: Series, row: int) -> dict[str, str]:
    return {"value": series.values[row], "createdAt": series.instants[row]}


def _measurements(box: DemoBox, series: Series, rows: range) -> str:
    """The answer's text, written directly: a month of values is the bulk of what this server sends."""
    starts = [milliseconds(since) for since, _ in box.places]
    texts = [f"[{lon},{lat}]" for _, (lon, lat) in box.places]
    moved = np.searchsorted(np.array(starts), series.times, side="right") - 1
    parts = [
        f'{{"location":{texts[moved[row]]},"createdAt":"{series.instants[row]}","value":"{series.values[row]}"}}'
        for row in rows
    ]
    return f"[{','.join(parts)}]"


def _loc(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Deprecated, but old readers look for it."""
    return [{"geometry": record["currentLocation"], "type": "Feature"}]


def _feature(record: dict[str, Any]) -> dict[str, Any]:
    properties = {key: value for key, value in record.items() if key not in ("currentLocation", "loc")}
    return {"type": "Feature", "geometry": record["currentLocation"], "properties": properties}


def _geojson_list(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [_feature(record) for record in records]}
