"""How a table of another form is read: a declared mapping of its columns, in YAML or JSON.

It is a Table Schema (version 1): `fields` with the properties of that specification, of which `columnType` says what a
column holds in the words of the Fiscal Data Package 1.0rc1, or `role` in plain ones. A whole `datapackage.json` with
`normalize` and `extraFields` is taken as well (datapackage.py). Unknown keys are refused by name.

pydantic reads it, as it reads all settings of this project: frictionless 5.21 would bring sixteen packages to read the
same keys, knows no `columnType`, and would leave the strict refusal of unknown ones to us.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from ..records import HarvesterError
from ..tabular.table import Delimiter, Encoding
from .model import Phase, Source
from .taxonomy import role_of
from .words import TOTAL_WORDS

FieldRole = Literal[
    "measure",
    "title",
    "parent",
    "level",
    "level_title",
    "section",
    "year",
    "phase",
    "source",
    "direction",
    "amount",
    "total",
    "overall",
    "earlier",
    "later",
    "commitment",
    "share",
    "currency",
    "version",
    "resolved_on",
    "start",
    "end",
    "ignore",
]
AMOUNTS = frozenset({"amount", "total", "overall", "earlier", "later", "commitment"})
Hierarchy = Literal["none", "parent", "dotted", "prefix", "levels"]
MAX_FIELDS = 2_000


class MappingError(HarvesterError):
    """A mapping cannot be used; the message names each key."""


def _number(value: Any) -> Any:
    """Numbers of YAML and JSON, and fractions such as 1/3, as exact ones."""
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("a number or a fraction such as 1/3") from error


def _money(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    try:
        return Decimal(str(value)) if isinstance(value, (int, float, str)) else value
    except InvalidOperation as error:
        raise ValueError("an amount such as 15560000.00") from error


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value


Part = Annotated[Fraction, BeforeValidator(_number), WithJsonSchema({"type": "string"})]
Money = Annotated[Decimal, BeforeValidator(_money)]
Day = Annotated[date, BeforeValidator(_day)]
Year = Annotated[int, Field(ge=1900, le=2100)]


class Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True, use_attribute_docstrings=True
    )


class MappedField(Strict):
    """A column: a field of a Table Schema, and what the plan needs to know of it."""

    name: str
    """Header of the column."""
    columnType: str = ""  # noqa: N815 - the specification's name
    """Type of the Fiscal Data Package, such as `value` or `date:fiscal-year`; says the role."""
    role: FieldRole | None = None
    """What the column holds, where `columnType` does not say it; "ignore" for a column that is not read."""
    year: Year | None = None
    """Of an amount: the year that the column is for."""
    phase: Phase | None = None
    """Of an amount: ansatz, plan or ist."""
    source: Source | None = None
    """Of an amount or a share: whose money the column holds."""
    direction: Literal["expenditure", "revenue", "balance"] | None = None
    """Of an amount: expenditure, revenue or the balance of both."""
    level: str = ""
    """Of a level or its title: its name, such as Produktbereich; the order of fields is the order of levels."""
    normalize: dict[str, str | int | float] = {}
    """Fiscal Data Package: values of the extraFields that this column stands for."""

    # The rest of a Table Schema's field; taken and not used, as the checks here go further.
    type: str = "any"
    format: str = "default"
    title: str = ""
    description: str = ""
    example: Any = None
    constraints: dict[str, Any] = {}
    missingValues: list[str] = []  # noqa: N815
    rdfType: str = ""  # noqa: N815
    decimalChar: Literal["", ".", ","] = ""  # noqa: N815
    groupChar: str = ""  # noqa: N815
    bareNumber: bool = True  # noqa: N815
    slug: str = ""
    conceptType: str = ""  # noqa: N815

    @property
    def meaning(self) -> str:
        """The role, from `role` or from `columnType`."""
        return self.role or role_of(self.columnType)[0]

    @property
    def level_name(self) -> str:
        return self.level or role_of(self.columnType)[1] or self.name

    @model_validator(mode="after")
    def _has_a_role(self) -> MappedField:
        if not self.role and not self.columnType:
            raise ValueError("a field needs columnType or role (role: ignore for a column that is not read)")
        if not self.role and not role_of(self.columnType)[0]:
            raise ValueError(f"columnType {self.columnType!r} is not one of the Fiscal Data Package")
        return self


class LimitRule(Strict):
    """Lines that may cost at most a part of others, such as the third-rule."""

    name: str = "limit"
    """Name of the check in findings."""
    part: list[str] = Field(min_length=1)
    """Codes of the lines that are limited."""
    base: list[str] = Field(min_length=1)
    """Codes of the lines that they are compared with."""
    most: Part
    """The most that is allowed, such as 1/3."""


class Cofinancing(Strict):
    """The most that a source may pay."""

    source: Source
    """Whose money."""
    most_percent: Part
    """In per cent of all sources."""


class ControlTotal(Strict):
    """A total that is known from elsewhere, such as the resolution."""

    label: str = "declared"
    """For people."""
    amount: Money
    """In the currency's main unit (euro), whatever the unit of the table."""
    year: Year | None = None
    """Of this year only; without it of all years."""
    phase: Phase | None = None
    source: Source | None = None
    direction: Literal["expenditure", "revenue", "balance"] | None = None
    where: dict[str, str] = {}
    """Only lines whose levels have these codes."""


