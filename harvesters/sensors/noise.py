"""Means of sound levels: of their energies, never of the decibels (RULES §3), and the day-evening-night level.

Periods as in Germany (34. BImSchV § 2), by the local clock: day 6 to 18, evening 18 to 22, night 22 to 6. The night
belongs to the day on which it BEGINS: Lden of a day is that of the 24 hours from 6 o'clock on. The legal index is one
of a whole year, for a facade without its reflection; what stands here for a single day, and for one sensor, is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from .samples import Floats


class Period:
    """A part of the day by the local clock, with its weight in Lden."""

    def __init__(self, name: str, hours: int, penalty: float) -> None:
        self.name = name
        self.hours = hours  # of the 24; Directive 2002/49/EC Annex I
        self.penalty = penalty  # dB that are added to its level


PERIODS = (Period("day", 12, 0.0), Period("evening", 4, 5.0), Period("night", 8, 10.0))
DAY_BEGINS, EVENING_BEGINS, NIGHT_BEGINS = 6, 18, 22


def leq(levels: Sequence[float], durations: Sequence[float] | None = None) -> float:
    """Energetic mean in dB of Leq values in dB, each lasting `durations` (any one unit; equal where left out).

    Leq = 10 lg( sum(t_i 10^(L_i/10)) / sum t_i ). Raises ValueError where there is nothing to average.

    >>> round(leq([50, 60]), 3)
    57.404
    >>> round(leq([50, 80], [23, 1]), 3)
    66.297
    """
    weights = [1.0] * len(levels) if durations is None else list(durations)
    total = sum(weights)
    if len(weights) != len(levels) or not levels or total <= 0:
        raise ValueError(f"{len(levels)} levels with {len(weights)} durations of {total} in all have no mean")
    energy = sum(weight * 10 ** (level / 10) for level, weight in zip(levels, weights, strict=True))
    return 10 * math.log10(energy / total)


def lden(day: float, evening: float, night: float) -> float:
    """Day-evening-night level in dB of the levels of the three periods (2002/49/EC Annex I; 34. BImSchV § 2).

    Lden = 10 lg 1/24 (12*10^(Lday/10) + 4*10^((Levening+5)/10) + 8*10^((Lnight+10)/10)).

    >>> round(lden(60, 55, 50), 3), round(lden(62.3, 58.1, 51.4), 3), round(lden(55, 55, 55), 3)
    (60.0, 62.174, 61.395)
    """
    levels = [level + period.penalty for level, period in zip((day, evening, night), PERIODS, strict=True)]
    return leq(levels, [period.hours for period in PERIODS])


def to_energy(levels: Floats) -> Floats:
    """10^(L/10)."""
    return np.exp(levels * (math.log(10) / 10))


def to_level(energies: Floats) -> Floats:
    """10 lg E."""
    return 10 * np.log10(energies)


def energetic_mean(levels: pl.Expr) -> pl.Expr:
    """The same for a column of levels in dB that last equally long; null where there is none."""
    return (10.0 * (pl.lit(10.0).pow(levels / 10.0).mean()).log10()).cast(pl.Float64)


def lden_of_columns() -> pl.Expr:
    """Lden of the columns lday, levening, lnight; null where one of them is."""
    energy = pl.sum_horizontal(
        *(period.hours * pl.lit(10.0).pow((pl.col(f"l{period.name}") + period.penalty) / 10.0) for period in PERIODS),
        ignore_nulls=False,
    )
    return 10.0 * (energy / sum(period.hours for period in PERIODS)).log10()


def period_of(local_hour: pl.Expr) -> pl.Expr:
    """The name of the period that an hour of the local clock (0 to 23) lies in."""
    return (
        pl.when((local_hour >= DAY_BEGINS) & (local_hour < EVENING_BEGINS))
        .then(pl.lit("day"))
        .when((local_hour >= EVENING_BEGINS) & (local_hour < NIGHT_BEGINS))
        .then(pl.lit("evening"))
        .otherwise(pl.lit("night"))
    )
