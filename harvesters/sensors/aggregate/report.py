"""What was read, rejected and marked, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

PLACES = 10  # that a report names of each reason

# Why a row is rejected, and what to do about it.
REMEDIES = {
    "sensor_id": "a row needs the id of its sensor",
    "phenomenon": "no known quantity: map its name under input.phenomena of the configuration, or leave it as it is",
    "timestamp": "no moment: write 2026-10-01T12:00:00Z, or an offset as +02:00 (autumn's repeated hour needs one)",
    "value": "no number: write a decimal point, or set input.decimal_mark; the moment counts as unreadable",
    "position": "no place: lon from -180 to 180, lat from -90 to 90, in degrees (WGS 84)",
}


@dataclass(frozen=True)
class Place:
    """Where in the input something stands."""

    file: str
    row: int  # of the file from 1 on; a CSV file's header is row 1
    column: str
    found: str


@dataclass
class Rejected:
    """Rows that could not be read, of one reason."""

    count: int = 0
    places: list[Place] = field(default_factory=list)  # the first ones


@dataclass
class AggregateReport:
    """The run's report."""

    files: list[dict[str, Any]] = field(default_factory=list)  # file, rows, rejected
    rejected: dict[str, Rejected] = field(default_factory=dict)
    duplicates: int = 0
    flags: Counter[str] = field(default_factory=Counter)  # values that are not used, by reason
    marks: Counter[str] = field(default_factory=Counter)  # values that are used and marked
    hours: Counter[str] = field(default_factory=Counter)  # hourly means by status
    tables: dict[str, int] = field(default_factory=dict)  # rows
    series: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(one["rows"] for one in self.files)

    @property
    def rows_rejected(self) -> int:
        """Rows with something that could not be read."""
        return sum(one.count for one in self.rejected.values())

    def reject(self, reason: str, count: int, places: list[Place]) -> None:
        """Count rows; the first places of each reason are kept."""
        if count:
            one = self.rejected.setdefault(reason, Rejected())
            one.count += count
            one.places += places[: PLACES - len(one.places)]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "rows_read": self.rows,
            "rows_rejected": self.rows_rejected,
            "duplicates": self.duplicates,
            "series": self.series,
            "files": self.files,
            "rejected": {
                reason: {"count": one.count, "remedy": REMEDIES[reason], "places": [vars(each) for each in one.places]}
                for reason, one in sorted(self.rejected.items())
            },
            "flags": dict(sorted(self.flags.items())),
            "marks": dict(sorted(self.marks.items())),
            "hours": dict(sorted(self.hours.items())),
            "tables": self.tables,
            "notes": self.notes,
        }

    def as_text(self) -> str:
        """For people."""
        lines = [f"{self.rows} rows read from {len(self.files)} files, {self.rows_rejected} rejected"]
        lines += [f"  {one['file']}: {one['rows']} rows, {one['rejected']} rejected" for one in self.files]
        for reason, one in sorted(self.rejected.items()):
            lines.append(f"  rejected ({reason}): {one.count}: {REMEDIES[reason]}")
            lines += [f"    {each.file}, row {each.row}, column {each.column}: {each.found!r}" for each in one.places]
        lines.append(f"  repeated rows: {self.duplicates}; series: {self.series}")
        for title, counts in (("not used", self.flags), ("marked", self.marks), ("hours", self.hours)):
            told = ", ".join(f"{name} {number}" for name, number in sorted(counts.items())) or "none"
            lines.append(f"  {title}: {told}")
        lines += [f"  note: {note}" for note in self.notes]
        lines += [f"  {name}: {number} rows" for name, number in self.tables.items()]
        lines.append("The values are indicative: no exceedance of a limit value can be told from low-cost sensors.")
        return "\n".join(lines)
