"""Rows of a raw file -> numbers: series, moments, values, places; what cannot be read is reported with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

import numpy as np
import polars as pl

from ..phenomena import named
from ..samples import SERIES, Block, Integers, starts_of
from .config import InputConfig
from .report import PLACES, AggregateReport, Place

# Moments outside of it are mistakes, such as seconds since 1970 read as milliseconds.
_EARLIEST = round(datetime(1980, 1, 1, tzinfo=timezone.utc).timestamp() * 1000)
_LATEST = round(datetime(2100, 1, 1, tzinfo=timezone.utc).timestamp() * 1000)
_NO_VALUE = ("", "nan", "null", "none", "na", "n/a", "-", "inf", "-inf", "infinity", "-infinity", "+inf")
_OUTDOORS = ("", "outdoor", "outdoors", "unknown", "false", "0")
_TABLE = 4_000_000  # combinations that are counted out
_NOWHERE = int(np.iinfo(np.int64).max)


@dataclass
class Catalogue:
    """The series that were met, in the order of meeting; `code` is the place in the lists."""

    settings: InputConfig
    codes: dict[tuple[str, str, str], int] = field(default_factory=dict)
    sensor_types: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # the smallest packed place of each series

    def numbered(self, keys: pl.DataFrame) -> pl.Series:
        """The code of each row's series; null where its phenomenon is not known or it names no sensor."""
        combined, first = _combined(keys)
        codes = [self._code(**row) for row in keys[first].iter_rows(named=True)]
        return pl.Series("code", codes, dtype=pl.UInt32).gather(combined)

    def _code(
        self, sensor_id: str | None, phenomenon: str | None, station: str | None = None, sensor_type: str | None = None
    ) -> int | None:
        sensor, place, kind = ((one or "").strip() for one in (sensor_id, station, sensor_type))
        known = self.phenomenon(phenomenon)
        if not sensor or known is None:
            return None
        code = self.codes.setdefault((place, sensor, known), len(self.codes))
        if code == len(self.places):
            self.places.append(_NOWHERE)
            self.sensor_types.append(kind)
        self.sensor_types[code] = min(self.sensor_types[code], kind)
        return code

    def phenomenon(self, name: str | None) -> str | None:
        """The id of a quantity by a file's name for it."""
        if name is None:
            return None
        name = name.strip()
        if name in self.settings.phenomena:
            return self.settings.phenomena[name]
        found = named(name)
        return found.id if found else None

    def note_places(self, block: Block) -> None:
        """Where series stand: what has the same smallest place, by longitude, is taken for one station.

        The block is sorted by series.
        """
        if self.settings.station_by != "position" or not block.code.size:
            return
        same = (
            (block.code[1:] == block.code[:-1]) & (block.lon[1:] == block.lon[:-1]) & (block.lat[1:] == block.lat[:-1])
        )
        rows = np.concatenate([[0], np.flatnonzero(~same) + 1])
        rows = rows[np.isfinite(block.lon[rows]) & np.isfinite(block.lat[rows])]
        east, north = (np.rint(one[rows] * 1e7).astype(np.int64) for one in (block.lon, block.lat))
        packed = (east + 1_800_000_000 << 31) | (north + 900_000_000)
        begins = starts_of(block.code[rows])
        if begins.size:
            smallest = np.minimum.reduceat(packed, begins)
            for code, place in zip(block.code[rows][begins].tolist(), smallest.tolist(), strict=True):
                self.places[code] = min(self.places[code], place)

    def series(self) -> pl.DataFrame:
        """All series as samples.SERIES, a row for each code."""
        rows = []
        by_place = self.settings.station_by == "position"
        least = self._place_of_sensors()
        for (station, sensor, phenomenon), code in self.codes.items():
            place = least.get((station, sensor), _NOWHERE)
            together = station or (str(place) if by_place and place != _NOWHERE else f"sensor {sensor}")
            done = sensor in self.settings.corrected
            rows.append((station or sensor, sensor, phenomenon, self.sensor_types[code], together, None, None, done))
        return pl.DataFrame(rows, schema=SERIES, orient="row")

    def _place_of_sensors(self) -> dict[tuple[str, str], int]:
        least: dict[tuple[str, str], int] = {}
        for (station, sensor, _), code in self.codes.items():
            least[station, sensor] = min(least.get((station, sensor), self.places[code]), self.places[code])
        return least


