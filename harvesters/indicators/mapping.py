"""What a source declares about its indicator table: columns, indicators, sums, thresholds. Unknown keys are refused."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..records import HarvesterError

# RULES §6: defaults chosen for this project; cities differ (3, 5, 10), and a source may set its own.
DEFAULT_THRESHOLD = {"register": 3, "social_benefits": 5}
MINIMUM_DENOMINATOR = 30
TIMES = ("year", "quarter", "period")  # names of parts of a header that say when

Kind = Literal["register", "social_benefits"]
Theme = Literal["people", "planet", "prosperity", "governance", "propagation"]


class MappingError(HarvesterError):
    """The declared mapping is wrong; the message names each key and what is allowed."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Text(Strict):
    """A text in German and English."""

    de: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Columns(Strict):
    """Headers of the columns that say when and where, and how the rows that are no district are called.

    A header that is empty has no column. When is said by `period` ("2018-Q1", "1. Quartal 2018", "2018"), else by
    `year` and, where there is one, `quarter` ("3. Quartal", "Q3", "III"); else by the mapping's `year`, or by headers
    (see `spread` of an indicator).
    """

    year: str = "Jahr"
    """Holds years of four digits."""
    quarter: str = ""
    """Holds quarters without their year."""
    period: str = ""
    """Holds years or quarters with their year."""
    reference_date: str = ""
    """Holds the day that the counts are of: "31.12.2025" or "2025-12-31"."""
    district: str = "Stadtteil"
    """Holds districts, led by their number of two digits: "05 Friedrichstadt"."""
    finest: str = ""
    """For a table without districts: the code of the hierarchy whose groups its rows are."""
    hierarchies: dict[str, str] = Field(default={})
    """Groups of districts: a code of your own and the header, e.g. {"stadtbezirk": "Stadtbezirk"}."""
    subtotals: dict[str, str] = Field(default={})
    """Rows for groups of districts among those of districts: the code of a hierarchy and a regular expression that fits
    the beginning of what stands in place of the district, e.g. {"stadtbezirk": "StB \\d"}. They are computed again."""
    totals: list[str] = Field(default=["Insgesamt", "Gesamt", "Gesamtstadt", "Stadt insgesamt"])
    """What stands in place of the district in a row for the whole city."""
    unknown: list[str] = Field(default=["unbekannt", "nicht zuordenbar", "ohne Zuordnung"])
    """What stands there in a row of cases without a district."""

    @property
    def area(self) -> str:
        """Header of the column that says which area a row is of."""
        return self.hierarchies.get(self.finest, "") if self.finest else self.district

    @model_validator(mode="after")
    def says_where(self) -> Columns:
        if self.finest and self.finest not in self.hierarchies:
            raise ValueError(f"finest: {self.finest} is none of hierarchies ({', '.join(self.hierarchies) or 'none'})")
        if not self.area:
            raise ValueError("district: give its header, or finest with the code of a hierarchy")
        for pattern in self.subtotals.values():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"subtotals: {pattern!r} is no regular expression: {error}") from error
        wrong = [code for code in self.hierarchies if not re.fullmatch(r"[a-z][a-z0-9_-]*", code)]
        if wrong:
            raise ValueError(f"hierarchies: {', '.join(wrong)}: codes are lower case letters, digits, - and _")
        return self


class Group(Strict):
    """A breakdown of the counts, by age or sex, that stands in rows (`column`) or in headers (`spread`)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Part of the identifiers of its counts."""
    title: Text
    column: str = ""
    """Header of the column with the groups."""
    totals: list[str] = Field(default=["Insgesamt", "insgesamt", "Gesamt", "gesamt", "Zusammen", "zusammen"])
    """What stands there in a row of all groups together."""
    labels: dict[str, str] = Field(default={})
    """English names of groups, by the German ones of the table."""
    kind: Literal["=", "<="] = "="
    """`<=`: the groups leave something over that has no row (no answer given)."""
    absent_is_zero: bool = False
    """Whether a group that has no row for an area counts zero. Otherwise it is missing, and so is the total."""


