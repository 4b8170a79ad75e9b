"""What a source declares about its indicator table: columns, indicators, sums, thresholds. Unknown keys are refused."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..records import HarvesterError

# RULES: defaults chosen for this project; cities differ (3, 5, 10), and a source may set its own.
DEFAULT_THRESHOLD = {"register": 3, "social_benefits": 5}
MINIMUM_DENOMINATOR = 30


class MappingError(HarvesterError):
    """The declared mapping is wrong; the message names each key and what is allowed."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Text(Strict):
    """A text in German and English."""

    de: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Columns(Strict):
    """Headers of the columns that say when and where, and how the rows that are no district are called."""

    year: str = "Jahr"
    """Holds years of four digits."""
    district: str = "Stadtteil"
    """Holds districts, led by their number of two digits: "05 Friedrichstadt"."""
    hierarchies: dict[str, str] = Field(default={})
    """Groups of districts: a code of your own and the header, e.g. {"stadtbezirk": "Stadtbezirk"}."""
    totals: list[str] = Field(default=["Insgesamt", "Gesamt", "Gesamtstadt"])
    """What stands in place of the district in a row for the whole city."""
    unknown: list[str] = Field(default=["unbekannt"])
    """What stands there in a row of cases without a district."""


class Indicator(Strict):
    """A count read from `column`, or a share in per cent of two counts (`numerator`, `denominator`: ids)."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """Stands in the published table and never changes."""
    title: Text
    unit: str = "1"
    theme: Literal["people", "planet", "prosperity", "governance", "propagation"] | None = None
    """Of CITYkeys."""
    column: str | None = None
    """Header of the column with the counts."""
    numerator: str | None = None
    denominator: str | None = None

    @model_validator(mode="after")
    def is_count_or_share(self) -> Indicator:
        share = self.numerator is not None and self.denominator is not None
        if (self.column is None) == (not share) or (self.column is not None and (self.numerator or self.denominator)):
            raise ValueError(f"{self.id}: give either column (a count) or numerator and denominator (a share)")
        return self


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
    indicators: list[Indicator] = Field(min_length=1)
    sums: list[Sum] = Field(default=[])
    """All sums between columns; one that is not declared is not protected."""
    together: list[list[str]] = Field(default=[])
    """Counts of the same cases (households and the persons in them): none is shown where one is hidden."""
    kind: Literal["register", "social_benefits"] = "register"
    """Sets the threshold where there is none: 3 for registers, 5 for social benefits."""
    threshold: int | None = Field(default=None, ge=2, le=100)
    """Counts from 1 to one less are secret."""
    minimum_denominator: int = Field(default=MINIMUM_DENOMINATOR, ge=1, le=10_000)
    """Below it a share is empty."""
    zero_is_revealing: bool = False
    """Whether zeros are secret as well."""
    encoding: Literal["auto", "utf-8", "cp1252"] = "auto"
    delimiter: Literal["auto", ";", ","] = "auto"

    @property
    def counts(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if one.column is not None)

    @property
    def shares(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if one.column is None)

    @property
    def limit(self) -> int:
        """Counts from 1 to one less than this are secret."""
        return self.threshold if self.threshold is not None else DEFAULT_THRESHOLD[self.kind]

    @model_validator(mode="after")
    def names_are_known(self) -> Mapping:
        ids = [one.id for one in self.indicators]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"indicators: {', '.join(twice)} declared twice")
        counts = {one.id for one in self.counts}
        named = [name for line in self.sums for name in (line.total, *line.parts)]
        named += [name for group in self.together for name in group]
        named += [name for one in self.shares for name in (one.numerator, one.denominator) if name]
        strange = sorted(set(named) - counts)
        if strange:
            raise ValueError(f"{', '.join(strange)}: no such count; declared are {', '.join(sorted(counts))}")
        return self


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