def _combined(keys: pl.DataFrame) -> tuple[Integers, Integers]:
    """For each row the number of its combination of texts, and for each combination a row that has it."""
    number = np.zeros(keys.height, dtype=np.int64)
    width = 1
    for column in keys.fill_null("").iter_columns():
        physical = column.cast(pl.Categorical).to_physical().to_numpy().astype(np.int64)
        physical -= physical.min() if physical.size else 0
        here = int(physical.max(initial=0)) + 1
        number = number * here + physical
        width *= here
        if width > _TABLE:  # too wide for a table of all combinations: only those that there are
            present, number = np.unique(number, return_inverse=True)
            width = present.size
    row = np.full(width, -1)
    row[number[::-1]] = np.arange(keys.height)[::-1]
    present = np.flatnonzero(row >= 0)
    place = np.zeros(width, dtype=np.int64)
    place[present] = np.arange(present.size)
    return place[number], row[present]


def parse(frame: pl.DataFrame, file: str, first_row: int, catalogue: Catalogue, report: AggregateReport) -> Block:
    """A batch as numbers. `first_row` is the number of its first row in the file."""
    settings = catalogue.settings
    names = [one for one in ("sensor_id", "phenomenon", "station", "sensor_type") if one in frame.columns]
    keys = frame.select(pl.col(names).cast(pl.String))
    code = catalogue.numbered(keys)
    time = _times(frame["timestamp"], settings.timezone)
    value, garbage = _numbers(frame["value"], settings.decimal_mark)
    lon, bad_lon = _degrees(frame["lon"], settings.decimal_mark, 180)
    lat, bad_lat = _degrees(frame["lat"], settings.decimal_mark, 90)

    nameless = code.is_null() & (keys["sensor_id"].fill_null("").str.strip_chars() == "")
    # A line without anything is no row.
    blank = nameless & keys["phenomenon"].is_null() & frame["timestamp"].is_null() & frame["value"].is_null()
    reasons = {
        "sensor_id": (nameless & ~blank, "sensor_id"),
        "phenomenon": (code.is_null() & ~nameless, "phenomenon"),
        "timestamp": (time.is_null(), "timestamp"),
        "position": (bad_lon | bad_lat, "lon, lat"),
        "value": (garbage, "value"),
    }
    taken = blank.clone()
    for reason, (mask, column) in reasons.items():
        mine = mask & ~taken
        if mine.any():
            _reject(report, reason, mine, frame, column, file, first_row)
            taken |= mask
    good = ~taken | (garbage & code.is_not_null() & time.is_not_null() & ~bad_lon & ~bad_lat)
    indoor = _indoor(frame, keys["sensor_id"], settings)
    return _block(code, time, value, lon, lat, indoor, good)


def _block(
    code: pl.Series,
    time: pl.Series,
    value: pl.Series,
    lon: pl.Series,
    lat: pl.Series,
    indoor: pl.Series,
    good: pl.Series,
) -> Block:
    if not good.all():
        code, time, value, lon, lat, indoor = (one.filter(good) for one in (code, time, value, lon, lat, indoor))
    numbers = [one.fill_null(float("nan")).to_numpy() for one in (value, lon, lat)]
    return Block(code.to_numpy(), time.to_numpy(), numbers[0], numbers[1], numbers[2], indoor.to_numpy())


def _reject(
    report: AggregateReport, reason: str, mask: pl.Series, frame: pl.DataFrame, column: str, file: str, first_row: int
) -> None:
    rows = mask.arg_true()
    places = []
    for row in rows.head(PLACES).to_list():
        found = ", ".join("" if frame[row, one] is None else str(frame[row, one]) for one in column.split(", "))
        places.append(Place(file, first_row + row, column, found))
    report.reject(reason, rows.len(), places)


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None, pl.String).alias(name)
    column = pl.col(name)
    return (column if frame.schema[name] == pl.String else column.cast(pl.String)).str.strip_chars()


def _numbers(column: pl.Series, mark: str) -> tuple[pl.Series, pl.Series]:
    """Numbers, null where there is none, and where something else than a number stands."""
    if column.dtype.is_numeric():
        number = column.cast(pl.Float64)
        return _finite(number), pl.Series([False]).new_from_index(0, column.len())
    text = column.cast(pl.String).str.strip_chars()
    number = text.str.replace(",", ".", literal=True) if mark == "," else text
    number = number.cast(pl.Float64, strict=False)
    if number.null_count() == 0:
        return _finite(number), pl.Series([False]).new_from_index(0, column.len())
    nothing = text.fill_null("").str.to_lowercase().is_in(list(_NO_VALUE))
    return _finite(number), number.is_null() & ~nothing


