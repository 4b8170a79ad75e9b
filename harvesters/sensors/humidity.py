"""Dust and humid air: what the humidity was, and what the dust would weigh dry (RULES §2).

Optical sensors count drops as dust. The correction follows the kappa-Köhler theory,

    C = PM / (1 + (k / 1.65) / (1 / aw - 1)),   aw = relative humidity / 100,   k = 0.4 for urban particles

(review: Venkatraman Jagatha 2021, doi 10.3390/s21123960). It is published beside the raw value, never in its place;
above 95 %, and where the humidity is not known, there is no corrected value; what a device has corrected itself is not
corrected again.
"""

from __future__ import annotations

import numpy as np

from .nearby import nearest
from .phenomena import PHENOMENA
from .rules import Rules
from .samples import Flags, Floats, Samples

DENSITY = 1.65  # of particles, g/cm³: turns kappa by volume into mass


def growth(humidity: Floats, kappa: float) -> Floats:
    """How many times its dry mass a particle has, at a humidity in % below 100.

    >>> np.round(growth(np.array([0.0, 50.0, 80.0]), 0.4), 4).tolist()
    [1.0, 1.2424, 1.9697]
    """
    activity = humidity / 100
    return 1 + kappa / DENSITY * activity / (1 - activity)


def dust(samples: Samples) -> Flags:
    """Which series humid air matters to."""
    return np.array([PHENOMENA[one].humid for one in samples.series["phenomenon"]], dtype=np.bool_)


def humidity_at(samples: Samples, value: Floats, usable: Flags, rules: Rules) -> Floats:
    """Relative humidity in % that a sensor of the same station measured next to each dust value; NaN elsewhere."""
    found = np.full(value.size, np.nan)
    station = samples.series["station"].rank("dense").to_numpy().astype(np.int64)
    damp = (samples.series["phenomenon"] == "humidity").to_numpy()
    rows = np.flatnonzero(samples.per_series(dust(samples) & np.isin(station, station[damp])))
    known = np.flatnonzero(samples.per_series(damp) & usable)
    if not rows.size or not known.size:
        return found
    place, time = station[samples.code[known]], samples.time[known]
    order = np.lexsort((value[known], time, place))
    known, place, time = known[order], place[order], time[order]
    within = round(rules.humidity_within.total_seconds() * 1000)
    other, near = nearest(station[samples.code[rows]], samples.time[rows], place, time, within)
    found[rows[near]] = value[known[other[near]]]
    return found


def corrected(samples: Samples, value: Floats, humidity: Floats, rules: Rules) -> Floats:
    """Dust values as they would be in dry air; NaN where that cannot be said."""
    possible = humidity <= rules.correct_up_to
    done = samples.series["corrected"].fill_null(False).to_numpy()
    if done.any():
        possible &= ~samples.per_series(done)
    found = np.full(value.size, np.nan)
    found[possible] = value[possible] / growth(humidity[possible], rules.kappa)
    return found
