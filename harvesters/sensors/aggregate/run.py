"""Raw files -> tables of means: read in batches, spooled by series, worked on in portions.

The memory that is needed depends on the size of a batch and a portion and on the number of series, not on the number of
rows; the spool takes 25 bytes a row beside the tables.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import polars as pl

from .. import grid
from ..hourly import Known, hourly
from ..means import daily, yearly
from ..published import published_days, published_hours, published_years
from ..quality import REASONS, Flagged, flag
from ..rules import Rules
from ..samples import KEY, Integers, arranged
from ..spacing import DAY, HOUR, spacings
from .areas import read_areas
from .config import AggregateConfig
from .parsing import Catalogue, parse
from .plan import Portion, portions, slices
from .reading import RawFile, open_raw
from .report import AggregateReport
from .spool import Spool, by_series
from .writing import Parts, Writer

# Around a slice of a series that is too long to be worked on whole. A run of equal values is then looked at over seven
# days back and one day on; spacings are those of the whole series.
BEFORE, AFTER = 7 * DAY, DAY
WORKERS = 2  # threads that work on portions: NumPy and Polars leave Python's lock while they count


@dataclass(frozen=True)
class Job:
    """What portions are worked on with."""

    config: AggregateConfig
    rules: Rules
    spool: Spool
    series: pl.DataFrame
    intervals: dict[str, timedelta]
    cells: pl.DataFrame | None


@dataclass
class Result:
    """The tables of a portion, and what is counted of it."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=grid.PARTS))
    series: int = 0
    duplicates: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    spikes: int = 0
    hours: Counter[str] = field(default_factory=Counter)


def aggregate(
    paths: Sequence[Path], to: Path, config: AggregateConfig, config_path: Path | None = None
) -> AggregateReport:
    """Write the tables of the files into the folder `to`, which is made; gives the report, which is written as well.

    Tables come into their place when all of them are complete; those of an earlier run are replaced. Raises InputError
    and ConfigError, and then leaves what is in `to` as it was.
    """
    files = [open_raw(path, config.input) for path in paths]
    cells = read_areas(config.grid, config_path)
    to.mkdir(parents=True, exist_ok=True)
    report = AggregateReport()
    with _workshop(to) as folder:
        parts = Parts(folder)
        with closing(Spool(folder / "spool")) as spool:
            series = _read_all(files, config, spool, report)
            intervals = {sensor: timedelta(seconds=each) for sensor, each in config.input.intervals.items()}
            job = Job(config, config.rules, spool, series, intervals, cells)
            for result in _in_order(job, portions(series, spool.counts(series.height))):
                _take(result, parts, report)
        Writer(folder, parts, config, paths).write(to, report, by_area=cells is not None)
    return report


_WORKSHOP = ".aggregate-"
_UNLOCKED = 60.0  # seconds after which a folder that nobody has locked yet was left by somebody


