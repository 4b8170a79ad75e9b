"""Says of every raw value whether it may enter a mean, and if not why (RULES §2). Columnar, no value is ever changed.

Order: readable -> unit -> range -> stuck -> spike -> consistency -> humidity -> place. A value that is refused keeps
its first `reason`; spikes and humid air are marks only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from .phenomena import PHENOMENA

# What a raw table must hold. One row is one value; `raw` is the text of the source; box_lon and box_lat say where the
# box stands now.
RAW = pl.Schema(
    {
        "box_id": pl.String(),
        "sensor_id": pl.String(),
        "phenomenon": pl.String(),
        "sensor_type": pl.String(),
        "time": pl.Datetime("ms", "UTC"),
        "raw": pl.String(),
        "lon": pl.Float64(),
        "lat": pl.Float64(),
        "box_lon": pl.Float64(),
        "box_lat": pl.Float64(),
    }
)

# Why a value is refused, in the order in which the tests are made.
REASONS = ("unreadable", "saturated", "out-of-range", "stuck", "inconsistent", "moved")

SERIES = ("box_id", "sensor_id", "phenomenon")
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class QualitySettings:
    """The thresholds of RULES §2; where that leaves room, this project's choice."""

    stuck_after: timedelta = timedelta(hours=6)
    stuck_break: timedelta = timedelta(hours=1)  # our choice: a longer silence is not time that was seen
    spike_window: int = 11  # values, odd, 5 to 15
    spike_scales: float = 3.0  # Hampel: median +- 3 * 1.4826 * MAD
    coarse_tolerance: float = 0.1  # µg/m³ by which PM2.5 may exceed PM10
    pair_within: timedelta = timedelta(seconds=30)  # our choice: PM2.5 and PM10 of one reading
    humidity_within: timedelta = timedelta(minutes=10)  # our choice: a humidity that speaks for a dust value
    humid_above: float = 70.0  # % relative humidity: above it an SDS011 is outside of its working range
    moved_metres: float = 100.0  # our choice: as far as positions are published


DEFAULTS = QualitySettings()


def flag(raw: pl.DataFrame, settings: QualitySettings = DEFAULTS) -> pl.DataFrame:
    """Adds to a RAW table, one row for each (sensor_id, time), sorted by SERIES and time:

    `value` (in the phenomenon's unit, null where unreadable), `reason` (one of REASONS, null where the value may be
    used), `spike` (boolean) and `humid` (boolean, null where no humidity is known or it does not matter).
    """
    frame = raw.unique(("sensor_id", "time"), keep="first", maintain_order=True).sort(*SERIES, "time")
    frame = frame.with_columns(_number())
    frame = frame.with_columns(_to_unit())
    frame = frame.with_columns(_own_reason(_stuck(frame, settings)))
    frame = frame.with_columns(_spike(frame, settings))
    frame = frame.with_columns(
        pl.coalesce("reason", _inconsistent(frame, settings), _moved(settings)).alias("reason"),
        _humid(frame, settings),
    )
    return frame.sort(*SERIES, "time")


def _number() -> pl.Expr:
    """The text as a number with a decimal point; null for anything else, "NaN" and "inf" included."""
    number = pl.col("raw").str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number).alias("value")


def _to_unit() -> pl.Expr:
    """Pressure comes in Pa or hPa; its size says which (RULES §2)."""
    pascal = (pl.col("phenomenon") == "pressure") & (pl.col("value") > 2_000)
    return pl.when(pascal).then(pl.col("value") / 100).otherwise("value").alias("value")


def _limit(name: str) -> pl.Expr:
    limits = {one.id: float(getattr(one, name)) for one in PHENOMENA.values()}
    return pl.col("phenomenon").replace_strict(limits, default=None, return_dtype=pl.Float64)


def _saturated() -> pl.Expr:
    return pl.any_horizontal(
        (pl.col("phenomenon") == one.id) & pl.col("value").is_in(list(one.saturation))
        for one in PHENOMENA.values()
        if one.saturation
    )


def _own_reason(stuck: pl.Series) -> pl.Expr:
    """What the series alone shows."""
    value = pl.col("value")
    return (
        pl.when(value.is_null())
        .then(pl.lit("unreadable"))
        .when(_saturated())
        .then(pl.lit("saturated"))
        .when((value < _limit("minimum")) | (value > _limit("maximum")))
        .then(pl.lit("out-of-range"))
        .when(stuck)
        .then(pl.lit("stuck"))
        .alias("reason")
    )


