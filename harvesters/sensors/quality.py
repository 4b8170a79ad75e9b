"""Says of every raw value whether it may enter a mean, and if not why (RULES §2). Columnar, no value is ever changed.

Order: readable -> unit -> range -> stuck -> spike -> consistency -> humidity -> place. A value that is refused keeps
its first reason; spikes and humid air are marks only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.ndimage import median_filter

from .humidity import corrected, humidity_at
from .nearby import nearest
from .phenomena import PHENOMENA, Phenomenon
from .rules import DEFAULTS, Rules
from .samples import Bytes, Flags, Floats, Integers, Order, Samples, starts_of

# Why a value is refused, in the order in which the tests are made. The number of a reason is its place here from 1 on;
# 0 is a value that may be used.
REASONS = ("unreadable", "conflicting", "saturated", "out-of-range", "stuck", "inconsistent", "indoor", "moved")
_NUMBER = {name: number for number, name in enumerate(REASONS, start=1)}

_METRES_PER_DEGREE = 111_320.0
_MAD_TO_SIGMA = 1.4826
_PASCAL = 2_000.0  # hPa of no air on earth: larger numbers are Pa


@dataclass(frozen=True)
class Flagged:
    """Samples with what the tests say of each value."""

    samples: Samples
    value: Floats  # in the phenomenon's unit; NaN: unreadable
    reason: Bytes  # number in REASONS, 0: may be used
    spike: Flags
    humidity: Floats  # % at the moment of a dust value; NaN: not known, or of no matter
    dry: Floats  # a dust value corrected for humidity; NaN: none

    @property
    def usable(self) -> Flags:
        """Whether a value may enter a mean."""
        fine: Flags = self.reason == 0
        return fine

    def table(self) -> pl.DataFrame:
        """One row for each value: names of its series, time, value, reason, spike, humidity."""
        names = pl.Series([None, *REASONS], dtype=pl.String)
        columns = pl.DataFrame(
            {
                "time": pl.Series(self.samples.time).cast(pl.Datetime("ms", "UTC")),
                "value": self.value,
                "reason": names.gather(self.reason),
                "spike": self.spike,
                "humidity": self.humidity,
            },
            nan_to_null=True,
        )
        keys = self.samples.series.select("box_id", "sensor_id", "phenomenon")[self.samples.code]
        return pl.concat([keys, columns], how="horizontal")


def flag(samples: Samples, rules: Rules = DEFAULTS) -> Flagged:
    """The samples judged by `rules`."""
    value = _in_unit(samples)
    reason = np.zeros(value.size, dtype=np.uint8)
    _refuse(reason, "unreadable", np.isnan(value) & ~samples.conflict)
    _refuse(reason, "conflicting", samples.conflict)
    for number, one in _phenomena(samples):
        mine = samples.per_series(number)
        for full in one.saturation:
            _refuse(reason, "saturated", mine & (value == full))
    _refuse(reason, "out-of-range", value < samples.per_series(_limits(samples, "minimum")))
    _refuse(reason, "out-of-range", value > samples.per_series(_limits(samples, "maximum")))
    _refuse(reason, "stuck", stuck(samples, value, rules) & ~_resting(samples, value))
    spike = spikes(samples, value, reason == 0, rules)
    _refuse(reason, "inconsistent", _inconsistent(samples, value, reason == 0, rules))
    humidity = humidity_at(samples, value, reason == 0, rules)
    _refuse(reason, "indoor", samples.indoor)
    _refuse(reason, "moved", _moved(samples, rules))
    return Flagged(samples, value, reason, spike, humidity, corrected(samples, value, humidity, rules))


def _refuse(reason: Bytes, name: str, those: Flags) -> None:
    """The first reason stays."""
    reason[those & (reason == 0)] = _NUMBER[name]


def _phenomena(samples: Samples) -> list[tuple[Flags, Phenomenon]]:
    names = samples.series["phenomenon"]
    return [((names == one).to_numpy(), PHENOMENA[one]) for one in names.unique().sort()]


def _resting(samples: Samples, value: Floats) -> Flags:
    """Where a value is what its quantity truly stays at for hours: the dark of a night, a calm."""
    rest = [PHENOMENA[one].rest for one in samples.series["phenomenon"]]
    if all(one is None for one in rest):
        return np.zeros(value.size, dtype=np.bool_)
    still: Flags = value == samples.per_series(np.array([np.nan if one is None else one for one in rest]))
    return still


def _limits(samples: Samples, name: str) -> Floats:
    limits = [float(getattr(PHENOMENA[one], name)) for one in samples.series["phenomenon"]]
    return np.array(limits, dtype=np.float64)


def _in_unit(samples: Samples) -> Floats:
    """Pressure comes in Pa or hPa; its size says which (RULES §2)."""
    pressure = (samples.series["phenomenon"] == "pressure").to_numpy()
    if not pressure.any():
        return samples.value
    pascal = samples.per_series(pressure) & (samples.value > _PASCAL)
    return np.where(pascal, samples.value / 100, samples.value)


def stuck(samples: Samples, value: Floats, rules: Rules) -> Flags:
    """True for every value of a run of equal values that was seen for `stuck_after` or longer.

    Only another value ends a run: a dead sensor is still dead after an hour without a network. But the time of a longer
    silence does not count, as nobody knows what happened in it. What is unreadable neither ends a run nor begins one.
    """
    code = samples.code
    if not code.size:
        return np.zeros(0, dtype=np.bool_)
    known = value
    unreadable = np.isnan(value)
    if unreadable.any():
        # The last readable value before, of the same series; NaN where there is none.
        last = np.maximum.accumulate(np.where(unreadable, 0, np.arange(value.size)))
        known = np.where(code[last] == code, value[last], np.nan)
    other = np.ones(code.size, dtype=np.bool_)
    other[1:] = (code[1:] != code[:-1]) | ((known[1:] != known[:-1]) & ~(np.isnan(known[1:]) & np.isnan(known[:-1])))
    begins = np.flatnonzero(other)
    step = np.diff(samples.time, prepend=samples.time[:1])
    step[other | (step > _milliseconds(rules.stuck_break))] = 0
    long = np.add.reduceat(step, begins) >= _milliseconds(rules.stuck_after)
    if not long.any():
        return np.zeros(code.size, dtype=np.bool_)
    return np.repeat(long, np.diff(begins, append=code.size))


def spikes(samples: Samples, value: Floats, usable: Flags, rules: Rules) -> Flags:
    """Hampel's test over the usable values around each value: a mark, the value stays in the mean.

    Only values further from the median than the floor of the scale allows can be spikes; the spread around the median
    is worked out for these alone.
    """
    found = np.zeros(value.size, dtype=np.bool_)
    rows = np.flatnonzero(usable)
    if not rows.size:
        return found
    code, level = samples.code[rows], value[rows]
    middle = _running_median(code, level, rules.spike_window)
    floor = _limits(samples, "spike_floor")[code]
    away = np.abs(level - middle)
    far = np.flatnonzero(away > rules.spike_scales * floor)
    spread = _median(np.abs(_windows(code, level, far, rules.spike_window) - middle[far][:, None]))
    found[rows[far[away[far] > rules.spike_scales * _MAD_TO_SIGMA * spread]]] = True
    return found


def _running_median(code: npt.NDArray[np.uint32], level: Floats, window: int) -> Floats:
    """Median of the `window` values around each; at the ends of a series of those that there are."""
    middle: Floats = median_filter(level, size=window, mode="nearest")
    begins = starts_of(code)
    ends = np.append(begins[1:], code.size)
    near = np.arange(window // 2)
    edge = np.concatenate([(begins[:, None] + near).ravel(), (ends[:, None] - 1 - near).ravel()])
    edge = np.unique(edge[(edge >= 0) & (edge < code.size)])
    middle[edge] = _median(_windows(code, level, edge, window))
    return middle


def _windows(code: npt.NDArray[np.uint32], level: Floats, rows: Order, window: int) -> Floats:
    """A line for each of `rows`: the values around it, NaN beyond the ends of its series."""
    around = rows[:, None] + np.arange(-(window // 2), window // 2 + 1)
    inside = np.clip(around, 0, max(code.size - 1, 0))
    mine = (around == inside) & (code[inside] == code[rows][:, None])
    return np.where(mine, level[inside], np.nan)


def _median(lines: Floats) -> Floats:
    """Median of each line without its NaN; every line has a value."""
    ordered = np.sort(lines, axis=1)  # NaN stand last
    number = np.count_nonzero(~np.isnan(ordered), axis=1)
    line = np.arange(len(ordered))
    middle: Floats = (ordered[line, (number - 1) // 2] + ordered[line, number // 2]) / 2
    return middle


def _inconsistent(samples: Samples, value: Floats, usable: Flags, rules: Rules) -> Flags:
    """PM2.5 is a part of PM10: where one reading says otherwise, neither of the two can be trusted."""
    found = np.zeros(value.size, dtype=np.bool_)
    partner = _partners(samples.series)
    fine = np.flatnonzero(usable & (samples.per_series(partner) >= 0))
    coarse = np.flatnonzero(usable & samples.per_series(np.isin(np.arange(partner.size), partner)))
    if not fine.size or not coarse.size:
        return found
    other, near = nearest(
        partner[samples.code[fine]],
        samples.time[fine],
        samples.code[coarse].astype(np.int64),
        samples.time[coarse],
        _milliseconds(rules.pair_within),
    )
    wrong = near & (value[fine] > value[coarse[other]] + rules.coarse_tolerance + 1e-9)
    found[fine[wrong]] = True
    found[coarse[other[wrong]]] = True
    return found


def _partners(series: pl.DataFrame) -> Integers:
    """For each series of PM2.5 the number of the series of PM10 that belongs to it, -1 where there is none.

    That of the same sensor; else the only one of its station and sensor type: a box with two sensors of the same type
    is left alone, as nobody knows which belongs to which.
    """
    partner = np.full(series.height, -1, dtype=np.int64)
    numbered = series.with_row_index("code").select(
        "code", "phenomenon", "box_id", "sensor_id", "station", "sensor_type"
    )
    fine = numbered.filter(pl.col("phenomenon") == "pm25")
    coarse = numbered.filter(pl.col("phenomenon") == "pm10")
    for keys in (["station", "sensor_type"], ["box_id", "sensor_id"]):
        single = [one.filter(pl.len().over(keys) == 1) for one in (fine, coarse)]
        pairs = single[0].join(single[1].select(*keys, pl.col("code").alias("partner")), on=keys)
        partner[pairs["code"].to_numpy()] = pairs["partner"].to_numpy()
    return partner


def _moved(samples: Samples, rules: Rules) -> Flags:
    """True place unlike the station's present one: the value belongs to another spot of the map."""
    here = [samples.series[name].fill_null(float("nan")).to_numpy() for name in ("home_lon", "home_lat")]
    if np.isnan(here[0]).all():
        return np.zeros(samples.time.size, dtype=np.bool_)
    lon, lat = (samples.per_series(one) for one in here)
    away: Flags = distance(samples.lon, samples.lat, lon, lat) > rules.moved_metres
    return away


def distance(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Metres between near places on a mean sphere; NaN where one is not known, which no comparison finds true."""
    north = (lat - other_lat) * _METRES_PER_DEGREE
    east = (lon - other_lon) * _METRES_PER_DEGREE * np.cos(np.radians(other_lat))
    return np.sqrt(north**2 + east**2)


def _milliseconds(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)
