"""From the bytes of a source to the rows that may be published, and the account of what was hidden.

Nothing but the result of `prepare` may be stored anywhere: what ckanext-harvest keeps of an object, and its page, can
be read by everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from .build import Built, build
from .mapping import Indicator, Mapping
from .protection.description import Ratio, Rules, describe
from .protection.memory import Memory
from .protection.rounding import rounded
from .protection.structure import Key
from .protection.suppression import Policy, Suppression, suppress
from .reading.areas import CITY, UNKNOWN
from .reading.reader import IndicatorTable, read_table
from .symbols import Status, symbol

METHOD = "dresdensmartcity-suppression"
METHOD_VERSION = "1.0"


@dataclass(frozen=True)
class Record:
    """One value of one indicator in one area and year, as published; a row of the table `indicator-values`."""

    indicator_id: str
    district: str  # number of two digits, or the code of a larger area
    area_level: str  # district, unknown, city, or the code of a hierarchy
    area_name: str
    year: int
    value: int | float | None
    unit: str
    numerator: int | None
    denominator: int | None
    status: str
    symbol: str

    def row(self) -> dict[str, str | int | float | None]:
        return dict(vars(self))


@dataclass(frozen=True)
class Account:
    """What was hidden and how it is known to suffice. It never tells a small count from its partner."""

    threshold: int
    values: int  # counts in the table, sums included
    hidden: int
    hidden_totals: int  # of those, sums over groups, the city or other columns
    shares: int
    hidden_shares: int  # for want of a published count, or of a large enough denominator
    missing: int
    sums: int
    intervals: tuple[dict[str, str | int | None], ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "method": METHOD,
            "method_version": METHOD_VERSION,
            "legal_basis": "§ 16 BStatG",
            "proven": True,  # `prepare` gives no account otherwise
            **vars(self),
            "hidden_percent": round(100 * self.hidden / self.values, 2) if self.values else 0.0,
        }


@dataclass(frozen=True)
class Prepared:
    """What may be published of a table."""

    records: tuple[Record, ...]
    account: Account
    years: tuple[int, ...]
    districts: tuple[str, ...]  # with a row in some year
    encoding: str
    delimiter: str
    description: dict[str, Any]
    """Sums and rules, for `audit_published`: what a reader needs to check the suppression. Nothing in it is secret."""


def prepare(
    content: bytes,
    mapping: Mapping,
    districts: dict[str, str] | None = None,
    hierarchy: dict[str, dict[str, str]] | None = None,
    remembered: Memory | Collection[Key] = (),
) -> Prepared:
    """Reads, hides, proves.

    `districts` (number -> name) are all that the city has: one without a row is listed as missing. Raises TableError,
    ProtectionError, ContradictionError; none of their messages holds a count.
    """
    return protect(read_table(content, mapping, hierarchy), districts, remembered)


def protect(
    table: IndicatorTable,
    districts: dict[str, str] | None = None,
    remembered: Memory | Collection[Key] = (),
) -> Prepared:
    """Hides and proves, for a table that has been read; `prepare` says the rest."""
    mapping = table.mapping  # the declared one with its groups unfolded
    built = build(table, mapping)
    policy = Policy(mapping.limit, mapping.zero_is_revealing, mapping.method)
    decision = suppress(built.structure, policy, remembered)
    return _Publisher(table, built, mapping, decision, districts or {}).prepared()


class _Publisher:
    def __init__(
        self,
        table: IndicatorTable,
        built: Built,
        mapping: Mapping,
        decision: Suppression,
        districts: dict[str, str],
    ) -> None:
        self.table = table
        self.built = built
        self.mapping = mapping
        self.decision = decision
        self.cells = built.structure.cells
        self.names = {**built.names, **districts}
        self.years = tuple(sorted({row.year for row in table.rows}))
        numbers = sorted({*built.districts, *districts})
        others = {area for _, area, _ in self.printed() if not area.isdigit()}
        self.areas = (*numbers, *sorted(others))

    def printed(self) -> Iterable[Key]:
        return (key for key, cell in self.cells.items() if cell.printed)

    def prepared(self) -> Prepared:
        counts = [self.count(one, area, year) for one in self.mapping.counts for year, area in self.places(one)]
        shares = [self.share(one, area, year) for one in self.mapping.shares for year, area in self.places(one)]
        return Prepared(
            records=(*counts, *shares),
            account=self.account(counts, shares),
            years=self.years,
            districts=self.built.districts,
            encoding=self.table.encoding,
            delimiter=self.table.delimiter,
            description=self.description(),
        )

    def description(self) -> dict[str, Any]:
        ratios = [
            Ratio(one.id, one.numerator or "", one.denominator or "", float(one.per)) for one in self.mapping.shares
        ]
        rules = Rules(self.mapping.limit, self.mapping.method, self.decision.hidden_at_least)
        return describe(self.built.structure, rules, ratios)

    def places(self, one: Indicator) -> Iterable[tuple[int, str]]:
        """Every area and year; those that are no district only where there is a cell."""
        base = one.denominator if one.denominator else one.id
        for year in self.years:
            for area in self.areas:
                if area.isdigit() or (base, area, year) in self.cells:
                    yield year, area

    def look(self, indicator: str, area: str, year: int) -> tuple[int | None, Status]:
        """The published count, or the reason why there is none."""
        key = (indicator, area, year)
        cell = self.cells.get(key)
        if cell is None:
            return None, Status.MISSING
        if key in self.decision.hidden:
            return None, Status.SUPPRESSED
        if cell.value is not None and self.is_rounded:
            return rounded(cell.value), Status.ESTIMATED
        return cell.value, cell.status

    @property
    def is_rounded(self) -> bool:
        return self.mapping.method == "round5"

    def count(self, one: Indicator, area: str, year: int) -> Record:
        value, status = self.look(one.id, area, year)
        return self.record(one, area, year, value, None, None, status)

    def share(self, one: Indicator, area: str, year: int) -> Record:
        """In per cent or per thousand, one decimal: from published counts only, so it tells nothing beyond them."""
        part, part_status = self.look(one.numerator or "", area, year)
        whole, whole_status = self.look(one.denominator or "", area, year)
        if part is None or whole is None:
            hidden = Status.SUPPRESSED in (part_status, whole_status)
            status = Status.SUPPRESSED if hidden else (part_status if part is None else whole_status)
            return self.record(one, area, year, None, part, whole, status)
        if whole == 0:
            return self.record(one, area, year, None, part, whole, Status.NOT_APPLICABLE)
        if whole < self.mapping.minimum_denominator:
            return self.record(one, area, year, None, part, whole, Status.UNRELIABLE)
        return self.record(one, area, year, round(one.per * part / whole, 1), part, whole, part_status)

    def record(
        self,
        one: Indicator,
        area: str,
        year: int,
        value: int | float | None,
        numerator: int | None,
        denominator: int | None,
        status: Status,
    ) -> Record:
        level = "district" if area.isdigit() else area.split(":", 1)[0]
        unit = one.shown_unit
        return Record(
            indicator_id=one.id,
            district=area,
            area_level=level,
            area_name=self.names.get(area, area) if area not in (CITY, UNKNOWN) else "",
            year=year,
            value=value,
            unit=unit,
            numerator=numerator,
            denominator=denominator,
            status=status.value,
            symbol=symbol(value, status),
        )

    def account(self, counts: list[Record], shares: list[Record]) -> Account:
        hidden = self.decision.hidden
        intervals = [
            {
                "indicator_id": indicator,
                "district": area,
                "year": year,
                "possible_from": one.low,
                "possible_to": one.high,
            }
            for (indicator, area, year), one in sorted(self.decision.intervals.items())
        ]
        return Account(
            threshold=self.mapping.limit,
            values=len(counts),
            hidden=len(hidden),
            hidden_totals=sum(self.cells[key].level > 0 for key in hidden),
            shares=len(shares),
            hidden_shares=sum(one.status in (Status.SUPPRESSED.value, Status.UNRELIABLE.value) for one in shares),
            missing=sum(one.status == Status.MISSING.value for one in counts),
            sums=len(self.built.structure.lines),
            intervals=tuple(intervals),
        )
