"""Audits published tables from their files alone, as any reader could.

What a reader needs beside the rows stands in the description: which cells make which sums, what was hidden by which
rule. None of it is secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PublishedTable:
    """A table as it lies in a folder: rows of `indicator-values` and the description beside them."""

    name: str
    rows: tuple[Mapping[str, Any], ...]  # indicator_id, district, year, value, numerator, denominator, status
    description: Mapping[str, Any]  # `Prepared.description`: threshold, method, indicators, sums


@dataclass(frozen=True)
class Narrowed:
    """A cell of which a reader can find out too much."""

    table: str
    indicator_id: str
    district: str
    year: int
    possible_from: int
    possible_to: int | None
    reason: str  # small | narrowed | derived | contradiction


@dataclass(frozen=True)
class Audit:
    """How much is hidden, and what a reader can find out."""

    tables: int
    values: int  # printed or hidden counts
    hidden: int
    proven: int  # hidden counts that stay open
    narrowed: tuple[Narrowed, ...]
    problems: tuple[str, ...]  # why the audit could not be made in full

    @property
    def exit_code(self) -> int:
        """0: every hidden count stays open. 1: something can be found out. 2: it could not be audited."""
        return 2 if self.problems else 1 if self.narrowed else 0

    def as_dict(self) -> dict[str, object]:
        narrowed = [dict(vars(one)) for one in self.narrowed]
        return {**vars(self), "narrowed": narrowed, "problems": list(self.problems)}


def audit_published(tables: Sequence[PublishedTable]) -> Audit:
    """What a reader of all these tables together can find out."""
    raise NotImplementedError
