"""Raw measurements -> hourly, daily, yearly means and grid: `sensors aggregate` beside the same rules in pandas.

    python bench/sensors.py [--rows 20000000] [--alone 100000000]

Both read the same made-up Parquet file and write the same tables as CSV and Parquet, each in a process of its own;
their hourly means are compared. `--alone` is the size of a run without pandas, for its memory; 0 leaves either out.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

KINDS = ("pm10", "pm25", "humidity", "temperature", "noise_laeq")
STEP = 150  # seconds between two values, as sensor.community's devices have it
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z
DAYS = 120


def make(path: Path, rows: int) -> int:
    """Stations with five quantities over DAYS days, row group by row group; the number of rows that came out."""
    per_series = DAYS * 86_400 // STEP
    stations = max(1, round(rows / per_series / len(KINDS)))
    folder = path.with_suffix("")
    folder.mkdir()
    for number in range(stations):
        _station(number, per_series).write_parquet(folder / f"{number:05}.parquet")
    pl.scan_parquet(sorted(folder.iterdir())).sink_parquet(path)
    for part in folder.iterdir():
        part.unlink()
    folder.rmdir()
    return stations * per_series * len(KINDS)


def _station(number: int, size: int) -> pl.DataFrame:
    """With a daily rhythm, lost readings, a dead and a saturated time, spikes, and rows that came twice."""
    rng = np.random.default_rng(number)
    times = START + np.arange(size, dtype=np.int64) * STEP * 1000 + rng.integers(-2_000, 2_000, size)
    day = (times - START) / 86_400_000
    rhythm = np.sin(2 * np.pi * day)
    pm10 = np.clip(18 + 8 * rhythm + rng.normal(0, 1.5, size), 0.5, None)
    pm10[rng.random(size) < 0.0005] *= 6
    values = {
        "pm10": pm10,
        "pm25": pm10 * rng.uniform(0.5, 0.7, size),
        "humidity": np.clip(72 - 22 * rhythm + rng.normal(0, 0.5, size), 5, 100),
        "temperature": 10 + 5 * rhythm + rng.normal(0, 0.1, size),
        "noise_laeq": 55 + 6 * rhythm + rng.normal(0, 2, size),
    }
    if number % 10 == 3:
        values["pm10"][size // 2 : size // 2 + 2_000] = 0.0
    if number % 10 == 7:
        values["pm25"][size // 3 : size // 3 + 500] = 999.9
    lon, lat = 13.68 + 0.1 * (number * 7 % 101) / 101, 51.03 + 0.05 * (number * 13 % 97) / 97
    frames = []
    for kind in KINDS:
        keep = np.sort(np.concatenate([np.flatnonzero(rng.random(size) > 0.01), rng.integers(0, size, size // 100)]))
        keep = np.resize(keep, size)  # as many rows as asked for
        frames.append(
            pl.DataFrame(
                {
                    "sensor_id": [f"{kind}-{number:05}"],
                    "phenomenon": [kind],
                    "timestamp": [pl.Series(times[keep]).cast(pl.Datetime("ms", "UTC"))],
                    "value": [pl.Series(values[kind][keep].round(2))],
                    "lon": [lon],
                    "lat": [lat],
                }
            ).explode("timestamp", "value")
        )
    return pl.concat(frames)


def ours(source: Path, to: Path) -> None:
    """The command, without its command line."""
    from ckanext.dresdensmartcity.harvesters.sensors.aggregate.config import AggregateConfig
    from ckanext.dresdensmartcity.harvesters.sensors.aggregate.run import aggregate

    aggregate([source], to, AggregateConfig())


def pandas(source: Path, to: Path) -> None:
    """The same rules in pandas."""
    sys.path.insert(0, str(Path(__file__).parent / "beside"))
    from sensors_pandas import aggregate

    aggregate(source, to)


def child(name: str, source: Path, to: Path) -> None:
    """One contender; prints its seconds, imports left out, and the most memory it had."""
    modules = {
        "ours": ["ckanext.dresdensmartcity.harvesters.sensors.aggregate.run"],
        "pandas": ["pandas", "pyarrow.parquet", "pyproj"],
    }
    for module in modules[name]:
        importlib.import_module(module)
    begin = time.perf_counter()
    {"ours": ours, "pandas": pandas}[name](source, to)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "seconds": time.perf_counter() - begin,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1000,
    }
    print(json.dumps(told))


def measure(name: str, source: Path, to: Path) -> dict[str, float]:
    """A contender in a process of its own."""
    command = [sys.executable, __file__, "--child", name, str(source), str(to)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def differences(one: Path, other: Path) -> str:
    """How the hourly means of two runs differ; empty where they do not."""
    keys = ["sensor_id", "hour_start"]
    left, right = (
        pl.read_parquet(folder / "hourly.parquet", columns=[*keys, "value", "value_corrected"]).with_columns(
            pl.col("sensor_id").cast(pl.String), pl.col("hour_start").cast(pl.Datetime("ms", "UTC"))
        )
        for folder in (one, other)
    )
    both = left.join(right, on=keys, how="full", suffix="_other")
    told = []
    for column in ("value", "value_corrected"):
        a, b = pl.col(column), pl.col(f"{column}_other")
        wrong = both.filter(a.is_null() != b.is_null()).height + both.filter((a - b).abs() > 0.0011).height
        if wrong:
            told.append(f"{wrong} of {both.height} hours differ in {column}")
    return "; ".join(told)


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--alone", type=int, default=0)
    parser.add_argument("--child", nargs=3, metavar=("NAME", "SOURCE", "TO"))
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child[0], Path(chosen.child[1]), Path(chosen.child[2]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| | rows | seconds | CPU seconds | peak memory, MB |\n| --- | --- | --- | --- | --- |")
        told = compare(folder, chosen.rows) if chosen.rows else ""
        if chosen.alone:
            rows = make(folder / "alone.parquet", chosen.alone)
            show("ours, alone", rows, measure("ours", folder / "alone.parquet", folder / "alone"))
        print(f"\n{told}")


def compare(folder: Path, size: int) -> str:
    """Both contenders on the same file; gives what is to be said of them."""
    rows = make(folder / "raw.parquet", size)
    found = {}
    for contender in ("ours", "pandas"):
        found[contender] = measure(contender, folder / "raw.parquet", folder / contender)
        show(contender, rows, found[contender])
    means = differences(folder / "ours", folder / "pandas") or "equal"
    quick, cpu = (found["pandas"][each] / found["ours"][each] for each in ("seconds", "cpu"))
    memory = found["ours"]["peak_mb"] / found["pandas"]["peak_mb"]
    return (
        f"Hourly means: {means}. Beside pandas: {quick:.1f} x as fast ({cpu:.1f} x by CPU seconds), {memory:.2f} "
        "of the memory."
    )


def show(name: str, rows: int, found: dict[str, float]) -> None:
    """A line of the table."""
    print(f"| {name} | {rows:,} | {found['seconds']:.1f} | {found['cpu']:.1f} | {found['peak_mb']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