def _stuck(frame: pl.DataFrame, settings: QualitySettings) -> pl.Series:
    """True for every value of a run of equal values that was seen for `stuck_after` or longer.

    Only another value ends a run: a dead sensor is still dead after an hour without a network. But the time of a longer
    silence does not count, as nobody knows what happened in it.
    """
    known = frame.select(*SERIES, pl.col("value").forward_fill().over(SERIES), "time")
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in (*SERIES, "value"))
    runs = known.select(other.cum_sum().alias("run"), pl.col("time").diff().alias("step"))
    runs = runs.with_columns(pl.col("run") - pl.col("run").first())
    counts = (pl.col("run") == pl.col("run").shift(1)) & (pl.col("step") <= settings.stuck_break)
    seen = runs.group_by("run").agg(pl.col("step").filter(counts).sum()).sort("run")  # runs are numbered from 0
    return (seen["step"] >= settings.stuck_after).gather(runs["run"]).alias("stuck")


def _spike(frame: pl.DataFrame, settings: QualitySettings) -> pl.Series:
    """Hampel's test over the usable values around each value: a mark, the value stays in the mean.

    Only values further from the median than the floor of the scale allows can be spikes; the spread around the median
    is worked out for these alone.
    """
    half = settings.spike_window // 2
    usable = pl.when(pl.col("reason").is_null()).then("value")
    middle = usable.rolling_median(settings.spike_window, center=True, min_samples=1).over(SERIES)
    far = (
        frame.lazy()
        .with_row_index("row")
        .with_columns(usable.alias("usable"), middle.alias("median"), pl.struct(SERIES).rle_id().alias("series"))
        .with_columns(
            pl.when(pl.col("series").shift(step) == pl.col("series"))
            .then(pl.col("usable").shift(step))
            .alias(f"s{step}")
            for step in range(-half, half + 1)
        )
        .filter((pl.col("usable") - pl.col("median")).abs() > settings.spike_scales * _limit("spike_floor"))
        .with_columns(
            pl.concat_list((pl.col(f"s{step}") - pl.col("median")).abs() for step in range(-half, half + 1))
            .list.median()
            .alias("spread")
        )
        .filter((pl.col("usable") - pl.col("median")).abs() > settings.spike_scales * 1.4826 * pl.col("spread"))
        .collect()
    )
    return frame.select(pl.int_range(pl.len()).is_in(far["row"].implode()).alias("spike"))["spike"]


def _inconsistent(frame: pl.DataFrame, settings: QualitySettings) -> pl.Series:
    """PM2.5 is a part of PM10: where one reading says otherwise, neither of the two can be trusted.

    Readings are paired within a box and a sensor type; a box with two sensors of the same type is left alone.
    """
    keys = ["box_id", "sensor_type"]
    readable = frame.with_row_index("row").filter(pl.col("reason").is_null())
    single = readable.filter(pl.col("sensor_id").n_unique().over(*keys, "phenomenon") == 1)
    fine = single.filter(pl.col("phenomenon") == "pm25").select("row", *keys, "time", "value").sort("time")
    coarse = single.filter(pl.col("phenomenon") == "pm10").select("row", *keys, "time", "value").sort("time")
    pairs = fine.join_asof(
        coarse,
        on="time",
        by=keys,
        strategy="nearest",
        tolerance=settings.pair_within,
        suffix="_coarse",
        check_sortedness=False,
    ).filter(pl.col("value") > pl.col("value_coarse") + settings.coarse_tolerance + 1e-9)
    return _marked(frame, pl.concat([pairs["row"], pairs["row_coarse"]]), "inconsistent")


def _marked(frame: pl.DataFrame, rows: pl.Series, reason: str) -> pl.Series:
    marked = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, frame.height)
    if rows.len():
        marked[rows.unique().sort()] = reason
    return marked


def _moved(settings: QualitySettings) -> pl.Expr:
    """True place unlike the box's present one: the value belongs to another spot of the map."""
    north = (pl.col("lat") - pl.col("box_lat")) * _METRES_PER_DEGREE
    east = (pl.col("lon") - pl.col("box_lon")) * _METRES_PER_DEGREE * pl.col("box_lat").radians().cos()
    away = (north.pow(2) + east.pow(2)) > settings.moved_metres**2
    return pl.when(away).then(pl.lit("moved"))


def _humid(frame: pl.DataFrame, settings: QualitySettings) -> pl.Series:
    """True where dust was measured in air above `humid_above`, by a humidity sensor of the same box."""
    prone = [one.id for one in PHENOMENA.values() if one.humid]
    humidity = frame.filter((pl.col("phenomenon") == "humidity") & pl.col("reason").is_null()).select(
        "box_id", "time", pl.col("value").alias("humidity")
    )
    joined = (
        frame.select("box_id", "phenomenon", "time")
        .with_row_index("row")
        .sort("time")
        .join_asof(
            humidity.sort("time"),
            on="time",
            by="box_id",
            strategy="nearest",
            tolerance=settings.humidity_within,
            check_sortedness=False,
        )
        .sort("row")
    )
    return joined.select(
        pl.when(pl.col("phenomenon").is_in(prone)).then(pl.col("humidity") > settings.humid_above).alias("humid")
    )["humid"]