class Indicator(Strict):
    """A count read from `column` or `spread`, a share of two counts, or a figure that the source computed itself."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """Stands in the published table and never changes."""
    title: Text
    unit: str = "1"
    theme: Theme | None = None
    """Of CITYkeys."""
    subtheme: str = ""
    """Of CITYkeys, as its catalogue of indicators names it."""
    calculation: Text | None = None
    """How the value is made, for people."""
    data_source: str = ""
    """Where the counts come from, e.g. a register; else the source of the table."""
    kind: Kind | None = None
    """What is counted, where it differs from the table's `kind`."""
    column: str | None = None
    """Header of the column with the values."""
    spread: str | None = None
    """Headers of the columns with the values, where years, quarters or groups stand in headers: a regular expression
    whose named parts are `year`, `quarter`, `period` or ids of groups, e.g. `Anzahl (?P<year>\\d{4})`."""
    numerator: str | None = None
    """Of a share: id of the count above the line."""
    denominator: str | None = None
    """Of a share: id of the count below the line."""
    per: int = Field(default=100, ge=1, le=1_000_000)
    """Of a share: 100 for per cent, 1000 for a rate per thousand."""
    measure: Literal["count", "figure"] = "count"
    """`figure`: a number that is no count of cases (a mean, a rent, a rate of the source's own); it is not rounded."""
    computed_from: list[str] | None = None
    """Of a figure: the counts that it was computed from; it is only shown where all of them are, and not where one is
    below `minimum_denominator`. `[]`: it depends on no small count."""

    @property
    def read(self) -> bool:
        """Whether values are read from the table, and not computed."""
        return self.column is not None or self.spread is not None

    @property
    def shown_unit(self) -> str:
        """The unit: per cent for a share that names none."""
        if self.read or self.unit != "1":
            return self.unit
        return {100: "%", 1000: "‰"}.get(self.per, f"1/{self.per}")

    @model_validator(mode="after")
    def is_one_thing(self) -> Indicator:
        share = self.numerator is not None and self.denominator is not None
        half = (self.numerator is None) != (self.denominator is None)
        if half or sum((self.column is not None, self.spread is not None, share)) != 1:
            raise ValueError(
                f"{self.id}: give either column or spread (a count or a figure), or numerator and denominator (a share)"
            )
        if self.measure == "figure" and (share or self.computed_from is None):
            raise ValueError(
                f"{self.id}: a figure is read from column or spread and says in computed_from which counts it was "
                "computed from, [] for none"
            )
        if self.measure == "count" and self.computed_from is not None:
            raise ValueError(f"{self.id}: computed_from is for figures")
        return self

    @field_validator("spread")
    @classmethod
    def is_pattern(cls, text: str | None) -> str | None:
        """A regular expression with at least one named part."""
        if text is None:
            return None
        try:
            names = re.compile(text).groupindex
        except re.error as error:
            raise ValueError(f"spread is no regular expression: {error}") from error
        if not names:
            raise ValueError(r"spread needs a named part that tells its columns apart, e.g. (?P<year>\d{4})")
        return text


class Sum(Strict):
    """Parts that make a total in every row.

    `=`: they make it exactly. `<=`: something remains that has no column of its own (persons who gave no answer, those
    outside the group); what remains is a count too and is protected, unless `protect_rest` is off.
    """

    total: str
    """Id of the indicator that holds the total."""
    parts: list[str] = Field(min_length=1)
    """Ids of those that make it."""
    kind: Literal["=", "<="] = "="
    """Whether the parts make the total exactly, or something remains that has no column."""
    protect_rest: bool = True
    """Whether a small remainder must not be found out either."""