@contextmanager
def _workshop(to: Path) -> Iterator[Path]:
    """A folder beside the tables that lives as long as the run; those of runs that were killed are removed first.

    A lock ends with its process, whatever ends that one, so it tells the folders of the living from those of the dead.
    """
    for left in to.glob(f"{_WORKSHOP}*"):
        if not _in_use(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_WORKSHOP, dir=to) as name, (Path(name) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def _in_use(folder: Path) -> bool:
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:  # made a moment ago by another run, or left before it came to lock anything
        return folder.is_dir() and time.time() - folder.stat().st_mtime < _UNLOCKED
    return False


def _read_all(files: Sequence[RawFile], config: AggregateConfig, spool: Spool, report: AggregateReport) -> pl.DataFrame:
    """Everything into the spool; gives the series."""
    catalogue = Catalogue(config.input)
    for file in files:
        before, rows = report.rows_rejected, 0
        for batch in file.batches():
            block = by_series(parse(batch, str(file.path), file.first_row + rows, catalogue, report))
            catalogue.note_places(block)
            spool.write(block)
            rows += batch.height
        report.files.append({"file": str(file.path), "rows": rows, "rejected": report.rows_rejected - before})
    spool.finish()
    return catalogue.series()


def _in_order(job: Job, todo: Sequence[Portion]) -> Iterator[Result]:
    """The results in the order of the portions, WORKERS of them in the making at once."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for portion in todo:
            waiting.append(pool.submit(_work, job, portion))
            if len(waiting) > WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _take(result: Result, parts: Parts, report: AggregateReport) -> None:
    for name, table in result.tables.items():
        parts.add(name, table)
    parts.add_cells(result.cells)
    report.series += result.series
    report.duplicates += result.duplicates
    report.flags.update(result.flags)
    report.hours.update(result.hours)
    if result.spikes:
        report.marks["spike"] += result.spikes


def _work(job: Job, portion: Portion) -> Result:
    result = Result()
    series = job.series[list(portion.codes)]
    pieces = [*_sliced(job, portion, series, result)] if portion.sliced else [_whole(job, portion, series, result)]
    hours = pl.concat(pieces).sort(*KEY, "hour_start") if len(pieces) > 1 else pieces[0]
    if hours.is_empty():
        return result
    days = daily(hours, job.rules)
    result.series = hours.select(KEY).n_unique()
    result.hours = Counter(dict(hours["status"].value_counts().iter_rows()))
    result.tables = {
        "hourly": published_hours(hours),
        "daily": published_days(days),
        "yearly": published_years(yearly(hours, days, job.rules)),
    }
    result.cells = grid.partial(hours, job.cells)
    return result


def _whole(job: Job, portion: Portion, series: pl.DataFrame, result: Result) -> pl.DataFrame:
    samples = arranged(series, job.spool.read(portion.codes))
    result.duplicates += samples.duplicates
    flagged = flag(samples, job.rules)
    if job.config.period is None:
        _count(result, flagged, None, None)
        return hourly(flagged, None, None, job.intervals, job.rules)
    start, end = job.config.period
    _count(result, flagged, start, end)
    known = Known(*_hours_of(job, portion), spacings(samples, job.rules))
    return hourly(flagged, start, end, job.intervals, job.rules, known)


def _sliced(job: Job, portion: Portion, series: pl.DataFrame, result: Result) -> Iterator[pl.DataFrame]:
    """Hours of pieces of time, one after the other."""
    first, last = _hours_of(job, portion)
    begin, until = int(first.min()) * HOUR, (int(last.max()) + 1) * HOUR
    pieces = [(max(a, begin), min(b, until)) for a, b in slices(begin, until - 1, portion.rows)]
    known = Known(first, last, _spacings(job, portion, series, pieces, result))
    for start, end in pieces:
        samples = arranged(series, job.spool.read(portion.codes, start - BEFORE, end + AFTER))
        flagged = flag(samples, job.rules)
        _count(result, flagged, _moment(start), _moment(end))
        yield hourly(flagged, _moment(start), _moment(end), job.intervals, job.rules, known)


def _hours_of(job: Job, portion: Portion) -> tuple[Integers, Integers]:
    """First and last hour (of 1970) that each series has rows for: those of its values, or the whole period.

    A series with values before and after the period, and none in it, was silent; one with values before or after only
    has no rows: its last hour is before its first.
    """
    first, last = (spans[list(portion.codes)] // HOUR for spans in job.spool.spans(job.series.height))
    if job.config.period is None:
        return first, last
    start, end = (round(one.timestamp()) // 3600 for one in job.config.period)
    silent = (last < start) | (first >= end)
    return np.full(first.size, start), np.where(silent, start - 1, end - 1)


def _spacings(
    job: Job, portion: Portion, series: pl.DataFrame, pieces: list[tuple[int, int]], result: Result
) -> pl.DataFrame:
    """Spacings of whole series from pieces of time, and how many of their rows repeat others."""
    found = []
    reach = round(job.rules.interval_over.total_seconds() * 1000)
    for start, end in pieces:
        samples = arranged(series, job.spool.read(portion.codes, start - reach, end))
        mine = pl.col("day").is_between(start // DAY, (end - 1) // DAY)
        found.append(spacings(samples, job.rules).filter(mine))
        result.duplicates += arranged(series, job.spool.read(portion.codes, start, end)).duplicates
    return pl.concat(found)


def _count(result: Result, flagged: Flagged, start: datetime | None, end: datetime | None) -> None:
    """What the tests said of the values in [start, end)."""
    time = flagged.samples.time
    inside = np.ones(time.size, dtype=np.bool_)
    if start and end:
        inside = (time >= round(start.timestamp() * 1000)) & (time < round(end.timestamp() * 1000))
    counts = np.bincount(flagged.reason[inside], minlength=len(REASONS) + 1)
    result.flags.update({name: int(counts[number]) for number, name in enumerate(REASONS, start=1) if counts[number]})
    result.spikes += int(np.count_nonzero(flagged.spike & inside))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
