"""`sensors aggregate`: files in any order and any pieces give the same tables; mistakes are told with their place."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.aggregate import plan, run
from ckanext.dresdensmartcity.harvesters.sensors.aggregate.command import sensors
from ckanext.dresdensmartcity.harvesters.sensors.aggregate.config import AggregateConfig
from ckanext.dresdensmartcity.harvesters.sensors.aggregate.writing import TABLES, table_schema
from ckanext.dresdensmartcity.harvesters.sensors.hourly import HOUR_REASONS
from ckanext.dresdensmartcity.harvesters.tables import load_schema
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HEADER = "sensor_id,phenomenon,timestamp,value,lon,lat"
START = datetime(2026, 10, 24, 22, tzinfo=timezone.utc)  # midnight of the day with 25 hours
HERE = "13.7128,51.0585"

Row = tuple[str, str, datetime, str, str]


def line(row: Row) -> str:
    sensor, phenomenon, time, value, place = row
    return f"{sensor},{phenomenon},{time:%Y-%m-%dT%H:%M:%SZ},{value},{place}"


def rows(sensor: str, phenomenon: str, hours: int, value: Callable[[int], float], place: str = HERE) -> list[Row]:
    """A value every ten minutes."""
    steps = range(hours * 6)
    return [(sensor, phenomenon, START + timedelta(minutes=10 * step), f"{value(step):.2f}", place) for step in steps]


def station(hours: int = 49) -> list[Row]:
    """A day of 25 hours and one of 24 of a station with all kinds of values."""
    return [
        *rows("a", "pm10", hours, lambda step: 20 + step % 5),
        *rows("a", "P2", hours, lambda step: 10 + step % 3),
        *rows("b", "humidity", hours, lambda step: 60 + step % 4),
        *rows("c", "noise_LAeq", hours, lambda step: 50 + 10 * (step % 2)),
        *rows("d", "temperature", hours, lambda step: 9 + step % 2, "13.7702,51.0560"),
    ]


def write(path: Path, table: Sequence[Row]) -> Path:
    path.write_text("\n".join([HEADER, *map(line, table)]) + "\n", encoding="utf-8")
    return path


def aggregate(*arguments: Path | str) -> Result:
    return CliRunner().invoke(sensors, ["aggregate", *map(str, arguments)])


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / f"{name}.csv").read_bytes() for name in TABLES}


def read(folder: Path, table: str, **chosen: str) -> list[dict[str, Any]]:
    frame = pl.read_parquet(folder / f"{table}.parquet")
    return frame.filter(pl.lit(True), *(pl.col(name) == value for name, value in chosen.items())).to_dicts()


def test_tables_of_a_station(tmp_path: Path) -> None:
    """Hours, days of 25 and 24 hours, years and cells, each as CSV and as Parquet with the same rows."""
    result = aggregate(write(tmp_path / "raw.csv", station()), "--to", tmp_path / "out")
    assert result.exit_code == 0, result.output
    out = tmp_path / "out"
    for name in TABLES:
        csv, parquet = pl.read_csv(out / f"{name}.csv"), pl.read_parquet(out / f"{name}.parquet")
        assert csv.columns == parquet.columns == [one.name for one in load_schema(f"sensor-{name}").columns]
        assert csv.height == parquet.height > 0
    dust = read(out, "hourly", phenomenon="pm10")
    assert len(dust) == 49
    assert {(row["n"], row["expected"], row["status"]) for row in dust} == {(6, 6, "valid")}
    assert all(row["value_corrected"] < row["value"] for row in dust)  # the humidity of the same place is known
    assert [row["n"] for row in read(out, "daily", phenomenon="pm10")] == [25, 24]
    assert [row["expected"] for row in read(out, "daily", phenomenon="pm10")] == [25, 24]
    noise = read(out, "daily", phenomenon="noise_laeq")
    assert [row["value"] for row in noise] == [57.404, 57.404]
    assert noise[0]["lden"] == pytest.approx(57.404 + 6.395, abs=2e-3)  # one level all day: 6.395 dB more
    (year,) = read(out, "yearly", phenomenon="pm10")
    assert (year["value"], year["n"], year["expected"], year["n_days"]) == (None, 49, 8760, 2)
    cells = {row["cell"] for row in read(out, "grid")}
    assert cells == {"CRS3035RES100mN3111800E4581100", "CRS3035RES100mN3111700E4585200"}


def test_without_a_portal(tmp_path: Path) -> None:
    """The package alone makes the same tables as the command, and loads no CKAN for it."""
    raw = write(tmp_path / "raw.csv", station(3))
    code = "import runpy, sys; runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
    watched = (
        f"import atexit, sys; atexit.register(lambda: print(sorted({{'ckan', 'flask'}} & set(sys.modules)))); {code}"
    )
    module = "ckanext.dresdensmartcity.harvesters.sensors"
    done = subprocess.run(
        [sys.executable, "-c", watched, module, "aggregate", str(raw), "--to", str(tmp_path / "alone")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert aggregate(raw, "--to", tmp_path / "out").exit_code == 0
    assert tables(tmp_path / "alone") == tables(tmp_path / "out")


def test_metadata(tmp_path: Path) -> None:
    """What the tables are: method, version, thresholds, resolutions, and a valid Table Schema of each."""
    assert aggregate(write(tmp_path / "raw.csv", station(3)), "--to", tmp_path / "out").exit_code == 0
    data = json.loads((tmp_path / "out/metadata.json").read_text(encoding="utf-8"))
    assert data["method_version"]
    assert data["indicative"] is True
    assert data["rules"]["year_coverage"] == 0.9
    assert data["rules"]["stuck_after"] == 6 * 3600
    assert {one["name"]: one["temporal_resolution"] for one in data["tables"]} == {
        "hourly": "PT1H", "daily": "P1D", "yearly": "P1Y", "grid": "PT1H",
    }  # fmt: skip
    assert all(one["schema"] == table_schema(one["name"]) for one in data["tables"])


@pytest.mark.parametrize("name", TABLES)
def test_rows_fit_their_schema(tmp_path: Path, name: str) -> None:
    """Every value of a table is one that its Table Schema allows."""
    broken = [*station(30), *rows("e", "pm10", 30, lambda step: 5), *rows("f", "noise", 2, lambda step: 60)]
    aggregate(write(tmp_path / "raw.csv", broken), "--to", tmp_path / "out")
    schema = load_schema(f"sensor-{name}")
    for row in read(tmp_path / "out", name):
        for column in schema.columns:
            value = row[column.name]
            assert value is not None or not column.required, column.name
            assert value is None or not column.allowed or value in column.allowed, (column.name, value)


ROWS = station(9) + rows("e", "pm10", 9, lambda step: 5.0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    run.aggregate([write(folder / "raw.csv", ROWS)], folder / "out", AggregateConfig())
    return tables(folder / "out")


QUICK = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(0, 20))
def test_order_pieces_and_repetition_do_not_matter(
    whole: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, random: Any, files: int, repeated: int
) -> None:
    """Rows in any order, split over any number of files, some of them twice: the tables are the same, byte by byte."""
    table = ROWS + random.sample(ROWS, repeated)
    random.shuffle(table)
    folder = tmp_path_factory.mktemp("pieces")
    paths = [write(folder / f"{number}.csv", table[number::files]) for number in range(files)]
    report = run.aggregate(paths, folder / "out", AggregateConfig())
    assert tables(folder / "out") == whole
    assert (report.duplicates, report.rows) == (repeated, len(table))


@pytest.mark.parametrize("portion", [1, 60, 500])
def test_memory_does_not_decide(
    whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    """Series worked on one by one, or in pieces of time, give the same tables."""
    monkeypatch.setattr(plan.portions, "__defaults__", (portion,))
    monkeypatch.setattr(plan.slices, "__defaults__", (portion,))
    run.aggregate([write(tmp_path / "raw.csv", ROWS)], tmp_path / "out", AggregateConfig())
    assert tables(tmp_path / "out") == whole


@pytest.mark.parametrize("portion", [500, 10_000_000])
def test_long_series_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, portion: int) -> None:
    """Weeks with a silence, a dead sensor and another spacing: cut at days or whole, with a period or without."""
    table = [
        row for row in rows("a", "pm10", 24 * 40, lambda step: 20 + step % 7) if not 5 <= (row[2] - START).days < 17
    ]
    table += [row for row in rows("b", "pm25", 24 * 40, lambda step: 6.0) if (row[2] - START).days in (1, 2, 30)]
    write(tmp_path / "raw.csv", table)
    config = AggregateConfig.model_validate({"first_day": "2026-10-20", "last_day": "2026-11-10"})
    found = []
    for settings_ in (AggregateConfig(), config):
        for size in (portion, 10_000_000):
            monkeypatch.setattr(plan.portions, "__defaults__", (size,))
            monkeypatch.setattr(plan.slices, "__defaults__", (size,))
            report = run.aggregate([tmp_path / "raw.csv"], tmp_path / f"out{len(found)}", settings_)
            found.append((tables(tmp_path / f"out{len(found)}"), report.flags, report.hours))
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert len(read(tmp_path / "out2", "hourly", sensor_id="a")) == 22 * 24 + 1


def test_parquet_gives_the_same(whole: dict[str, bytes], tmp_path: Path) -> None:
    """A Parquet file with types, and one with texts, are read as the CSV file is."""
    raw = pl.read_csv(write(tmp_path / "raw.csv", ROWS), infer_schema=False)
    raw.write_parquet(tmp_path / "texts.parquet")
    typed = raw.with_columns(
        pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC"),
        pl.col("value", "lon", "lat").cast(pl.Float64),
    )
    typed.write_parquet(tmp_path / "typed.parquet")
    for name in ("texts", "typed"):
        run.aggregate([tmp_path / f"{name}.parquet"], tmp_path / name, AggregateConfig())
        assert tables(tmp_path / name) == whole


def test_contradictions_are_not_decided_by_order(tmp_path: Path) -> None:
    """Two values for one moment: neither is used, and the hour says so where it lacks them."""
    table = rows("a", "pm10", 1, lambda step: 20 + step)
    twice = [(*row[:3], "99", row[4]) for row in table[:3]]
    for name, order in (("one", table + twice), ("other", twice + table)):
        run.aggregate([write(tmp_path / f"{name}.csv", order)], tmp_path / name, AggregateConfig())
    assert tables(tmp_path / "one") == tables(tmp_path / "other")
    (hour,) = read(tmp_path / "one", "hourly")
    assert (hour["n"], hour["n_raw"], hour["value"], hour["reason"]) == (3, 6, None, "conflicting")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-24T22:00:00Z", "2026-10-24T22:00:00Z"),
        ("2026-10-24 22:00:00", "2026-10-24T22:00:00Z"),
        ("2026-10-25T00:00:00+02:00", "2026-10-24T22:00:00Z"),
        ("2026-10-24T22:00:00.250Z", "2026-10-24T22:00:00Z"),
        ("2026-10-24T17:30:00.5-0430", "2026-10-24T22:00:00Z"),
    ],
)
def test_ways_to_write_a_moment(tmp_path: Path, text: str, moment: str) -> None:
    """With Z, an offset or neither (UTC), with a blank, with parts of a second."""
    (tmp_path / "raw.csv").write_text(f"{HEADER}\na,pm10,{text},5,{HERE}\n", encoding="utf-8")
    assert aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out").exit_code == 0
    (hour,) = read(tmp_path / "out", "hourly")
    assert f"{hour['hour_start']:%Y-%m-%dT%H:%M:%SZ}" == moment


def test_local_times(tmp_path: Path) -> None:
    """Times of a zone are read as such; the hour that autumn has twice cannot be told apart and is rejected."""
    lines = [f"a,pm10,2026-10-25T{hour:02}:30:00,5,{HERE}" for hour in (1, 2, 3)]
    (tmp_path / "raw.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    (tmp_path / "c.yaml").write_text("input: {timezone: Europe/Berlin}", encoding="utf-8")
    result = aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert result.exit_code == 1
    assert "row 3, column timestamp: '2026-10-25T02:30:00'" in result.output
    assert [row["hour_start"].hour for row in read(tmp_path / "out", "hourly") if row["n"]] == [23, 2]


MISTAKES = [
    (f"a,pm10,yesterday,5,{HERE}", "timestamp", "timestamp", "yesterday"),
    (f"a,pm10,1970-01-21T17:00:00Z,5,{HERE}", "timestamp", "timestamp", "1970-01-21T17:00:00Z"),
    (f",pm10,2026-10-24T22:00:00Z,5,{HERE}", "sensor_id", "sensor_id", ""),
    (f"a,noise_LAmax,2026-10-24T22:00:00Z,5,{HERE}", "phenomenon", "phenomenon", "noise_LAmax"),
    ('a,pm10,2026-10-24T22:00:00Z,"12,5",' + HERE, "value", "value", "12,5"),
    ("a,pm10,2026-10-24T22:00:00Z,5,51.0585,131", "position", "lon, lat", "51.0585, 131"),
    ("a,pm10", "timestamp", "timestamp", ""),
]


@pytest.mark.parametrize(("mistake", "reason", "column", "found"), MISTAKES)
def test_rejected_rows_have_a_place(tmp_path: Path, mistake: str, reason: str, column: str, found: str) -> None:
    """Each row that cannot be read is counted by reason, with file, row, column and what stands there."""
    good = [line(row) for row in rows("g", "pm10", 1, lambda step: 5 + step)]
    (tmp_path / "raw.csv").write_text("\n".join([HEADER, *good, mistake, *good[:1]]), encoding="utf-8")
    result = aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out", "--format", "json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report == json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    assert (report["rows_read"], report["rows_rejected"], report["duplicates"]) == (8, 1, 1)
    assert report["rejected"][reason]["remedy"]
    (place,) = report["rejected"][reason]["places"]
    assert place == {"file": str(tmp_path / "raw.csv"), "row": 8, "column": column, "found": found}
    assert [row["n"] for row in read(tmp_path / "out", "hourly", sensor_id="g")] == [6]


def test_no_value_is_no_mistake(tmp_path: Path) -> None:
    """NaN and nothing come from dead sensors: they count as unreadable and are not rejected, nor are blank lines."""
    lines = [line(row) for row in rows("a", "pm10", 1, lambda step: 5 + step)]
    lines[1], lines[4] = lines[1].replace("6.00", "nan"), lines[4].replace("9.00", "")
    (tmp_path / "raw.csv").write_text("\n".join([HEADER, *lines, "", ""]), encoding="utf-8")
    result = aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["flags"]) == (0, {"unreadable": 2})
    assert [(row["n"], row["n_raw"], row["reason"]) for row in read(tmp_path / "out", "hourly")] == [
        (4, 6, "unreadable")
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"sensor_id,timestamp,value,lon,lat\n", "has no column phenomenon; found sensor_id, timestamp"),
        (b"PAR1 and no more", "begins like Parquet"),
        (b"\x1f\x8b\x08\x00", "is compressed: unpack it"),
        (b"\x00\x01\x02", "is neither CSV nor Parquet"),
        (HEADER.encode() + b"\na,pm10,2026-10-24T22:00:00Z,5,1,2,3\n", "row 2: has 7 fields, the header 6"),
        (HEADER.encode() + b"\na,pm10,2026-10-24T22:00:00Z,5,1,\xe4\n", "row 2: is not UTF-8"),
        (HEADER.encode() + b",lat\n", "names lat twice"),
    ],
)
def test_unusable_files(tmp_path: Path, content: bytes, told: str) -> None:
    """A file that is no table of raw values is named with what is wrong and what to do; nothing is written."""
    (tmp_path / "raw.csv").write_bytes(content)
    result = aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out")
    assert result.exit_code == 2
    assert told in result.stderr
    assert str(tmp_path / "raw.csv") in result.stderr
    assert list(tmp_path.glob("out/*")) == []


def test_a_failed_run_leaves_the_tables_of_the_last(tmp_path: Path) -> None:
    """Tables are replaced when all are complete, never half."""
    good, out = write(tmp_path / "good.csv", station(2)), tmp_path / "out"
    assert aggregate(good, "--to", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (tmp_path / "bad.csv").write_text(f"{HEADER}\na,pm10,2026-10-24T22:00:00Z,5,1,2,3\n", encoding="utf-8")
    assert aggregate(good, tmp_path / "bad.csv", "--to", out).exit_code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    """A run that ended by kill -9 in the middle leaves a folder: the next one takes it away and makes its tables."""
    to = tmp_path / "tables"
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from ckanext.dresdensmartcity.harvesters.sensors.aggregate import run\n"
        "from ckanext.dresdensmartcity.harvesters.sensors.aggregate.config import AggregateConfig\n"
        "run._in_order = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "run.aggregate([Path(sys.argv[1])], Path(sys.argv[2]), AggregateConfig())\n"
    )
    path = write(tmp_path / "raw.csv", station(2))
    killed = subprocess.run([sys.executable, "-c", script, str(path), str(to)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = to.iterdir()
    assert left.name.startswith(".aggregate-")
    busy = to / ".aggregate-busy"
    busy.mkdir()
    with (busy / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert aggregate(path, "--to", to).exit_code == 0
    assert [one.name for one in to.iterdir() if one.name.startswith(".")] == [".aggregate-busy"]
    assert (to / "hourly.parquet").is_file()


def test_no_rows(tmp_path: Path) -> None:
    """A header alone gives empty tables of the same form, and a note."""
    (tmp_path / "raw.csv").write_text(HEADER + "\n", encoding="utf-8")
    result = aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out")
    assert (result.exit_code, "all tables are empty" in result.output) == (0, True)
    for name in TABLES:
        frame = pl.read_parquet(tmp_path / f"out/{name}.parquet")
        assert (frame.height, frame.columns) == (0, [one.name for one in load_schema(f"sensor-{name}").columns])


def test_names_separators_and_decimals(tmp_path: Path) -> None:
    """A German table: other names, semicolons, commas, its own word for the quantity, a byte order mark."""
    text = "\ufeffMessgerät;Größe;Zeit;Wert;Länge;Breite\n" + "".join(
        f"a;Staub;2026-10-25 {minute // 60:02}:{minute % 60:02}:00;5,{minute};13,7128;51,0585\n"
        for minute in range(0, 60, 10)
    )
    (tmp_path / "raw.csv").write_text(text, encoding="utf-8")
    names = {"sensor_id": "Messgerät", "phenomenon": "Größe", "timestamp": "Zeit", "value": "Wert", "lon": "Länge"}
    config = {"columns": {**names, "lat": "Breite"}, "phenomena": {"Staub": "pm10"}, "decimal_mark": ","}
    (tmp_path / "c.json").write_text(json.dumps({"input": config | {"timezone": "Etc/GMT-1"}}), encoding="utf-8")
    result = aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out", "--config", tmp_path / "c.json")
    assert result.exit_code == 0, result.output
    (hour,) = read(tmp_path / "out", "hourly")
    assert (hour["n"], hour["hour_start"].hour) == (6, 23)
    assert read(tmp_path / "out", "grid")[0]["cell"] == "CRS3035RES100mN3111800E4581100"


def test_indoors_and_exposure(tmp_path: Path) -> None:
    """What stands indoors, by the file or by the configuration, is not used and says so."""
    lines = [line(row) + ",indoor" for row in rows("a", "pm10", 1, lambda step: 5 + step)]
    lines += [line(row) + ",outdoor" for name in "bc" for row in rows(name, "pm10", 1, lambda step: 5 + step)]
    (tmp_path / "raw.csv").write_text("\n".join([HEADER + ",exposure", *lines]), encoding="utf-8")
    (tmp_path / "c.yaml").write_text("input: {indoor: [c]}", encoding="utf-8")
    assert aggregate(tmp_path / "raw.csv", "--to", tmp_path / "out", "--config", tmp_path / "c.yaml").exit_code == 0
    told = {row["sensor_id"]: (row["value"], row["reason"]) for row in read(tmp_path / "out", "hourly")}
    assert told == {"a": (None, "indoor"), "b": (7.5, None), "c": (None, "indoor")}


def test_moved_within_the_hour(tmp_path: Path) -> None:
    """An hour in two places has no mean; the hours before and after belong to their own cells."""
    table = rows("a", "temperature", 3, lambda step: 9 + step % 2)
    table = [(*row[:4], HERE if number < 9 else "13.7702,51.0560") for number, row in enumerate(table)]
    assert aggregate(write(tmp_path / "raw.csv", table), "--to", tmp_path / "out").exit_code == 0
    assert [row["reason"] for row in read(tmp_path / "out", "hourly")] == [None, "moved", None]
    assert len({row["cell"] for row in read(tmp_path / "out", "grid")}) == 2


def test_areas(tmp_path: Path, shared: Path) -> None:
    """Cells of the focus areas only, each with its area's id."""
    path = shared / "data/dresden/dresden-stadtteile.geojson"
    grid = {"areas": str(path), "property": "blocknr", "groups": {"friedrichstadt": ["05"]}}
    (tmp_path / "c.yaml").write_text(json.dumps({"grid": grid}), encoding="utf-8")
    result = aggregate(
        write(tmp_path / "raw.csv", station(2)), "--to", tmp_path / "out", "--config", tmp_path / "c.yaml"
    )
    assert result.exit_code == 0, result.output
    assert {(row["cell"], row["area"]) for row in read(tmp_path / "out", "grid")} == {
        ("CRS3035RES100mN3111800E4581100", "friedrichstadt")
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("inputs: {}", "inputs: unknown key; possible are input, quality, means, grid"),
        ("means: {hours: 1}", "means.hours: unknown key; possible are zone, hour_coverage"),
        ("means: {hour_coverage: 75}", "means.hour_coverage"),
        ('means: {hour_coverage: "0.75"}', "means.hour_coverage"),
        ("means: {zone: Europe/Dresdn}", "means.zone: is no time zone"),
        ("input: {phenomena: {x: pm11}}", "unknown pm11; possible are pm10, pm25"),
        ("input: {columns: {time: t}}", "unknown time; columns that can be named are sensor_id"),
        ("first_day: 2026-10-01", "first_day and last_day are given together"),
        ("grid: {areas: nothing.geojson, property: name}", "grid.areas cannot be read"),
        ("grid: {groups: {a: [b]}}", "groups need areas"),
        ("input: [", "neither YAML nor JSON"),
    ],
)
def test_strict_configuration(tmp_path: Path, text: str, told: str) -> None:
    """Unknown keys, wrong types and impossible values are refused with the key's name."""
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    result = aggregate(
        write(tmp_path / "raw.csv", station(1)), "--to", tmp_path / "out", "--config", tmp_path / "c.yaml"
    )
    assert result.exit_code == 2
    assert told in result.stderr


