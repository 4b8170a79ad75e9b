"""Sensors of any kind of source as hourly, daily and yearly means and a grid, through ckanext-harvest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from ckanext.dresdensmartcity.city.outline_store import outlines_of

from ..base import Run, SmartCityHarvester, StoredTables
from ..fields import digest
from ..records import Finding, Publication, Unit
from . import wording
from .content import AFTER, BEFORE, SeriesValues, instant, summarise
from .finishing import finished
from .grid import cell_of
from .publications import of_stations, of_unit
from .rules import METHOD_VERSION
from .settings import SensorSettings, Window, windows
from .sources import MeasurementSource, Station, open_source
from .stations import is_complete, select, shown, station_rows, with_former

# Raise it when the same means shall be published in another way: months that are settled are then fetched once more.
LAYOUT = 1
LIST = "stations"  # of the guid and the table of the list of stations


class SensorHarvester(SmartCityHarvester):
    """A unit is one station and one month (or day) of it; one more is the list of stations."""

    name = "smartcity_sensors"
    title = "Umweltsensoren"
    description = (
        "Stunden-, Tages- und Jahresmittel mit Vollständigkeit und ein Gitter von 100 m aus den Rohwerten von "
        "openSenseMap, Sensor.Community, OGC SensorThings und OGC API Features"
    )
    Settings = SensorSettings

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """Each outdoor station that stands in the area now, for each window of the period; and the list of them."""
        settings: SensorSettings = run.settings
        bbox = settings.box or run.city.bbox
        answer = self.source(run).stations(bbox)
        selection = select(answer.stations, bbox, settings.phenomena)
        run.report.count("stations", len(answer.stations))
        run.report.count("stations_left_out", len(answer.stations) - len(selection.stations))
        run.report.checked.append("Stations: outdoors, present position inside of the area, a quantity that is known.")
        yield from answer.findings
        run.report.findings.extend(selection.findings)
        named = shown(selection.stations, settings.minimum_sensors)
        if hidden := len(selection.stations) - len(named):
            told = Finding.of("station-alone", "info", wording.HIDDEN, n=hidden, total=len(selection.stations))
            run.report.findings.append(told)
        if not selection.stations:
            return  # an empty list is more often a fault than a city without sensors
        yield self._list(run, selection.stations, named, selection.left_out, is_complete(answer))
        start, end = settings.period(datetime.now(timezone.utc))
        for station in selection.stations:
            for window in windows(start, end, settings.window):
                yield _unit(settings, station, window, station.id in named)

    def _list(self, run: Run, stations: tuple[Station, ...], named: set[str], left_out: Any, complete: bool) -> Unit:
        """The list of stations, with those that were in it before."""
        settings: SensorSettings = run.settings
        guid = f"{settings.prefix}:{LIST}"
        stored = StoredTables(run.city)
        former = stored.rows(guid, LIST).to_dicts() if stored.exists(guid, LIST) else []
        rows, findings = with_former(
            station_rows(run.city, stations, settings.phenomena, named),
            [_as_published(row) for row in former],
            left_out,
            complete,
        )
        run.report.findings += findings
        # What is gone is told above, in words that say that its means stay.
        run.gathering.seen |= {_entry(settings, str(row["box_id"])) for row in rows}
        return Unit(guid, content={"stations": rows})

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """Hourly and daily means of the station; its raw values are forgotten here."""
        settings: SensorSettings = run.settings
        asked = unit.payload
        window = Window(asked["label"], _moment(asked["start"]), _moment(asked["end"]))
        source = self.source(run)
        station = source.station(asked["station"], asked["reference"])
        series = [
            SeriesValues(one, source.measurements(station, one, window.start - BEFORE, window.end + AFTER))
            for one in station.series
            if one.phenomenon.id in settings.phenomena
        ]
        intervals = {sensor: timedelta(seconds=seconds) for sensor, seconds in settings.intervals.items()}
        run.report.findings.extend(source.findings)
        return summarise(station, series, window, settings.rules, intervals, run.report, asked["shown"])

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        """The station's part of the year's hours and days, or the list of stations."""
        if "stations" in content:
            return [of_stations(run.city, run.settings, content["stations"])]
        return of_unit(run.city, run.settings, content)

    def finish(self, run: Run, stored: StoredTables) -> Iterable[Publication]:
        """Means of the years and the grids of what changed."""
        return finished(run.city, run.settings, stored, outlines_of(run.city))

    @staticmethod
    def source(run: Run) -> MeasurementSource:
        """The source that the settings describe."""
        service = run.settings.service
        return open_source(service.kind, run.client, run.source.url, service)


def _unit(settings: SensorSettings, station: Station, window: Window, named: bool) -> Unit:
    payload = {
        "station": station.id,
        "reference": dict(station.reference),
        "label": window.label,
        "start": instant(window.start),
        "end": instant(window.end),
        "shown": named,
    }
    return Unit(
        f"{settings.prefix}:box:{station.id}:{window.label}",
        payload,
        fingerprint=_fingerprint(settings, station, window, payload),
        entry=_entry(settings, station.id),
    )


def _fingerprint(settings: SensorSettings, station: Station, window: Window, payload: dict[str, Any]) -> str:
    """What decides a window's means, as far as the source tells it without giving the values; empty where it does not.

    A station's last value moves on while it measures, so it counts only until `late_days` after the window: what
    comes later is not waited for. A station that is silent, and a month that ended long enough ago, are not fetched
    again.
    """
    if station.heard is None:
        return ""
    settled = window.end + timedelta(days=settings.late_days)
    series = [
        [one.id, one.phenomenon.id, one.sensor_type, one.source_unit, str(one.interval), one.source_kind]
        for one in station.series
        if one.phenomenon.id in settings.phenomena
    ]
    # By cells, as what everybody can read must not tell, not even as a hash, where exactly somebody lives.
    place = [[str(one.since), cell_of(one.lon, one.lat)] for one in station.moved]
    heard = "settled" if station.heard >= settled else station.heard.isoformat()
    method = [LAYOUT, METHOD_VERSION, settings.model_dump(mode="json", exclude={"last_days", "first_day", "last_day"})]
    return digest([method, payload, series, cell_of(station.lon, station.lat), place, heard])


def _entry(settings: SensorSettings, station: str) -> str:
    return f"{settings.prefix}:box:{station}"


def _as_published(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the list as it was given: moments as texts, numbers as numbers."""
    since = row.get("located_since")
    numbers = {name: float(row[name]) for name in ("lon", "lat") if row.get(name) is not None}
    given = {name: value for name, value in row.items() if name != "_id"}
    return {**given, **numbers, "located_since": instant(since) if isinstance(since, datetime) else since}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
