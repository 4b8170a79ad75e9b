"""What is kept of a station and a window of time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.records import Report
from ckanext.dresdensmartcity.harvesters.sensors.content import SeriesValues, rows_of, summarise
from ckanext.dresdensmartcity.harvesters.sensors.grid import cell_of
from ckanext.dresdensmartcity.harvesters.sensors.phenomena import PHENOMENA
from ckanext.dresdensmartcity.harvesters.sensors.rules import DEFAULTS
from ckanext.dresdensmartcity.harvesters.sensors.settings import Window, midnight, windows
from ckanext.dresdensmartcity.harvesters.sensors.sources import MEASUREMENTS, Place, Series, Station

UTC = timezone.utc
HERE, THERE = (13.71281, 51.05852), (13.77021, 51.05603)
STEP = timedelta(minutes=5)
DAY = Window("2026-10-24", midnight(date(2026, 10, 24)), midnight(date(2026, 10, 25)))


def station(kind: str = "pm10", **fields: Any) -> Station:
    """A station with one sensor."""
    series = Series("s1", "box", PHENOMENA[kind], "SDS011", "µg/m³")
    return replace(Station("box", "Bei Müllers", *HERE, "outdoor", (series,)), **fields)


def values(
    start: datetime, end: datetime, level: float = 20.0, place: tuple[float, float] | None = None
) -> pl.DataFrame:
    """A calm series."""
    times = pl.datetime_range(start, end, STEP, closed="left", time_zone="UTC", time_unit="ms", eager=True)
    number = pl.Series([level + 0.1 * (step % 7) for step in range(times.len())])
    lon, lat = place or (None, None)
    return pl.DataFrame({"time": times, "value": number, "lon": lon, "lat": lat}, schema=MEASUREMENTS)


def content(one: Station, raw: pl.DataFrame, window: Window = DAY, shown: bool = True) -> tuple[dict[str, Any], Report]:
    """As it is stored and read again."""
    report = Report()
    made = summarise(one, [SeriesValues(one.series[0], raw)], window, DEFAULTS, {}, report, shown)
    return json.loads(json.dumps(made)), report


def cells(made: dict[str, Any], kind: str = "pm10") -> list[Any]:
    return [row["cell"] for row in rows_of(made, kind, "hourly")]


def test_a_day_of_the_local_clock() -> None:
    """24 October begins at 22 o'clock UTC; its hours and its day are in one window."""
    made, report = content(station(), values(DAY.start - STEP, DAY.end + STEP))
    hours = rows_of(made, "pm10", "hourly")
    assert [hours[0]["hour_start"], hours[-1]["hour_end"]] == ["2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z"]
    assert len(hours) == 24
    (day,) = rows_of(made, "pm10", "daily")
    assert (day["day"], day["n"], day["expected"], day["status"]) == ("2026-10-24", 24, 24, "valid")
    assert (made["start"], made["end"], made["year"]) == ("2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", 2026)
    assert report.counts["read"] == 24 * 12


def test_windows_of_days_and_of_months_hold_the_same() -> None:
    """The margins of a window reach as far as anything that an hour or day of it depends on."""
    start, end = midnight(date(2026, 10, 20)), midnight(date(2026, 10, 30))
    # Ever faster, so that the spacing that is expected differs from day to day; with a silence and a dead time.
    faster = [start + timedelta(seconds=360 * n - n**2 / 40) for n in range(3000)]
    inside = [one for one in faster if one < end and not timedelta(days=2) < one - start < timedelta(days=2.2)]
    dead = [
        5.0 if timedelta(days=4.9) < one - start < timedelta(days=5.3) else 20 + n % 7 for n, one in enumerate(inside)
    ]
    raw = pl.DataFrame({"time": inside, "value": dead, "lon": None, "lat": None}, schema=MEASUREMENTS)
    sound = replace(station("noise_laeq"))
    raw = raw.with_columns(pl.col("value") + 40)

    def table(kind: str, name: str) -> list[dict[str, Any]]:
        found = []
        for window in windows(start, end, kind):  # type: ignore[arg-type]
            around = pl.col("time").is_between(window.start - timedelta(days=7), window.end + timedelta(days=1))
            made, _ = content(sound, raw.filter(around), window)
            found += rows_of(made, "noise_laeq", name)
        return found

    assert len({row["expected"] for row in table("month", "hourly")}) > 1
    assert "stuck" in {row["reason"] for row in table("month", "hourly")}
    for name in ("hourly", "daily"):
        assert table("day", name) == table("month", name)
    assert any(row["lden"] for row in table("day", "daily"))


def test_values_without_a_place_stand_where_the_station_stood() -> None:
    """What it measured before it was moved is not of its present place, and is refused as such."""
    noon = DAY.start + timedelta(hours=12)
    moved = station(moved=(Place(None, *THERE), Place(noon, *HERE)))
    made, _ = content(moved, values(DAY.start, DAY.end))
    hours = rows_of(made, "pm10", "hourly")
    assert [row["reason"] for row in hours] == ["moved"] * 12 + [None] * 12
    assert cells(made)[12:] == [cell_of(*HERE)] * 12


def test_a_place_that_nobody_knows_has_no_cell() -> None:
    """Where the source only says since when the station stands here, the time before is of no known place."""
    noon = DAY.start + timedelta(hours=12)
    made, _ = content(station(moved=(Place(noon, *HERE),)), values(DAY.start, DAY.end))
    assert cells(made) == [None] * 12 + [cell_of(*HERE)] * 12


def test_the_cell_is_hidden_where_it_must_not_be_told() -> None:
    """The means are the same, their place is not said."""
    told, _ = content(station(), values(DAY.start, DAY.end))
    hidden, _ = content(station(), values(DAY.start, DAY.end), shown=False)
    assert set(cells(told)) == {cell_of(*HERE)}
    assert set(cells(hidden)) == {None}
    strip = lambda made: [{**row, "cell": None} for row in rows_of(made, "pm10", "hourly")]  # noqa: E731
    assert strip(told) == strip(hidden)


@pytest.mark.parametrize("shown", [True, False])
def test_nothing_of_a_home_is_kept(shown: bool) -> None:
    """Neither the name that the owner gave, nor a position, nor a raw value."""
    made, report = content(station(), values(DAY.start, DAY.end, level=33.3, place=HERE), shown=shown)
    everything = json.dumps(made) + str(report)
    for secret in ("Müller", str(HERE[0]), str(HERE[1]), "33.9"):
        assert secret not in everything


def test_a_silent_station_is_told() -> None:
    """No value at all is no row, and a line in the report."""
    made, report = content(station(), values(DAY.start, DAY.start))
    assert made["quantities"] == {}
    assert [one.check for one in report.findings] == ["station-silent"]


def test_declared_intervals_are_used() -> None:
    """A source that says how often a sensor measures is believed: half of it is too few."""
    sparse: Sequence[datetime] = [DAY.start + timedelta(minutes=10 * n) for n in range(144)]
    raw = pl.DataFrame(
        {"time": sparse, "value": [20 + n % 7 for n in range(144)], "lon": None, "lat": None}, schema=MEASUREMENTS
    )
    measured, _ = content(station(), raw)
    assert {row["status"] for row in rows_of(measured, "pm10", "hourly")} == {"valid"}
    series = replace(station().series[0], interval=timedelta(minutes=5))
    declared, _ = content(station(series=(series,)), raw)
    assert {row["reason"] for row in rows_of(declared, "pm10", "hourly")} == {"too-few"}
