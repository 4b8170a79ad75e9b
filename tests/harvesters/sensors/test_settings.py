"""Settings of a sensor source are refused by name where they are wrong."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.sensors.settings import SensorSettings, midnight, windows
from ckanext.dresdensmartcity.harvesters.settings import SettingsError, read_settings
from hypothesis import given
from hypothesis import strategies as st

UTC = timezone.utc
NOW = datetime(2026, 11, 5, 13, 20, tzinfo=UTC)


def read(**values: Any) -> SensorSettings:
    found = read_settings(SensorSettings, json.dumps(values))
    assert isinstance(found, SensorSettings)
    return found


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"boundingbox": [1, 2, 3, 4]}, "boundingbox: unknown setting"),
        ({"bbox": [14, 50, 13, 51]}, "bbox: .*west < east"),
        ({"bbox": [13, 50, 14]}, "bbox: "),
        ({"bbox": "13,50,14,51"}, "bbox: "),
        ({"first_day": "2026-10-01"}, "first_day and last_day are given together"),
        ({"first_day": "2026-10-02", "last_day": "2026-10-01"}, "is after last_day"),
        ({"first_day": "October", "last_day": "2026-10-01"}, "first_day: "),
        ({"last_days": 0}, "last_days: "),
        ({"last_days": "7"}, "last_days: "),
        ({"window": "week"}, "window: "),
        ({"phenomena": ["pm10", "ozone"]}, "phenomena: .*unknown ozone; possible are pm10"),
        ({"phenomena": []}, "phenomena: "),
        ({"sample": "yes"}, "sample: "),
        ({"late_days": -1}, "late_days: "),
        ({"minimum_sensors": 0}, "minimum_sensors: "),
        ({"collection": "Zwei Wörter"}, "collection: .*lower case"),
        ({"service": {"kind": "weather"}}, "service: "),
        ({"service": {"kind": "sensorthings", "pages": 3}}, "service.*pages"),
        ({"service": {"kind": "sensorthings"}}, "source_license is needed.*ask the operator.*dl-by-de/2.0"),
        ({"source_license": "free"}, "source_license 'free' is not in the list"),
        ({"source_license": "cc-by-nd/4.0"}, "does not allow"),
        ({"source_license": "other-closed"}, "does not allow"),
        ({"service": {"kind": "sensorthings"}, "source_license": "cc-by/4.0"}, "source_attribution is needed"),
        ({"intervals": {"s1": 0}}, "intervals.s1: "),
    ],
)
def test_wrong_settings(values: dict[str, Any], message: str) -> None:
    """Unknown keys, wrong types and impossible ranges are named."""
    with pytest.raises(SettingsError, match=message):
        read(**values)


def test_fixed_days_are_both_included() -> None:
    """From the first moment of the first day to the last of the last, in UTC."""
    period = read(first_day="2026-10-01", last_day="2026-10-30").period(NOW)
    assert period == (datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 30, 23, tzinfo=UTC))


def test_the_present_hour_is_left_out() -> None:
    """An hour that is not over yet would be published as incomplete."""
    assert read(first_day="2026-11-01", last_day="2026-11-30").period(NOW)[1] == datetime(2026, 11, 5, 13, tzinfo=UTC)


def test_last_days_end_yesterday() -> None:
    """Whole days before today."""
    period = read(last_days=7).period(NOW)
    assert period == (datetime(2026, 10, 28, 23, tzinfo=UTC), datetime(2026, 11, 4, 23, tzinfo=UTC))


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(1, 400), st.sampled_from(["month", "day"]))
def test_windows_follow_each_other(first: date, days: int, kind: Any) -> None:
    """Windows cover the time without a hole, each in one month (or day), each with a label of its own."""
    start, end = midnight(first), midnight(first + timedelta(days=days))
    found = windows(start, end, kind)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == two.start for one, two in pairwise(found))
    assert len({one.label for one in found}) == len(found)
    for one in found:
        begins, following = one.days
        assert (midnight(begins), midnight(following)) == (one.start, one.end)
        last = following - timedelta(days=1)
        assert (begins.year, begins.month) == (last.year, last.month) == (one.year, int(one.label[5:7]))
        assert kind == "month" or begins == last


def test_days_of_23_and_25_hours() -> None:
    """Windows follow the clock of the city: no day is cut in two, whatever its length."""

    def lengths(day: date) -> list[timedelta]:
        return [one.end - one.start for one in windows(midnight(day), midnight(day + timedelta(days=2)), "day")]

    assert lengths(date(2026, 3, 28)) == [timedelta(hours=24), timedelta(hours=23)]
    assert lengths(date(2026, 10, 24)) == [timedelta(hours=24), timedelta(hours=25)]


def test_sources_do_not_share_datasets() -> None:
    """Ids and names of sources of different kinds, samples and collections differ."""
    open_data = {"source_license": "dl-zero-de/2.0"}
    prefixes = [
        read().prefix,
        read(sample=True).prefix,
        read(collection="klima").prefix,
        read(service={"kind": "sensor_community"}).prefix,
        read(service={"kind": "sensorthings"}, **open_data).prefix,
        read(service={"kind": "sensorthings"}, collection="stadt", **open_data).prefix,
    ]
    assert prefixes == [
        "sensors", "sensors-sample", "sensors-klima", "sensors-sensor-community", "sensors-sensorthings",
        "sensors-stadt",
    ]  # fmt: skip


def test_settings_of_the_city_file(any_city: City) -> None:
    """What the city file gives its sources is accepted."""
    sources = [one for one in any_city.sources if one.type == "smartcity_sensors"]
    found = {one.name: (read(**one.config).sample, one.active) for one in sources}
    assert found == {"sensors-demo": (True, True), "climate-demo": (True, False), "sensors-live": (False, False)}
