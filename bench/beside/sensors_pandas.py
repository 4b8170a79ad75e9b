"""The rules of `sensors aggregate` in pandas, as somebody who knows it well would write them; for bench/sensors.py.

Left out for pandas' benefit: reports, reading of texts, sensors that move. Everything else is as in the product.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import Transformer

LIMITS = {
    "pm10": (0, 999.9),
    "pm25": (0, 999.9),
    "temperature": (-40, 60),
    "humidity": (0, 100),
    "noise_laeq": (30, 130),
}
FLOORS = {"pm10": 1.0, "pm25": 1.0, "temperature": 0.3, "humidity": 1.0, "noise_laeq": 3.0}
HOUR = pd.Timedelta("1h")
ZONE = "Europe/Berlin"
KEYS = ["code", "hour"]


def aggregate(source: Path, to: Path) -> None:
    """All four tables."""
    frame = read(source)
    flag(frame)
    hours = hourly(frame)
    del frame
    days = daily(hours)
    to.mkdir()
    tables = {"hourly": hours, "daily": days, "yearly": yearly(hours, days), "grid": grid(hours)}
    for name, table in tables.items():
        table.to_parquet(to / f"{name}.parquet", index=False)
        table.to_csv(to / f"{name}.csv", index=False)


def read(source: Path) -> pd.DataFrame:
    """Sorted by series and time, each moment once."""
    frame = pd.read_parquet(source)
    frame["sensor_id"] = frame["sensor_id"].astype("category")
    frame["phenomenon"] = frame["phenomenon"].astype("category")
    frame["code"] = frame["sensor_id"].cat.codes.astype("int32")
    frame["station"] = frame.groupby(["lon", "lat"]).ngroup().astype("int32")
    frame = frame.sort_values(["code", "timestamp"], kind="stable", ignore_index=True)
    twice = frame.duplicated(["code", "timestamp"])
    return frame[~twice].reset_index(drop=True)


def flag(frame: pd.DataFrame) -> None:
    """Columns bad, spike, rh and dry."""
    value = frame["value"]
    low = frame["phenomenon"].map({name: limit[0] for name, limit in LIMITS.items()}).astype("float64")
    high = frame["phenomenon"].map({name: limit[1] for name, limit in LIMITS.items()}).astype("float64")
    dust = frame["phenomenon"].isin(["pm10", "pm25"])
    bad = value.isna() | (value < low) | (value > high) | (dust & value.isin([999.9, 1999.9]))
    changed = (value != value.shift()) | (frame["code"] != frame["code"].shift())
    step = frame["timestamp"].diff()
    step = step.where(~changed & (step <= HOUR), pd.Timedelta(0)).dt.total_seconds()
    run = changed.cumsum()
    bad |= step.groupby(run).transform("sum") >= 6 * 3600
    frame["spike"] = spikes(frame, bad)
    fine = frame.loc[~bad & (frame["phenomenon"] == "pm25"), ["timestamp", "station", "value"]].reset_index()
    coarse = frame.loc[~bad & (frame["phenomenon"] == "pm10"), ["timestamp", "station", "value"]].reset_index()
    pairs = nearest(fine, coarse, "30s")
    wrong = pairs[pairs["value"] > pairs["value_other"] + 0.1 + 1e-9]
    damp = frame.loc[~bad & (frame["phenomenon"] == "humidity"), ["timestamp", "station", "value"]].reset_index()
    bad.loc[wrong["index"]] = True
    bad.loc[wrong["index_other"].astype("int64")] = True
    dusty = frame.loc[dust, ["timestamp", "station", "value"]].reset_index()
    near = nearest(dusty, damp, "10min").set_index("index")
    frame["rh"] = near["value_other"].reindex(frame.index)
    activity = frame["rh"] / 100
    frame["dry"] = (value / (1 + 0.4 / 1.65 * activity / (1 - activity))).where(frame["rh"] <= 95)
    frame["bad"] = bad


def nearest(left: pd.DataFrame, right: pd.DataFrame, within: str) -> pd.DataFrame:
    """The nearest row of the same station."""
    return pd.merge_asof(
        left.sort_values("timestamp"),
        right.sort_values("timestamp"),
        on="timestamp",
        by="station",
        direction="nearest",
        tolerance=pd.Timedelta(within),
        suffixes=("", "_other"),
    )


def spikes(frame: pd.DataFrame, bad: pd.Series) -> pd.Series:
    """Hampel over the usable values; the spread only where a value is far enough."""
    usable = frame.loc[~bad, ["code", "value", "phenomenon"]]
    middle = usable.groupby("code")["value"].rolling(11, center=True, min_periods=1).median().droplevel(0)
    floor = usable["phenomenon"].map(FLOORS).astype("float64")
    away = (usable["value"] - middle).abs()
    far = np.flatnonzero((away > 3 * floor).to_numpy())
    around = far[:, None] + np.arange(-5, 6)
    inside = np.clip(around, 0, len(usable) - 1)
    code, level = usable["code"].to_numpy(), usable["value"].to_numpy()
    same = (around == inside) & (code[inside] == code[far][:, None])
    lines = np.where(same, np.abs(level[inside] - middle.to_numpy()[far][:, None]), np.nan)
    spread = np.nanmedian(lines, axis=1) if len(far) else np.zeros(0)
    found = pd.Series(False, index=frame.index)
    found.loc[usable.index[far[away.to_numpy()[far] > 3 * 1.4826 * spread]]] = True
    return found


def hourly(frame: pd.DataFrame) -> pd.DataFrame:
    """Every hour of every series, with completeness."""
    frame["hour"] = frame["timestamp"].dt.floor("h")
    came = frame.groupby(KEYS).size().rename("n_raw")
    used = frame[~frame["bad"]]
    noise = used["phenomenon"] == "noise_laeq"
    used = used.assign(level=used["value"].where(~noise, 10 ** (used["value"] / 10)))
    same = (used["code"] == used["code"].shift()) & (used["hour"] == used["hour"].shift())
    used["step"] = used["timestamp"].diff().where(same, used["timestamp"] - used["hour"])
    table = used.groupby(KEYS).agg(
        value=("level", "mean"),
        dry=("dry", "mean"),
        n=("level", "size"),
        n_corrected=("dry", "count"),
        n_spike=("spike", "sum"),
        gap=("step", "max"),
        last=("timestamp", "max"),
    )
    table = came.to_frame().join(table, how="left")
    spans = frame.groupby("code")["hour"].agg(["min", "max"])
    every = pd.concat(
        [
            pd.DataFrame({"code": code, "hour": pd.date_range(low, high, freq="h")})
            for code, low, high in spans.itertuples()
        ]
    )
    table = every.merge(table.reset_index(), on=KEYS, how="left")
    table[["n", "n_raw", "n_corrected", "n_spike"]] = (
        table[["n", "n_raw", "n_corrected", "n_spike"]].fillna(0).astype("int32")
    )
    table["day"] = table["hour"].dt.floor("D")
    table = table.merge(spacing(frame), on=["code", "day"], how="left")
    table["spacing"] = table.groupby("code")["spacing"].ffill().bfill()
    table["expected"] = (3_600_000 / table["spacing"]).round().clip(1, 3600)
    names = frame.drop_duplicates("code").set_index("code")[["sensor_id", "phenomenon", "lon", "lat"]]
    table = table.join(names, on="code")
    gap = table["gap"].combine(table["hour"] + HOUR - table["last"], max)
    valid = (table["n"] >= 0.75 * table["expected"]) & (gap <= pd.Timedelta("30min"))
    loud = table["phenomenon"] == "noise_laeq"
    table["value"] = table["value"].where(~loud, 10 * np.log10(table["value"].where(loud))).where(valid)
    table["value_corrected"] = table["dry"].where(valid & (table["n_corrected"] >= 0.75 * table["expected"]))
    table[["value", "value_corrected"]] = table[["value", "value_corrected"]].round(3)
    table["coverage"] = (table["n"] / table["expected"]).clip(upper=1)
    table["hour_start"] = table["hour"]
    return table.drop(columns=["dry", "gap", "last", "day", "spacing", "hour"])


def spacing(frame: pd.DataFrame) -> pd.DataFrame:
    """Median step of seven days up to the end of each day, by counting steps."""
    step = frame["timestamp"].diff().where(frame["code"] == frame["code"].shift()).dt.total_seconds().mul(1000)
    unit = np.where(step < 20_000, 100, 1_000)
    counted = pd.DataFrame(
        {"code": frame["code"], "day": frame["timestamp"].dt.floor("D"), "spacing": ((step + unit // 2) // unit) * unit}
    ).dropna()
    counts = counted.groupby(["code", "day", "spacing"]).size().rename("count").reset_index()
    days = counts[["code", "day"]].drop_duplicates()
    seen = pd.concat([counts.assign(day=counts["day"] + pd.Timedelta(days=later)) for later in range(7)]).merge(days)
    seen = seen.groupby(["code", "day", "spacing"])["count"].sum().reset_index()
    upto = seen.groupby(["code", "day"])["count"].cumsum()
    total = seen.groupby(["code", "day"])["count"].transform("sum")
    return seen[2 * upto >= total].drop_duplicates(["code", "day"])[["code", "day", "spacing"]]


def means(hours: pd.DataFrame, by: str, length: pd.Series, needed: float) -> pd.DataFrame:
    """Means of hours, by energy for levels."""
    loud = hours["phenomenon"] == "noise_laeq"
    table = hours.assign(level=hours["value"].where(~loud, 10 ** (hours["value"] / 10)))
    table = table.groupby(["sensor_id", "phenomenon", by], observed=True).agg(
        value=("level", "mean"), value_corrected=("value_corrected", "mean"), n=("level", "count")
    )
    table = table.reset_index()
    table["expected"] = table[by].map(length)
    loud = table["phenomenon"] == "noise_laeq"
    table["value"] = table["value"].where(~loud, 10 * np.log10(table["value"].where(loud)))
    table["value"] = table["value"].where(table["n"] >= needed * table["expected"])
    return table


def periods(hours: pd.DataFrame, shift: str, by: str) -> pd.DataFrame:
    """Lden of the noise sensors."""
    noise = hours[hours["phenomenon"] == "noise_laeq"]
    local = noise["hour_start"].dt.tz_convert(ZONE)
    clock = local.dt.hour
    period = np.select([(clock >= 6) & (clock < 18), (clock >= 18) & (clock < 22)], ["day", "evening"], "night")
    moved = local - pd.Timedelta(shift)
    group = moved.dt.date if by == "day" else moved.dt.year
    energy = 10 ** (noise["value"] / 10)
    table = energy.groupby([noise["sensor_id"], group.rename(by), period], observed=True).mean().unstack()
    parts = 12 * table["day"] + 4 * table["evening"] * 10**0.5 + 8 * table["night"] * 10
    return (10 * np.log10(parts / 24)).rename("lden").reset_index()


def daily(hours: pd.DataFrame) -> pd.DataFrame:
    """Days of the local clock."""
    local = hours["hour_start"].dt.tz_convert(ZONE)
    table = hours.assign(day=local.dt.date)
    begins = pd.Series(pd.date_range(local.min().floor("D"), local.max().floor("D"), freq="D"))
    length = pd.Series(((begins + pd.DateOffset(days=1)) - begins).dt.total_seconds().to_numpy() / 3600, begins.dt.date)
    return means(table, "day", length, 0.75).merge(periods(hours, "6h", "day"), on=["sensor_id", "day"], how="left")


def yearly(hours: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Years of the local clock."""
    table = hours.assign(year=hours["hour_start"].dt.tz_convert(ZONE).dt.year)
    length = pd.Series({year: 8784 if year % 4 == 0 else 8760 for year in table["year"].unique()})
    return means(table, "year", length, 0.9).merge(periods(hours, "6h", "year"), on=["sensor_id", "year"], how="left")


def grid(hours: pd.DataFrame) -> pd.DataFrame:
    """One sensor, one vote in each cell."""
    places = hours[["lon", "lat"]].drop_duplicates()
    east, north = Transformer.from_crs(4326, 3035, always_xy=True).transform(places["lon"], places["lat"])
    places["cell"] = [
        f"CRS3035RES100mN{n // 100 * 100:.0f}E{e // 100 * 100:.0f}" for n, e in zip(north, east, strict=True)
    ]
    table = hours[hours["value"].notna()].merge(places, on=["lon", "lat"])
    loud = table["phenomenon"] == "noise_laeq"
    table["level"] = table["value"].where(~loud, 10 ** (table["value"] / 10))
    table = table.groupby(["cell", "phenomenon", "hour_start"], observed=True).agg(
        value=("level", "mean"), value_corrected=("value_corrected", "mean"), n_sensors=("level", "size")
    )
    table = table.reset_index()
    loud = table["phenomenon"] == "noise_laeq"
    table["value"] = table["value"].where(~loud, 10 * np.log10(table["value"].where(loud)))
    return table
