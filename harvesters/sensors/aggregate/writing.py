"""The tables as CSV and Parquet, the report, and what the tables are (metadata.json)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from ..grid import GRID, PARTS, cells
from ..hourly import HOURS
from ..means import DAYS, YEARS
from ..published import published_cells, published_days, published_hours, published_years
from ..rules import METHOD_VERSION, Rules
from .config import AggregateConfig
from .report import AggregateReport

TABLES = ("hourly", "daily", "yearly", "grid")
_RESOLUTIONS = {"hourly": "PT1H", "daily": "P1D", "yearly": "P1Y", "grid": "PT1H"}
_AT_ONCE = 2_000_000  # rows of parts of the grid that are summed up at once
_EMPTY = {
    "hourly": lambda: published_hours(pl.DataFrame(schema=HOURS)),
    "daily": lambda: published_days(pl.DataFrame(schema=DAYS)),
    "yearly": lambda: published_years(pl.DataFrame(schema=YEARS)),
    "grid": lambda: published_cells(pl.LazyFrame(schema=GRID)).collect(),
}


class Parts:
    """Pieces of the tables in a folder, in their order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: Counter[str] = Counter()
        self._files: dict[str, list[Path]] = {name: [] for name in (*TABLES, "cells")}

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """The next piece of a table."""
        if frame.height:
            path = self.folder / f"{table}-{len(self._files[table])}.parquet"
            frame.write_parquet(path)
            self._files[table].append(path)
            self.rows[table] += frame.height

    def add_cells(self, frame: pl.DataFrame) -> None:
        """What some sensors add to their cells (grid.PARTS)."""
        self.add("cells", frame)

    def sum_cells(self, rules: Rules) -> None:
        """The grid's table of all that was added: by quantity, and by year where that is much."""
        if not self._files["cells"]:
            return
        parts = pl.scan_parquet(self._files["cells"], schema=PARTS)
        year = pl.col("hour_start").dt.year()
        kinds = parts.select("phenomenon", year.alias("year")).unique().sort("phenomenon", "year").collect()
        by_year = self.rows["cells"] > _AT_ONCE
        for phenomenon, years in kinds.group_by("phenomenon", maintain_order=True):
            mine = parts.filter(pl.col("phenomenon") == phenomenon[0])
            for one in years["year"] if by_year else [None]:
                chosen = mine if one is None else mine.filter(year == one)
                self.add("grid", published_cells(cells(chosen, rules)).collect(engine="streaming"))

    def scan(self, table: str) -> pl.LazyFrame:
        """The whole table."""
        files = self._files[table]
        return pl.scan_parquet(files) if files else _EMPTY[table]().lazy()


class Writer:
    """Makes the files of a run in a folder and moves them to their place when all are complete."""

    def __init__(self, folder: Path, parts: Parts, config: AggregateConfig, inputs: Sequence[Path]) -> None:
        self.folder = folder / "out"
        self.parts = parts
        self.config = config
        self.inputs = inputs

    def write(self, to: Path, report: AggregateReport, by_area: bool) -> None:
        """All files of the run."""
        self.folder.mkdir()
        self.parts.sum_cells(self.config.rules)
        for table in TABLES:
            frame = self.parts.scan(table)
            frame.sink_parquet(self.folder / f"{table}.parquet", compression="zstd")
            frame.sink_csv(self.folder / f"{table}.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ")
            report.tables[table] = self.parts.rows[table]
        if not report.series:
            report.notes.append("there is not a single value that could be placed: all tables are empty")
        elif by_area and not self.parts.rows["grid"]:
            report.notes.append("no sensor stands in a cell of the areas: are lon and lat in the right columns?")
        self._json("metadata.json", self._metadata(report))
        self._json("report.json", report.as_json())
        (self.folder / "report.txt").write_text(report.as_text() + "\n", encoding="utf-8")
        for file in sorted(self.folder.iterdir()):
            file.replace(to / file.name)

    def _json(self, name: str, data: dict[str, Any]) -> None:
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        (self.folder / name).write_text(text, encoding="utf-8")

    def _metadata(self, report: AggregateReport) -> dict[str, Any]:
        """What the tables are and how they were made; nothing in it depends on the time of the run."""
        rules = {
            name: value.total_seconds() if isinstance(value, timedelta) else value
            for name, value in asdict(self.config.rules).items()
        }
        return {
            "method": "ckanext-dresdensmartcity sensors aggregate",
            "method_version": METHOD_VERSION,
            "rules": rules,  # lengths of time in seconds
            "configuration": self.config.model_dump(mode="json"),
            "inputs": [{"file": path.name, "bytes": path.stat().st_size} for path in self.inputs],
            "rows_read": report.rows,
            "time_zone": self.config.means.zone,
            "spatial_resolution_in_meters": 100,
            "coordinate_reference_system": "EPSG:3035",
            "indicative": True,
            "note": "Means of low-cost sensors are indicative: no exceedance of a limit value can be told from them. "
            "Lden of a day is not the index of the law.",
            "tables": [
                {
                    "name": table,
                    "files": [f"{table}.csv", f"{table}.parquet"],
                    "rows": self.parts.rows[table],
                    "temporal_resolution": _RESOLUTIONS[table],
                    "schema": table_schema(table),
                }
                for table in TABLES
            ],
        }


def table_schema(table: str) -> dict[str, Any]:
    """The Table Schema of a table, which the portal's own tables have as well."""
    file = resources.files("ckanext.dresdensmartcity.schemas") / "tables" / f"sensor-{table}.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema
