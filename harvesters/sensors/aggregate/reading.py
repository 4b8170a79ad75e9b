"""Raw files, CSV or Parquet, in batches of a bounded size, with every mistake at its place."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ...records import HarvesterError
from .config import COLUMNS, OPTIONAL_COLUMNS, InputConfig

BATCH = 500_000  # rows that are in memory at once
_PARQUET = b"PAR1"
_COMPRESSED = (b"\x1f\x8b", b"PK", b"BZ", b"\xfd7", b"\x28\xb5")  # gzip, zip, bzip2, xz, zstandard
_DELIMITERS = (",", ";", "\t", "|")


class InputError(HarvesterError):
    """A file cannot be read as raw values; the message says what to do, the place is file, row and column."""


@dataclass(frozen=True)
class RawFile:
    """A file whose form is known."""

    path: Path
    frame: pl.LazyFrame  # the columns that are wanted, under our names
    is_csv: bool
    delimiter: str = ","

    @property
    def first_row(self) -> int:
        """Number of the first row of values, as people count: in a CSV file the header is row 1."""
        return 2 if self.is_csv else 1

    def batches(self) -> Iterator[pl.DataFrame]:
        """The rows in their order."""
        try:
            yield from self.frame.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming")
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> InputError:
        """Where a file breaks off in the middle, said by row."""
        if self.is_csv:
            found = _first_bad_row(self.path, self.delimiter)
            if found:
                return found
        return InputError(f"cannot be read to its end: {error}; fetch it again", str(self.path))


def open_raw(path: Path, settings: InputConfig) -> RawFile:
    """The file with the columns that are needed; InputError where it is none, or lacks one."""
    try:
        with path.open("rb") as file:
            head = file.read(64 * 1024)
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", str(path)) from error
    if not head:
        raise InputError("is empty: a header and rows are needed", str(path))
    if head[:2] in _COMPRESSED:
        raise InputError("is compressed: unpack it first", str(path))
    if head[:4] == _PARQUET:
        return _open_parquet(path, settings)
    return _open_csv(path, head, settings)


def _open_parquet(path: Path, settings: InputConfig) -> RawFile:
    try:
        frame = pl.scan_parquet(path)
        schema = frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"begins like Parquet and cannot be read as such: {error}", str(path)) from error
    renamed = _wanted(path, schema.names(), settings)
    for name, source in renamed.items():
        _check_type(path, name, source, schema[source])
    return RawFile(path, frame.select(pl.col(source).alias(name) for name, source in renamed.items()), False)


def _check_type(path: Path, name: str, source: str, kind: pl.DataType) -> None:
    """Numbers must be numbers, moments moments; texts are read as in CSV."""
    text = kind == pl.String or kind in (pl.Categorical, pl.Enum)
    if name == "timestamp":
        good, needed = text or isinstance(kind, pl.Datetime), "a timestamp or a text"
    elif name in ("value", "lon", "lat"):
        good, needed = text or kind.is_numeric(), "a number or a text"
    else:
        good, needed = text or kind.is_integer() or kind == pl.Boolean, "a text or a whole number"
    if not good:
        raise InputError(f"is {kind}; {needed} is needed", f"{path}, column {source}")


def _open_csv(path: Path, head: bytes, settings: InputConfig) -> RawFile:
    line = head.removeprefix(b"\xef\xbb\xbf").splitlines()[0]
    try:
        header = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8: save it as UTF-8, or pass Parquet", f"{path}, row 1") from error
    if "\0" in header:
        raise InputError("is neither CSV nor Parquet", str(path))
    delimiter = max(_DELIMITERS, key=header.count)
    written = next(csv.reader([header], delimiter=delimiter), [])
    names = [name.strip() for name in written]
    renamed = _wanted(path, names, settings)
    frame = pl.scan_csv(path, separator=delimiter, infer_schema=False)
    chosen = (pl.col(written[names.index(source)]).alias(name) for name, source in renamed.items())
    return RawFile(path, frame.select(chosen), True, delimiter)


def _wanted(path: Path, names: list[str], settings: InputConfig) -> dict[str, str]:
    """The file's name of each of our columns."""
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"the header names {', '.join(repeated)} twice: name each column once", f"{path}, row 1")
    wanted = {name: settings.columns.get(name, name) for name in (*COLUMNS, *OPTIONAL_COLUMNS)}
    missing = [wanted[name] for name in COLUMNS if wanted[name] not in names]
    missing += [wanted[name] for name in OPTIONAL_COLUMNS if name in settings.columns and wanted[name] not in names]
    if missing:
        raise InputError(
            f"has no column {', '.join(missing)}; found {', '.join(names)}. Needed are {', '.join(COLUMNS)}: rename "
            "the columns, or name them under input.columns of the configuration",
            f"{path}, row 1",
        )
    return {name: source for name, source in wanted.items() if source in names}


def _first_bad_row(path: Path, delimiter: str) -> InputError | None:
    """The first row that is not UTF-8 or has more fields than the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            width = len(next(reader))
            for number, row in enumerate(reader, start=2):
                if len(row) > width:
                    return InputError(
                        f"has {len(row)} fields, the header {width}: remove what is too much, or put texts that hold "
                        f"{delimiter!r} into quotation marks",
                        f"{path}, row {number}",
                    )
    except UnicodeDecodeError as error:
        with path.open("rb") as file:
            row_number = next((number for number, line in enumerate(file, start=1) if not _is_utf8(line)), 0)
        return InputError(f"is not UTF-8 ({error.reason}): save the file as UTF-8", f"{path}, row {row_number}")
    except csv.Error as error:
        return InputError(f"is no CSV: {error}", str(path))
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
