"""Sensors of an openSenseMap server as hourly means, through ckanext-harvest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from ..base import Run, SmartCityHarvester
from ..records import Finding, Publication, Unit
from .content import MARGIN, SensorValues, summarise
from .opensensemap import instant
from .publications import publications
from .settings import SensorSettings, Window, windows
from .source import OpenSenseMapSource
from .stations import measured, select


class SensorHarvester(SmartCityHarvester):
    """A unit is one box and one month (or day) of it."""

    name = "smartcity_sensors"
    title = "Umweltsensoren (openSenseMap)"
    description = "Stundenmittel mit Vollständigkeit aus den Rohwerten von openSenseMap"
    Settings = SensorSettings

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """Each outdoor box that stands in the area now, for each window of the period."""
        settings: SensorSettings = run.settings
        bbox = settings.box or run.city.bbox
        answer = OpenSenseMapSource(run.client, run.source.url).boxes(bbox)
        selection = select(answer.boxes, bbox, settings.phenomena)
        run.report.count("boxes", len(answer.boxes))
        run.report.count("boxes_left_out", len(answer.boxes) - len(selection.boxes))
        run.report.checked.append("Boxes: outdoors, present position inside of the area, a phenomenon that is known.")
        yield from answer.findings
        run.report.findings.extend(selection.findings)
        start, end = settings.period(datetime.now(timezone.utc))
        for box in selection.boxes:
            for window in windows(start, end, settings.window):
                yield Unit(
                    f"{'sensors-sample' if settings.sample else 'sensors'}:box:{box.id}:{window.label}",
                    {
                        "box": box.id,
                        "label": window.label,
                        "start": instant(window.start),
                        "end": instant(window.end),
                        "since": instant(start),
                    },
                )

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """Hourly means of the box; its raw values are forgotten here."""
        settings: SensorSettings = run.settings
        start, end, since = (_moment(unit.payload[key]) for key in ("start", "end", "since"))
        source = OpenSenseMapSource(run.client, run.source.url)
        box = source.box(unit.payload["box"])
        series = [
            SensorValues(sensor, phenomenon, source.measurements(box.id, sensor.id, start - MARGIN, end + MARGIN))
            for sensor, phenomenon in measured(box, settings.phenomena)
        ]
        intervals = {sensor: timedelta(seconds=seconds) for sensor, seconds in settings.intervals.items()}
        return summarise(box, series, Window(unit.payload["label"], start, end), since, intervals, run.report)

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        """The box's part of the year's hourly means and of the stations."""
        return publications(run.city, run.settings, content)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
