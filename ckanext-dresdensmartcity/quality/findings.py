"""What a check found, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["violation", "warning", "info"]


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: where it is, what was found there, and what to do."""

    severity: Severity
    focus: str  # IRI of the dataset, file, office, … that it is about
    field: str  # of the form or the city file; empty where there is none
    path: str  # IRI of the property, or empty
    value: str  # what was found; empty where something is missing
    message: str  # says what to do
    shape: str  # IRI of the shape that found it


@dataclass(frozen=True)
class Verdict:
    """All that was found in one document."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    error: str = ""  # why it cannot be read; then nothing was checked

    def count(self, severity: Severity) -> int:
        return sum(one.severity == severity for one in self.findings)

    @property
    def valid(self) -> bool:
        """Whether it could be read and holds no violation; warnings do not make it invalid."""
        return not self.error and not self.count("violation")

    def as_dict(self) -> dict[str, Any]:
        """The form in which programs get it."""
        found: dict[str, Any] = {
            "file": self.file,
            "valid": self.valid,
            "violations": self.count("violation"),
            "warnings": self.count("warning"),
            "findings": [asdict(one) for one in self.findings],
        }
        return {**found, "error": self.error} if self.error else found
