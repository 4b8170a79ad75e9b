"""Which mapping a table is read by: the one declared for it, the first of its family that fits, or a guess.

What fits none is named with the reason of each attempt, and nothing of it is published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..records import HarvesterError
from . import wording
from .mapping import Mapping
from .reading.cells import TableError, read_cells
from .reading.guess import guess_mapping
from .reading.layout import lay_out
from .reading.reader import IndicatorTable, read_table
from .settings import Catalogue, Heading

SHOWN = 400  # characters of a reason


class NotFittingError(HarvesterError):
    """No mapping reads the table; the message says why not."""


@dataclass(frozen=True)
class Fitting:
    """A table as it was read, and by what."""

    table: IndicatorTable
    guessed: bool = False
    family: Heading | None = None


def fit_declared(content: bytes, mapping: Mapping | None, title: str) -> Fitting:
    """A single table by its mapping, or by a guess where it has none; raises TableError."""
    if mapping is None:
        return Fitting(read_table(content, guess_mapping(content, title)), guessed=True)
    return Fitting(read_table(content, mapping))


def fit(content: bytes, catalogue: Catalogue, title: str) -> Fitting:
    """A table of a catalogue; raises NotFittingError."""
    reasons = []
    for place, rule in enumerate(catalogue.tables, 1):
        if not re.search(rule.title, title, re.IGNORECASE):
            continue
        try:
            names = [str(name) for name in read_cells(content, rule.mapping).names]
            problems = lay_out(names, rule.mapping).problems
            if not problems:
                return Fitting(read_table(content, rule.mapping), family=rule.family)
            reasons.append(f"rule {place}: {problems[0]}")
        except TableError as error:
            reasons.append(f"rule {place}: {error.problems[0]}")
    if catalogue.guess:
        try:
            mapping = guess_mapping(content, title)
            change: dict[str, object] = {"threshold": catalogue.threshold}
            if catalogue.kind == "social_benefits":
                change["kind"] = catalogue.kind
            return Fitting(read_table(content, mapping.model_copy(update=change)), guessed=True)
        except TableError as error:
            reasons.append("; ".join(error.problems[:3]))
    why = " | ".join(reasons) or "no rule in catalogue.tables has its title, and guess is off"
    raise NotFittingError(wording.NO_FIT, why=why[:SHOWN])