def _finite(number: pl.Series) -> pl.Series:
    return pl.DataFrame({"n": number}).select(pl.when(pl.col("n").is_finite()).then("n"))["n"]


def _degrees(column: pl.Series, mark: str, limit: int) -> tuple[pl.Series, pl.Series]:
    """Degrees, null where there are none, and where something impossible stands."""
    number, garbage = _numbers(column, mark)
    return number, garbage | (number.abs() > limit).fill_null(False)


def _indoor(frame: pl.DataFrame, sensors: pl.Series, settings: InputConfig) -> pl.Series:
    """What the file or the configuration says to stand indoors, or to move about."""
    indoor = pl.Series([False]).new_from_index(0, frame.height)
    if "exposure" in frame.columns:
        indoor = ~frame.select(_text(frame, "exposure"))["exposure"].fill_null("").str.to_lowercase().is_in(
            list(_OUTDOORS)
        )
    if settings.indoor:
        indoor |= sensors.str.strip_chars().is_in(list(settings.indoor)).fill_null(False)
    return indoor


def _times(column: pl.Series, zone: str) -> pl.Series:
    """Milliseconds since 1970, UTC; null where a moment cannot be read."""
    if isinstance(column.dtype, pl.Datetime):
        moments = column.dt.cast_time_unit("ms")
        naive = moments if column.dtype.time_zone is None else None
        milliseconds = _in_zone(naive, zone) if naive is not None else moments.dt.epoch("ms")
    else:
        milliseconds = _read_times(column.cast(pl.String).str.strip_chars(), zone)
    inside = (milliseconds >= _EARLIEST) & (milliseconds < _LATEST)
    return pl.DataFrame({"t": milliseconds, "inside": inside}).select(pl.when("inside").then("t"))["t"]


def _in_zone(naive: pl.Series, zone: str) -> pl.Series:
    """Local times as UTC; null for those that a zone has twice, or not at all."""
    if zone == "UTC":
        return naive.dt.epoch("ms")
    return naive.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.epoch("ms")


def _read_times(text: pl.Series, zone: str) -> pl.Series:
    """2026-10-01T12:00:00, with a blank for the T, with parts of a second, with Z or an offset or without."""
    table = pl.DataFrame({"text": text}).select(
        pl.col("text").str.slice(0, 19).str.replace(" ", "T", literal=True).alias("head"),
        pl.col("text").str.slice(19).fill_null("").alias("tail"),
    )
    naive = table["head"].str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="ms", strict=False)
    tails = table["tail"].unique()
    if tails.len() == 1 and tails[0] == "Z":
        return naive.dt.epoch("ms")
    # The few different endings are read one by one.
    read = [_tail(one) for one in tails]
    endings = pl.DataFrame(
        {"tail": tails, "more": [one[0] for one in read], "offset": [one[1] for one in read]},
        schema={"tail": pl.String, "more": pl.Int64, "offset": pl.Int64},
    )
    joined = table.join(endings, on="tail", how="left", maintain_order="left")
    local = _in_zone(naive, zone)
    return joined.with_columns(naive.dt.epoch("ms").alias("utc"), local.alias("local")).select(
        pl.when(pl.col("offset").is_null()).then("local").otherwise(pl.col("utc") - pl.col("offset")) + pl.col("more")
    )["local"]


def _tail(text: str) -> tuple[int | None, int | None]:
    """Milliseconds after the full second, and the offset from UTC in them, None where there is none.

    None, None: unreadable.

    >>> _tail(".250+02:00"), _tail("Z"), _tail("")
    ((250, 7200000), (0, 0), (0, None))
    """
    fraction, zone = "", text.strip()
    if zone.startswith((".", ",")):
        digits = len(zone[1:]) - len(zone[1:].lstrip("0123456789"))
        fraction, zone = zone[1 : 1 + digits], zone[1 + digits :].strip()
        if not fraction:
            return None, None
    more = round(int(fraction) * 1000 / 10 ** len(fraction)) if fraction else 0
    if zone == "":
        return more, None
    if zone in ("Z", "z", "UTC"):
        return more, 0
    try:
        sign, hours, minutes = {"+": 1, "-": -1}[zone[0]], int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    except (KeyError, ValueError):
        return None, None
    if len(zone) not in (3, 5, 6) or hours > 15 or minutes > 59:
        return None, None
    return more, sign * (hours * 60 + minutes) * 60_000
