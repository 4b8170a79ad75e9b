"""How many entries each value of each filter would leave, with all other filters in force.

Counted by bits: for each value of a facet the database keeps one bit for each entry (see AtlasBits). A filter is an
"or" of such rows, a query the "and" of its filters, a count the number of bits that are left. So all counts of 100,000
entries come from one statement over a few megabytes, and no entry is looked at. What has no bits of its own (text,
places, bounding boxes) is turned into bits first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BIT

from . import freshness
from .model import BLOCK, AtlasBits, AtlasEntry
from .query import LISTED, STALE, AtlasQuery

NAMES = (*LISTED, "stale")
KNOWN = "known"  # the facet of months that stands behind "stale"
_NONE = sa.cast(sa.func.repeat("0", BLOCK), BIT(BLOCK))


@dataclass(frozen=True)
class Counts:
    """The number of entries of a query, and for each facet the number by value."""

    total: int
    by_facet: Mapping[str, Mapping[str, int]]


class Bits:
    """The entries of a query as rows of bits: one row for each block of them."""

    def __init__(self, query: AtlasQuery, met: sa.CTE | None) -> None:
        """`met` holds the numbers of what meets text and place; None where neither is asked for."""
        self._every = _rows("").cte("every")
        self._fresh = _fresh().cte("fresh")
        self._base = self._every
        if met is not None:
            numbered = _bits_of(sa.select(met.c.number)).cte("numbered")
            self._base = (
                sa.select(numbered.c.block, numbered.c.bits.op("&")(self._every.c.bits).label("bits"))
                .join(self._every, self._every.c.block == numbered.c.block)
                .cte("base")
            )
        self.filters: dict[str, sa.CTE] = {
            name: _rows(name, query.values(name)).cte(f"filter_{name}") for name in LISTED if query.values(name)
        }
        if query.stale is not None:
            self.filters["stale"] = self._aged(query.stale).cte("filter_stale")

    def counts(self) -> sa.Select[Any]:
        """Rows of facet, value and the entries that are left; those of no facet are the total."""
        set_filters = list(self.filters)
        of_facet = sa.union_all(*(self.left(without=name) for name in set_filters), self.left()).cte("of_facet")
        counted = self._counted()
        which = sa.case((counted.c.facet.in_(set_filters), counted.c.facet), else_="")
        left = sa.func.bit_count(counted.c.bits.op("&")(of_facet.c.bits)).label("left")
        # An offset keeps PostgreSQL from sorting the bits themselves instead of their numbers; and bytes sort faster
        # than letters.
        by_block = (
            sa.select(*(sa.collate(one, "C").label(one.name) for one in (counted.c.facet, counted.c.value)), left)
            .join(of_facet, sa.and_(of_facet.c.block == counted.c.block, of_facet.c.facet == which))
            .offset(0)
            .subquery("by_block")
        )
        total = sa.func.sum(by_block.c.left).label("left")
        return sa.select(by_block.c.facet, by_block.c.value, total).group_by(by_block.c.facet, by_block.c.value)

    def left(self, without: str = "") -> sa.Select[Any]:
        """What all filters but one leave."""
        left: Any = self._base.c.bits
        joined: Any = self._base
        for name, rows in self.filters.items():
            if name != without:
                left = left.op("&")(rows.c.bits)
                joined = joined.join(rows, rows.c.block == self._base.c.block)
        facet = sa.literal(without, sa.UnicodeText).label("facet")
        return sa.select(facet, self._base.c.block, left.label("bits")).select_from(joined)

    def _counted(self) -> sa.Subquery:
        """The bits of all values of all facets."""
        columns = (AtlasBits.facet, AtlasBits.value, AtlasBits.block, AtlasBits.bits)
        aged = (self._aged(stale).subquery() for stale in (True, False))
        by_age = (
            sa.select(sa.literal("stale", sa.UnicodeText), sa.literal(value, sa.UnicodeText), rows.c.block, rows.c.bits)
            for value, rows in zip(STALE, aged, strict=True)
        )
        return sa.union_all(sa.select(*columns).where(AtlasBits.facet != KNOWN), *by_age).subquery("counted")

    def _aged(self, stale: bool) -> sa.Select[Any]:
        fresh = sa.func.coalesce(self._fresh.c.bits, _NONE)
        bits = self._every.c.bits.op("&")(sa.func.bitnot(fresh) if stale else fresh)
        return sa.select(self._every.c.block, bits.label("bits")).select_from(
            self._every.outerjoin(self._fresh, self._fresh.c.block == self._every.c.block)
        )


def counts_of(rows: Iterable[tuple[str, str, int]]) -> Counts:
    """The counts from the rows that Bits.counts gives."""
    by_facet: dict[str, dict[str, int]] = {name: {} for name in NAMES}
    total = 0
    for facet, value, number in rows:
        if not facet:
            total = int(number)
        elif number:
            by_facet[facet][value] = int(number)
    return Counts(total, by_facet)


def is_set(number: Any, bits: Any) -> sa.ColumnElement[bool]:
    """Whether the bit of an entry is set in the row of its block."""
    found: sa.ColumnElement[bool] = sa.and_(
        bits.c.block == number.op("/")(BLOCK), sa.func.get_bit(bits.c.bits, number % BLOCK) == 1
    )
    return found


def _rows(facet: str, values: tuple[str, ...] = ("",)) -> sa.Select[Any]:
    """The entries that have one of the values."""
    given = sa.bindparam(f"values_{facet}", list(values), type_=ARRAY(sa.UnicodeText), unique=True)
    rows = sa.select(AtlasBits.block, AtlasBits.bits).where(AtlasBits.facet == facet)
    if len(values) == 1:
        return rows.where(AtlasBits.value == values[0])
    return (
        rows.with_only_columns(AtlasBits.block, sa.func.bit_or(AtlasBits.bits).label("bits"))
        .where(AtlasBits.value == sa.func.any(given))
        .group_by(AtlasBits.block)
    )


def _bits_of(numbers: sa.Select[Any]) -> sa.Select[Any]:
    found = numbers.subquery()
    block = (found.c.number.op("/")(BLOCK)).label("block")
    return sa.select(block, sa.func.bit_or(sa.func.set_bit(_NONE, found.c.number % BLOCK, 1)).label("bits")).group_by(
        block
    )


def _fresh() -> sa.Select[Any]:
    """The entries that somebody confirmed lately: by whole months, and by day in the month of the border."""
    border = freshness.stale_before()
    next_month = date(border.year + border.month // 12, border.month % 12 + 1, 1)
    whole = sa.select(AtlasBits.block, AtlasBits.bits).where(
        AtlasBits.facet == KNOWN, AtlasBits.value >= next_month.strftime("%Y-%m")
    )
    rest = _bits_of(
        sa.select(AtlasEntry.number).where(
            AtlasEntry.visible, AtlasEntry.last_known >= border, AtlasEntry.last_known < next_month
        )
    )
    both = sa.union_all(whole, rest).subquery()
    return sa.select(both.c.block, sa.func.bit_or(both.c.bits).label("bits")).group_by(both.c.block)
