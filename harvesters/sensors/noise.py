"""Means of sound levels: of their energies, never of the decibels (RULES §3)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl


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


def energetic_mean(levels: pl.Expr) -> pl.Expr:
    """The same for a column of levels in dB that last equally long; null where there is none."""
    return (10.0 * (pl.lit(10.0).pow(levels / 10.0).mean()).log10()).cast(pl.Float64)