class Mapping(Strict):
    """Columns and rules of a budget table."""

    fields: list[MappedField] = Field(min_length=1, max_length=MAX_FIELDS)
    extraFields: list[dict[str, Any]] = []  # noqa: N815
    """Fiscal Data Package: fields that no column holds; `constant` or the target of `normalize`."""
    encoding: Encoding = "auto"
    delimiter: Delimiter = "auto"
    sheet: str = ""
    """Of a workbook; empty: its only visible sheet with cells."""
    skip_rows: int = Field(0, ge=0, le=1000)
    """Rows before the header."""
    header_rows: int = Field(1, ge=1, le=5)
    """Rows of the header; their texts are joined with a blank."""
    decimal_mark: Literal["", ".", ","] = ""
    """For a file whose numbers do not show it."""
    unit: Literal["EUR", "TEUR", "MEUR", "ct"] = "EUR"
    """What one of the table's numbers stands for."""
    rounded: bool | None = None
    """Whether amounts are rounded to the printed unit; by default TEUR and MEUR are."""
    currency: str = Field("EUR", pattern="^[A-Z]{3}$")
    phase: Phase = "plan"
    """Of amounts whose column does not say it."""
    direction: Literal["expenditure", "revenue", "balance"] = "expenditure"
    """Of amounts whose column does not say it."""
    years: tuple[Year, Year] | None = None
    """First and last year of the plan."""
    overall_years: tuple[Year, Year] | None = None
    """Years that overall costs add up beside earlier and later ones; by default those of ansatz and plan."""
    hierarchy: Hierarchy = "none"
    """How lines belong together: by a column `parent`, by dots in codes (1.2.5), by longer and longer codes (11, 1111,
    111101: `prefix`), or by columns of levels, of which a sum leaves the lower ones empty."""
    prefix_lengths: list[int] = [2, 4, 6]
    """For `prefix`: lengths of Produktbereich, Produktgruppe, Produkt."""
    totals: list[str] = list(TOTAL_WORDS)
    """Words that a sum's title begins with."""
    signs: dict[Literal["expenditure", "revenue", "balance"], Literal["positive", "negative", "any"]] = {}
    """Which sign amounts of a direction have; "negative" for expenditure makes a balance a plain sum."""
    sources_complete: bool | None = None
    """Whether the table names every source, so that they make the whole; by default where it names Eigenmittel."""
    empty: Literal["missing", "zero"] = "missing"
    """What an empty cell of an amount means."""
    limits: list[LimitRule] = []
    cofinancing: list[Cofinancing] = []
    control_totals: list[ControlTotal] = []
    phases: dict[str, Phase] = {}
    """Words of the file for phases, where they are others than the usual."""
    sources: dict[str, Source] = {}
    directions: dict[str, Literal["expenditure", "revenue", "balance"]] = {}
    version: str = Field("", max_length=60)
    """Version of the plan, as its publisher names it."""
    resolved_on: Day | None = None
    """Day of the resolution."""

    # Of a Table Schema; taken and not used.
    primaryKey: list[str] | str = []  # noqa: N815
    foreignKeys: list[Any] = []  # noqa: N815
    missingValues: list[str] = [""]  # noqa: N815
    """Texts that mean an empty cell."""

    @field_validator("years", "overall_years", mode="before")
    @classmethod
    def _pair(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _fits_together(self) -> Mapping:
        roles = [field.meaning for field in self.fields]
        if not AMOUNTS & set(roles):
            raise ValueError("fields: no column of amounts (columnType value, or role amount)")
        if "measure" not in roles and "level" not in roles:
            raise ValueError(
                "fields: no column of measures (columnType activity:generic:project:code, or role measure)"
            )
        for single in ("parent", "year", "phase", "source", "direction", "currency", "version", "resolved_on"):
            if roles.count(single) > 1:
                raise ValueError(f"fields: {single} may be one column only")
        if self.hierarchy == "parent" and "parent" not in roles:
            raise ValueError("hierarchy: parent needs a column of that role")
        for pair in (self.years, self.overall_years):
            if pair and pair[0] > pair[1]:
                raise ValueError("years: the first must not be after the last")
        doubled = sorted({one.name for one in self.fields if sum(other.name == one.name for other in self.fields) > 1})
        if doubled:
            raise ValueError(f"fields: {', '.join(doubled)} stands there twice")
        return self

    def of(self, role: str) -> list[MappedField]:
        return [field for field in self.fields if field.meaning == role]


def read_mapping(data: Any) -> Mapping:
    """A mapping from what YAML or JSON gave: our own keys, a Table Schema, or a Fiscal Data Package.

    Raises MappingError, which names every key that is wrong.
    """
    from .datapackage import as_mapping, is_package

    try:
        return Mapping.model_validate(as_mapping(data) if is_package(data) else data)
    except ValidationError as error:
        raise MappingError("; ".join(problem(Mapping, one) for one in error.errors())) from error


def problem(kind: type[BaseModel], error: Any) -> str:
    """One error of pydantic, with its key."""
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key"
    return f"{key}: {error['msg']}, found {error['input']!r}"[:300] if key else str(error["msg"])
