"""The columnar method gives what a plain one gives, value by value (RULES.md §1 to §3)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.hourly import hourly
from ckanext.dresdensmartcity.harvesters.sensors.means import daily
from hypothesis import given, settings
from hypothesis import strategies as st

from . import reference
from .raw import flagged, series

STEP = 600  # seconds
KINDS = ("pm10", "pm25", "humidity", "noise_laeq")
VALUES = {
    "pm10": st.sampled_from([0.0, 12.0, 12.5, 14.25, 30.0, 300.0, 999.9, 1200.0, -1.0]),
    "pm25": st.sampled_from([0.0, 8.0, 11.5, 12.7, 13.0]),
    "humidity": st.sampled_from([0.0, 40.0, 71.0, 95.0, 97.5, 101.0]),
    "noise_laeq": st.sampled_from([29.0, 45.0, 50.0, 60.0, 85.0]),
}


@st.composite
def stations(draw: st.DrawFn) -> dict[str, list[float | str | None]]:
    """Pieces of constant and of changing values and of silence, as sensors have them."""
    found: dict[str, list[float | str | None]] = {}
    for kind in KINDS:
        values: list[float | str | None] = []
        for _ in range(draw(st.integers(1, 6))):
            length = draw(st.integers(1, 45))
            piece = draw(st.sampled_from(["same", "silent", "any", "any", "garbage"]))
            if piece == "same":
                values += [draw(VALUES[kind])] * length
            elif piece == "silent":
                values += [None] * length
            elif piece == "garbage":
                values += ["x"] * min(length, 4)
            else:
                values += draw(st.lists(VALUES[kind], min_size=length, max_size=length))
        found[kind] = values
    return found


@settings(deadline=None, max_examples=80)
@given(
    stations(),
    st.sampled_from(
        [datetime(2026, 3, 28, 20, tzinfo=timezone.utc), datetime(2026, 10, 24, 17, 10, tzinfo=timezone.utc)]
    ),
)
def test_same_as_plain_python(values: dict[str, list[float | str | None]], start: datetime) -> None:
    """Flags, hourly and daily means, counts and reasons of any station, on the days on which the clock changes too."""
    frame = pl.concat([series(kind, each, STEP, start=start) for kind, each in values.items()])
    judged = flagged(frame)
    rows = frame.select("phenomenon", "time", "value").rows()
    plain = reference.station(rows)
    reference.judge(plain)

    told = {(row["phenomenon"], row["time"]): (row["reason"], row["spike"]) for row in judged.table().to_dicts()}
    assert told == {(kind, one.time): (one.reason, one.spike) for kind, each in plain.items() for one in each}

    table = hourly(judged, intervals=dict.fromkeys(KINDS, timedelta(seconds=STEP)))
    hours = {kind: reference.hours(kind, each, 3600 // STEP) for kind, each in plain.items()}
    assert table.height == sum(map(len, hours.values()))
    for row in table.to_dicts():
        one = hours[row["phenomenon"]][row["hour_start"]]
        assert (row["n"], row["reason"]) == (one.n, one.reason)
        assert row["value"] == (None if one.value is None else pytest.approx(one.value, abs=6e-4))
        assert row["value_corrected"] == (None if one.dry is None else pytest.approx(one.dry, abs=6e-4))

    days = {kind: reference.days(kind, each) for kind, each in hours.items()}
    for row in daily(table).to_dicts():
        value, n, length = days[row["phenomenon"]][row["day"]]
        assert (row["n"], row["expected"]) == (n, length)
        assert row["value"] == (None if value is None else pytest.approx(value, abs=6e-4))