class Mapping(Strict):
    """A table and the rules for it."""

    columns: Columns = Columns()
    year: int | None = Field(default=None, ge=1900, le=2099)
    """Of all rows, for a table that has no column for it."""
    groups: list[Group] = Field(default=[])
    """Breakdowns of all counts of the table."""
    indicators: list[Indicator] = Field(min_length=1)
    sums: list[Sum] = Field(default=[])
    """All sums between columns; one that is not declared is not protected. Those over `groups` follow from them."""
    together: list[list[str]] = Field(default=[])
    """Counts of the same cases (households and the persons in them): none is shown where one is hidden."""
    kind: Kind = "register"
    """Sets the threshold where there is none: 3 for registers, 5 for social benefits. The strictest of the table's
    indicators holds for all of it."""
    threshold: int | None = Field(default=None, ge=2, le=100)
    """Counts from 1 to one less are secret."""
    method: Literal["suppress", "round5"] = "suppress"
    """`round5`: every count is rounded to a multiple of 5 in place of hiding small ones."""
    minimum_denominator: int = Field(default=MINIMUM_DENOMINATOR, ge=1, le=10_000)
    """Below it a share is empty."""
    zero_is_revealing: bool = False
    """Whether zeros are secret as well."""
    reference_date: str = Field(default="", pattern=r"^((19|20)\d{2}-)?(\d{2}-\d{2})?$")
    """Day that the values are of where no column says it: `12-31` of each year, or a whole date."""
    encoding: Literal["auto", "utf-8", "cp1252", "cp850", "utf-16"] = "auto"
    delimiter: Literal["auto", ";", ",", "\t", "|"] = "auto"
    decimal_mark: Literal["auto", ".", ","] = "auto"
    """For a file whose numbers do not show it."""
    sheet: str = ""
    """Of a workbook; else the first one."""

    @property
    def counts(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if one.read and one.measure == "count")

    @property
    def figures(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if one.measure == "figure")

    @property
    def shares(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if not one.read)

    @property
    def limit(self) -> int:
        """Counts from 1 to one less than this are secret."""
        if self.threshold is not None:
            return self.threshold
        return max(DEFAULT_THRESHOLD[one.kind or self.kind] for one in self.counts)

    @model_validator(mode="after")
    def names_are_known(self) -> Mapping:
        ids = [one.id for one in self.indicators]
        _once("indicators", ids)
        _once("groups", [one.id for one in self.groups])
        counts = {one.id for one in self.counts}
        if not counts:
            raise ValueError("indicators: at least one must be a count")
        named = [name for line in self.sums for name in (line.total, *line.parts)]
        named += [name for group in self.together for name in group]
        named += [name for one in self.shares for name in (one.numerator, one.denominator) if name]
        named += [name for one in self.figures for name in one.computed_from or ()]
        strange = sorted(set(named) - counts)
        if strange:
            raise ValueError(f"{', '.join(strange)}: no such count; declared are {', '.join(sorted(counts))}")
        return self

    @model_validator(mode="after")
    def groups_have_a_place(self) -> Mapping:
        names = {one.id for one in self.groups}
        for one in self.indicators:
            parts = set(re.compile(one.spread).groupindex) if one.spread else set()
            strange = sorted(parts - names - set(TIMES))
            if strange:
                raise ValueError(
                    f"{one.id}: spread has the parts {', '.join(strange)}; possible are {', '.join((*TIMES, *names))}"
                )
            nowhere = [group.id for group in self.groups if one.read and not group.column and group.id not in parts]
            if nowhere:
                raise ValueError(
                    f"{one.id}: nothing tells its group {', '.join(nowhere)}; give the column of the group, or name it "
                    "in spread"
                )
        return self


def _once(what: str, names: list[str]) -> None:
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise ValueError(f"{what}: {', '.join(twice)} declared twice")


def read_mapping(data: Any) -> Mapping:
    """`data` (from YAML or JSON) as a mapping; raises MappingError."""
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise MappingError(describe(error)) from error


def describe(error: ValidationError) -> str:
    """The problems of a configuration, a line each, with the path of the key."""
    return "\n".join(
        f"{'.'.join(str(part) for part in one['loc']) or 'mapping'}: {one['msg']}" for one in error.errors()
    )
