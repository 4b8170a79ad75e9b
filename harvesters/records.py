"""What the harvesters' cores hand to the part that writes to CKAN: plain records, no CKAN in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Finding:
    """One thing that a check saw, with its place in the input."""

    check: str  # short name of the rule, e.g. "third-rule"
    severity: Severity
    message: str  # says what is wrong and what to do, for people
    place: str = ""  # "row 7, column y2022", "box 5a…, 2026-10-03"
    expected: Value = None
    found: Value = None


@dataclass(frozen=True)
class Table:
    """A table for the DataStore and for download; columns, types and key stand in its Table Schema."""

    name: str  # stable inside its dataset, e.g. "budget-lines"; the resource and its DataStore id derive from it
    title: str
    schema: str  # file name in schemas/tables without ending; `primaryKey` is the key of the upsert
    rows: list[dict[str, Value]]
    description: str = ""


@dataclass(frozen=True)
class Publication:
    """A dataset as it shall be published, with its tables.

    `package` holds the fields of schemas/dataset.yaml, without `id`, `owner_org` and `resources`.
    """

    guid: str  # natural key, stable for ever: "budget:measure:1.2.5"
    package: dict[str, Any]
    tables: tuple[Table, ...] = ()
    series: str | None = None  # guid of the series' publication
    kind: Literal["dataset", "dataset_series"] = "dataset"


@dataclass
class Report:
    """What a run read, checked and found; shown to people and kept as JSON."""

    checked: list[str] = field(default_factory=list)  # a sentence for each check that was carried out
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # read, new, changed, unchanged, rejected, archived
