"""What the harvesters' cores hand to the part that writes to CKAN: plain records, no CKAN in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl

Severity = Literal["error", "warning", "info"]
Value = str | int | float | bool | None


def placed(message: str, place: str) -> str:
    """A message with its place, as errors are kept and printed."""
    return f"{place}: {message}" if place else message


class HarvesterError(Exception):
    """A source, its data or its settings cannot be used; the message tells a person what is wrong and what to do.

    Cores raise subclasses of it. The base turns each into a gather or object error of ckanext-harvest, with its place;
    one failed unit never stops the others.
    """

    def __init__(self, message: str, place: str = "", **values: Value) -> None:
        """`values` fill the names in braces of `message`, which then is a text with a translation (wording.py)."""
        super().__init__(message.format(**values) if values else message)
        self.place = place  # where in the input: "row 7, column y2022", "page 3", "box 5a…"
        self.template = message if values else ""
        self.values = values

    def __str__(self) -> str:
        return placed(super().__str__(), self.place)


@dataclass(frozen=True)
class Finding:
    """One thing that a check saw, with its place in the input."""

    check: str  # short name of the rule, e.g. "third-rule"
    severity: Severity
    message: str  # says what is wrong and what to do, for people
    place: str = ""  # "row 7, column y2022", "box 5a…, 2026-10-03"
    expected: Value = None
    found: Value = None
    # The message before its names in braces were filled, and what fills them: so that pages say it in their language.
    template: str = ""
    values: dict[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, check: str, severity: Severity, template: str, place: str = "", **values: Value) -> Finding:
        """A finding whose text has a translation: `template` is one of a wording.py, `values` fill its braces."""
        return cls(check, severity, template.format(**values), place, template=template, values=values)


@dataclass(frozen=True)
class Unit:
    """The smallest piece of a source that is fetched and published on its own: a file, a box and a day.

    `payload` is JSON, small, and **readable by everybody** (it is stored with the harvest object): addresses and keys,
    never data of persons.
    """

    guid: str  # natural key inside the portal, stable for ever: "sensors:box:5a…:2026-10-03"
    payload: dict[str, Any] = field(default_factory=dict)
    # What `collect` would give, where gathering already has it. Such a unit is compared with what was published last
    # and left out of the queue where nothing changed.
    content: dict[str, Any] | None = None
    # Otherwise: a hash of all that `collect` would start from; equal to the last time means unchanged.
    fingerprint: str = ""
    # What of the source the unit is a part of, where that is more than the unit: the box of a box and a month. A source
    # loses entries, not units, so that nothing is missing when the window of a run moves on. Empty: the unit itself.
    entry: str = ""


@dataclass(frozen=True)
class Table:
    """A table for the DataStore and for download; columns, types and key stand in its Table Schema."""

    name: str  # stable inside its dataset, e.g. "budget-lines"; the resource and its DataStore id derive from it
    title: str
    schema: str  # file name in schemas/tables without ending; `primaryKey` is the key of the upsert
    rows: list[dict[str, Value]] = field(default_factory=list)
    description: str = ""
    # Which part of the table `rows` is. Empty: the whole table, so that rows that are not in it are removed. Otherwise
    # only rows that match every entry are replaced and all others are left alone, so that units that share a table (one
    # box each) do not remove each other's rows: {"box_id": "5a…", "hour": ("2026-10-03T00:00:00Z",
    # "2026-10-04T00:00:00Z")}; a pair means from (inclusive) until (exclusive).
    scope: dict[str, Value | tuple[Value, Value]] = field(default_factory=dict)
    # In which forms the table can be downloaded. "PARQUET" adds a file, which files.py keeps in step with the table;
    # "CSV" is always there, as the DataStore gives it.
    formats: tuple[str, ...] = ("CSV",)
    # The rows of a big table, in place of `rows`: columns of the schema (those that are missing are empty), in types
    # that fit it (frames.py says which). Times are aware, or have been UTC all along.
    frame: pl.DataFrame | None = None
    # Further fields of its resources (schemas/dataset.yaml): resolutions, English texts, the licence of its source.
    resource: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Publication:
    """A dataset as it shall be published, with its tables.

    `package` holds the fields of schemas/dataset.yaml, without `id`, `owner_org` and `resources`. `name` is needed.
    Units that share a dataset must give the same `package`, or each would undo the other's. No value may depend on the
    time of the run, or the dataset would change at every run; `issued` and `modified` are set by the base.
    """

    guid: str  # natural key, stable for ever: "budget:measure:1.2.5"
    package: dict[str, Any]
    tables: tuple[Table, ...] = ()
    series: str | None = None  # guid of the series' publication
    kind: Literal["dataset", "dataset_series", "data_service", "actor", "project"] = "dataset"
    foreign: Foreign | None = None


def as_list(made: Publication | list[Publication]) -> list[Publication]:
    """What a harvester's `publish` gave, as a list."""
    return [made] if isinstance(made, Publication) else list(made)


@dataclass(frozen=True)
class Foreign:
    """What holds for an entry of another portal: it is passed on as it is.

    Its name is only a suggestion: the first one that it gets stays, whatever becomes of its title. Its dates are its
    own, and a file that is gone at the source goes here too.
    """

    owner: str  # organisation of this portal that it belongs to, by name or id
    files: tuple[dict[str, Any], ...] = ()  # resources as package_create takes them, each with its lasting `id`
    private: bool = False


@dataclass(frozen=True)
class Check:
    """A check that was carried out, as a sentence that pages say in their language."""

    message: str
    template: str = ""
    values: dict[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message


@dataclass
class Report:
    """What a run read, checked and found; shown to people and kept as JSON, so nothing of a person may be in it."""

    checked: list[str | Check] = field(default_factory=list)  # a sentence for each check that was carried out
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # read, new, changed, unchanged, rejected, archived
    # What is summed up by kind rather than told one by one: {"lifted": {"license-codes": 12}, "formats": {"xyz": 3}}
    tallies: dict[str, dict[str, int]] = field(default_factory=dict)

    def check(self, template: str, **values: Value) -> None:
        """Say what was checked: `template` is one of a wording.py, `values` fill its braces."""
        one = Check(template.format(**values) if values else template, template, values)
        if one not in self.checked:
            self.checked.append(one)

    def count(self, what: str, number: int = 1) -> None:
        """Add to a count: `report.count("read", 720)`."""
        self.counts[what] = self.counts.get(what, 0) + number

    def tally(self, group: str, what: str, number: int = 1) -> None:
        """Add to a sum of its group: `report.tally("formats", "xyz")`."""
        sums = self.tallies.setdefault(group, {})
        sums[what] = sums.get(what, 0) + number
