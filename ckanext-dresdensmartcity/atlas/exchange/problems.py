"""What is wrong in a file of entries, with its place: row and column of a table, number of a feature, line of YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802 (the mark that extractors of texts look for)
    """Marks a text for translation."""
    return text


PLACES = {
    "row": N_("row {number}"),
    "feature": N_("feature {number}"),
    "line": N_("line {number}"),
    "file": N_("the file"),
}
SENTENCES = {
    "no_table": N_("There is no table in it: the first line names the columns, such as type, id, title."),
    "no_json": N_("It is no JSON: {why} in line {line}."),
    "no_collection": N_('It is no GeoJSON collection: {{"type": "FeatureCollection", "features": […]}} is needed.'),
    "no_yaml": N_("It is no YAML: {why} in line {line}."),
    "no_lists": N_("There is no entry in it: lists under `actors:` and `projects:` are needed."),
    "aliases": N_("Anchors and aliases (&, *) are not read: write the value out."),
    "no_text": N_("Its encoding is not known: save it as UTF-8."),
    "too_large": N_("It has {count} bytes, at most {most} are read: split it."),
    "too_many": N_("It has more than {most} entries: split it."),
    "no_entries": N_("There is no entry in it."),
    "unknown_column": N_("There is no column of this name. Did you mean {near}? Rename it, or take it out."),
    "twice_column": N_("The column stands twice: keep one."),
    "cells": N_("The row has {count} cells, the first line {most}: quote cells that hold the separator."),
    "no_type": N_("“{value}” is neither actor nor project: write one of them."),
    "no_title": N_("The title is missing: an entry needs one."),
    "no_id": N_("“{value}” is no id: small letters a-z, digits and hyphens, such as {near}."),
    "twice": N_("The id stands twice: it is that of {other} as well. Give one of them another id."),
    "not_number": N_("“{value}” is no number: write digits with a decimal point, such as 13.74."),
    "not_list": N_("A list of texts is needed here."),
    "not_rows": N_("A list of records is needed here, with {parts}."),
    "row_without": N_("A record lacks its part {part}."),
    "parts": N_("“{value}” has {count} parts, at most {most} are known: {parts}. Write | in a text as \\|."),
    "not_text": N_("A text is needed here."),
    "no_point": N_("The geometry is no point: give a point, or null and districts."),
    "not_mapping": N_("An entry is a mapping of fields and values."),
    "only_projects": N_("Only projects have this column: empty the cell."),
    "only_actors": N_("Only actors have this column: empty the cell."),
}


@dataclass(frozen=True)
class Place:
    """Where in a file."""

    kind: str  # of PLACES
    number: int = 0

    def __str__(self) -> str:
        return PLACES[self.kind].format(number=self.number)


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong: a sentence of SENTENCES with its values, or the words of a later check."""

    place: Place
    column: str = ""
    name: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""

    @property
    def sentence(self) -> str:
        return self.message or SENTENCES[self.name].format(**self.values)

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"{self.place}{column}: {self.sentence}"


class ExchangeError(ValueError):
    """Raised when a file cannot be read at all, or when entries are asked for and some are wrong."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(one) for one in self.mistakes))