def test_never_an_exceedance(tmp_path: Path) -> None:
    """However high the values are, nothing that is written speaks of an exceeded limit."""
    result = aggregate(
        write(tmp_path / "raw.csv", rows("a", "pm10", 25, lambda step: 300 + step % 9)), "--to", tmp_path / "out"
    )
    assert "indicative" in result.output
    for table in tables(tmp_path / "out").values():
        assert b"exceed" not in table.lower()


def test_schemas_are_table_schemas() -> None:
    """Each column has a title and a description or a unit in both languages, and the key is one."""
    form = {
        "type": "object",
        "required": ["title", "title@en", "description", "description@en", "fields", "primaryKey"],
        "properties": {
            "fields": {"items": {"required": ["name", "type", "title", "title@en", "description", "description@en"]}}
        },
    }
    for name in TABLES:
        jsonschema.validate(table_schema(name), form)


def test_every_key_is_documented(repository: Path) -> None:
    """docs/sensors.md names each key of the configuration with its default."""
    page = (repository / "docs/sensors.md").read_text(encoding="utf-8")
    section = page.partition("## Configuration")[2].partition("\n## ")[0]
    for name, part in AggregateConfig.model_fields.items():
        inner = getattr(part.annotation, "model_fields", {})
        for key, one in inner.items():
            assert f"`{key}`" in section or f"`{name}.{key}`" in section, key
            if isinstance(one.default, (float, int)):
                assert f" {one.default:g}" in section, key
        if not inner:
            assert f"`{name}`" in section


def test_every_reason_is_documented(repository: Path) -> None:
    """docs/sensors.md names each reason for which a value or an hour is not used."""
    page = (repository / "docs/sensors.md").read_text(encoding="utf-8")
    assert [reason for reason in HOUR_REASONS if f"`{reason}`" not in page] == []


def test_the_example_of_the_page_runs(repository: Path, tmp_path: Path) -> None:
    """docs/sensors.md shows how to use the tables; that works on the tables that the command writes."""
    page = (repository / "docs/sensors.md").read_text(encoding="utf-8")
    _, _, use = page.partition("```python\n")[2].partition("```")[0].partition("\ndays = ")
    example = f"import polars as pl\ndays = {use}"  # without the download; tests of the pages run it whole
    assert aggregate(write(tmp_path / "raw.csv", station()), "--to", tmp_path / "out").exit_code == 0
    told = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path / "out", capture_output=True, text=True, check=True
    ).stdout
    assert all(word in told for word in ("sensors", "n_sensors", "coverage", "CRS3035RES"))
