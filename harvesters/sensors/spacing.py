"""How far apart a sensor's values are, and so how many an hour should have (RULES §1 a)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import polars as pl

from .rules import Rules
from .samples import Codes, Integers, Samples

DAY = 86_400_000  # milliseconds
HOUR = 3_600_000

# Steps are counted, not kept: to a second, below 20 s to a tenth of one.
_FINE_BELOW, _FINE, _COARSE = 20_000, 100, 1_000


def spacings(samples: Samples, rules: Rules) -> pl.DataFrame:
    """code, day (of 1970, UTC) and spacing in ms: the median step of `interval_over` up to the end of the day.

    What a sensor sent counts here, whether it can be used or not. Days without a value have no row.
    """
    same = samples.code[1:] == samples.code[:-1]
    step = np.diff(samples.time)[same]
    unit = np.where(step < _FINE_BELOW, _FINE, _COARSE)
    counted = pl.DataFrame(
        {
            "code": samples.code[1:][same],
            "day": (samples.time[1:][same] // DAY).astype(np.int32),
            "step": np.maximum((step + unit // 2) // unit, 1) * unit,
        }
    )
    steps = counted.group_by("code", "day", "step").agg(pl.len().alias("n"))
    days = steps.select("code", "day").unique()
    reach = round(rules.interval_over / timedelta(days=1))
    seen = pl.concat(steps.with_columns(pl.col("day") + later) for later in range(reach)).join(
        days, on=["code", "day"], how="semi"
    )
    total = pl.col("n").sum().over("code", "day")
    upto = pl.col("n").cum_sum().over("code", "day")
    return (
        seen.group_by("code", "day", "step")
        .agg(pl.col("n").sum().cast(pl.Int64))
        .sort("code", "day", "step")
        .with_columns(upto.alias("upto"), total.alias("total"))
        .group_by("code", "day", maintain_order=True)
        .agg(
            # The middle step, or the mean of the two middle ones.
            (
                pl.col("step").filter(2 * pl.col("upto") >= pl.col("total")).first()
                + pl.col("step").filter(2 * pl.col("upto") > pl.col("total")).first()
            )
            / 2
        )
        .rename({"step": "spacing"})
    )


def expected(
    sensors: pl.Series, code: Codes, hour: Integers, declared: Mapping[str, timedelta], measured: pl.DataFrame
) -> Integers:
    """How many values each hour should have: the hour by the declared or measured spacing, from 1 to 3600.

    `sensors` are the ids by code; `code` and `hour` (of 1970) are sorted; `measured` is what spacings() gives. A day
    without a spacing has that of the last day before, else of the next; a sensor that never sent two values is expected
    to send one an hour.
    """
    wanted = pl.DataFrame({"code": code, "day": (hour // 24).astype(np.int32)})
    days = wanted.unique(maintain_order=True).sort("code", "day")
    for strategy in ("backward", "forward"):
        days = days.join_asof(
            measured, on="day", by="code", strategy=strategy, suffix=f"_{strategy}", check_sortedness=False
        )
    own = [1000 * declared[one].total_seconds() if one in declared else None for one in sensors]
    fixed = pl.DataFrame({"own": own}, schema={"own": pl.Float64}).with_row_index("code")
    spacing = pl.coalesce("own", "spacing", "spacing_forward", pl.lit(float(HOUR)))
    days = days.join(fixed, on="code", how="left").select(
        "code", "day", (HOUR / spacing).round().clip(1, 3600).cast(pl.Int64).alias("expected")
    )
    return wanted.join(days, on=["code", "day"], how="left", maintain_order="left")["expected"].to_numpy()
