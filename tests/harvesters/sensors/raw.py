"""Raw tables for the tests: one value after the other at an even spacing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import polars as pl
from ckanext.dresdensmartcity.harvesters.sensors.quality import RAW

START = datetime(2026, 10, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
HERE = (13.71, 51.06)


def series(
    phenomenon: str,
    values: Sequence[float | str | None],
    every: int = 300,
    *,
    sensor: str = "",
    kind: str = "SDS 011",
    start: datetime = START,
    place: tuple[float, float] = HERE,
) -> pl.DataFrame:
    """`values` from `start` on, one each `every` seconds; None leaves a value out."""
    kept = [(number, value) for number, value in enumerate(values) if value is not None]
    return pl.DataFrame(
        {
            "box_id": ["box"] * len(kept),
            "sensor_id": [sensor or phenomenon] * len(kept),
            "phenomenon": [phenomenon] * len(kept),
            "sensor_type": [kind] * len(kept),
            "time": [start + timedelta(seconds=number * every) for number, _ in kept],
            "raw": [value if isinstance(value, str) else f"{value:.2f}" for _, value in kept],
            "lon": [place[0]] * len(kept),
            "lat": [place[1]] * len(kept),
            "box_lon": [HERE[0]] * len(kept),
            "box_lat": [HERE[1]] * len(kept),
        },
        schema=RAW,
    )


def calm(number: int, middle: float = 20.0) -> list[float]:
    """Values that vary a little, so that nothing is stuck."""
    return [middle + 0.1 * (step % 7) for step in range(number)]
