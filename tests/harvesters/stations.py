"""A harvester with a finishing step, to try it with: stations that give a number a day, and sums of a year over all.

Units (a station and a day) share the table of values and the table of stations. The sum needs all of them, so it is
made when a job is finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from ckanext.dresdensmartcity.harvesters.base import RemovalSettings, Run, SmartCityHarvester, StoredTables
from ckanext.dresdensmartcity.harvesters.records import Finding, HarvesterError, Publication, Table, Unit

FIELDS = {
    "notes": "Werte.",
    "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
    "tags": ["Werte"],
}
VALUES, SUMS, STATIONS = "stations:values", "stations:sums", "stations:list"


class StationsHarvester(SmartCityHarvester):
    """The source gives {station: {day: value}}; a value of -1 fails, and so does finishing with a sum of 13."""

    name = "test_stations"
    title = "Stations"
    description = "For tests only"

    # Called at the beginning of each finish, so that tests can see and disturb it.
    at_finish: Callable[[frozenset[tuple[str, str]]], None] | None = None
    at_collect: Callable[[str], None] | None = None

    class Settings(RemovalSettings):
        days: list[str] = []  # the window of a run; all days that there are where it is empty
        careful: bool = False  # gathering knows the values and leaves out what has not changed

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        for station, days in run.client.get(run.source.url).json().items():
            for day, value in days.items():
                if day in (run.settings.days or [day]):
                    payload = {"station": station, "day": day, "value": value}
                    content = payload if run.settings.careful else None
                    yield Unit(
                        f"stations:{station}:{day}", {} if content else payload, content, entry=f"station:{station}"
                    )

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        if StationsHarvester.at_collect:
            StationsHarvester.at_collect(unit.guid)
        if unit.payload["value"] == -1:
            raise HarvesterError("the value is broken", unit.payload["day"])
        return unit.payload

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        station, day = content["station"], content["day"]
        row = {"day": day, "place": station, "count": content["value"]}
        return [
            stations(station, None),
            publication(VALUES, [row], {"day": day, "place": station}),
        ]

    def finish(self, run: Run, stored: StoredTables) -> Iterable[Publication]:
        if StationsHarvester.at_finish:
            StationsHarvester.at_finish(stored.changed)
        if (VALUES, "counts") not in stored.changed:
            return
        values = stored.rows(VALUES, "counts", ["day", "count"])
        total = sum(values["count"])
        if total == 13:
            raise HarvesterError("thirteen is no sum", "table counts")
        run.report.count("sums")
        yield publication(SUMS, [{"day": "2026-12-31", "place": "all", "count": total}])

    def retire(self, run: Run, entry: str, since: datetime, stored: StoredTables) -> Iterable[Publication]:
        yield stations(entry.removeprefix("station:"), since)


def stations(station: str, gone: datetime | None) -> Publication:
    """The station's row in the table of all stations; `gone` stands in `counted` once it is missing."""
    row = {"day": "2026-01-01", "place": station, "counted": gone.isoformat() if gone else None}
    return publication(STATIONS, [row], {"place": station})


def publication(guid: str, rows: list[dict[str, Any]], scope: dict[str, Any] | None = None) -> Publication:
    """A dataset with one table."""
    table = Table(name="counts", title="Werte", schema="test-traffic", rows=rows, scope=scope or {})
    return Publication(guid, {"name": guid.replace(":", "-"), "title": guid, **FIELDS}, (table,))
