"""What a source of indicators says about itself: one table, or those that a filter selects in a catalogue."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ..settings import HarvestSettings, RemovalSettings
from .mapping import Kind, Mapping, Strict, Text

MOST_PATTERN = 500  # characters of a pattern


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


Pattern = Annotated[str, Field(max_length=MOST_PATTERN), AfterValidator(_pattern)]


class Heading(Strict):
    """How a dataset or series is called."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    """Part of its address; never changes."""
    label: Text
    """The title."""
    about: Text
    """The description."""


class Selection(Strict):
    """Which datasets of a catalogue are taken: those that every given key fits. Texts are compared without case."""

    keywords: list[str] = Field(default=[])
    """At least one of these is a keyword of the dataset."""
    themes: list[str] = Field(default=[])
    """At least one of these is a theme of the dataset: the end of its IRI, e.g. `SOCI`."""
    title: Pattern = ""
    """Pattern that the title has somewhere."""
    not_title: Pattern = ""
    """Pattern that the title must not have."""
    publisher: str = ""
    """IRI or a part of the name of the publisher."""
    prefix: str = ""
    """With which the IRI or the identifier begins."""


class TableRule(Strict):
    """A mapping for all tables of a catalogue whose titles fit: a family of tables of one form."""

    title: Pattern
    """Pattern that the title has somewhere; the first rule whose columns fit the table as well is taken."""
    mapping: Mapping
    family: Heading | None = None
    """The series of these tables, where it is not the source's."""


class Catalogue(Strict):
    """A catalogue in DCAT whose tables are read."""

    select: Selection = Selection()
    """Which of its datasets."""
    syntax: Literal["", "turtle", "rdfxml", "jsonld", "ntriples"] = ""
    """Of the catalogue, where neither its Content-Type nor its ending tells."""
    formats: list[Literal["CSV", "TSV", "XLSX"]] = Field(default=["CSV", "XLSX"], min_length=1)
    """Of the files of a dataset the first one with the first of these formats is read."""
    file: Pattern = ""
    """Pattern that the address of the file has somewhere, e.g. `/content\\.csv$`."""
    hosts: list[str] = Field(default=[])
    """Hosts beside the catalogue's own that files are read from; a file elsewhere is named and not read."""
    tables: list[TableRule] = Field(default=[])
    """Mappings by title."""
    guess: bool = True
    """Whether a table that no rule fits is read by what its columns say. Otherwise it is named and not published."""
    kind: Kind = "register"
    """Of tables without a rule, where neither their title nor their columns name a social benefit."""
    threshold: int | None = Field(default=None, ge=2, le=100)
    """Of tables without a rule."""
    prefix: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]*)?$", max_length=30)
    """Put before the short names of datasets when they are made."""
    max_pages: int = Field(default=1000, ge=1, le=100_000)
    """Pages of the catalogue that are read at most."""
    max_entries: int = Field(default=50_000, ge=1, le=1_000_000)
    """Entries that are read at most."""
    max_seconds: int = Field(default=3600, ge=1, le=7000)
    """Seconds that reading the catalogue may take."""


class IndicatorSettings(RemovalSettings, HarvestSettings):
    """What a source says: `table` and `mapping` where its address is that of a file, else `catalogue`."""

    family: Heading
    """The series that the tables belong to."""
    table: Heading | None = None
    """The dataset, where the address is that of one table (CSV or XLSX)."""
    mapping: Mapping | None = None
    """Columns, indicators, sums and thresholds of that table; guessed where there is none."""
    catalogue: Catalogue | None = None
    """Where the address is that of a catalogue."""
    keywords: list[str] = Field(default=[])
    """German keywords of the datasets."""
    keywords_en: list[str] = Field(default=[])
    """English keywords of the datasets."""
    sample: bool = False
    """Whether the figures are made up; the datasets then say so."""

    @model_validator(mode="after")
    def is_file_or_catalogue(self) -> IndicatorSettings:
        if (self.table is None) == (self.catalogue is None):
            raise ValueError("give either table (the address is that of a file) or catalogue")
        if self.mapping is not None and self.catalogue is not None:
            raise ValueError("mapping is for a single table; a catalogue has its mappings in catalogue.tables")
        return self
