"""Searches the side table: words and their parts, filters, exact counts, facets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.model import Position

from . import facets, index
from .entries import Entry, from_record
from .finding import best_first, found, looked_up, order
from .model import REVISION, AtlasEntry, AtlasPending
from .query import AtlasQuery
from .typed import Typed, remember

MANY = 5_000  # entries from which those of a page are better looked for in the order of an index
PAGE = "page"  # marks the rows of the page among those of the facets


@dataclass(frozen=True)
class Result:
    """One page of a search, with the count of all of it."""

    total: int
    entries: tuple[Entry, ...]
    # For each facet the number of entries by value, with all other filters but its own in force.
    facets: Mapping[str, Mapping[str, int]]
    read_as: Mapping[str, str] = field(default_factory=dict)  # typed words that were taken for typing errors


def search(query: AtlasQuery) -> Result:
    """One page of entries, in the order of the query."""
    _up_to_date()
    typed = Typed(query.text)
    offset = (query.page - 1) * query.size
    met = _met(query, typed)
    bits = facets.Bits(query, met)
    if met is None:
        counts = facets.counts_of(model.Session.execute(bits.counts()).tuples())
        records = _of_many(query, bits, offset) if counts.total > MANY else _page(query, None, offset, query.size)
        entries = tuple(map(from_record, records)) if counts.total > offset else ()
        return Result(counts.total, entries, counts.by_facet)
    # Text and place are looked up once, for the counts and for the page.
    counted, paged = bits.counts().subquery(), _best(query, met, bits, offset).subquery()
    both = sa.union_all(
        sa.select(counted.c.facet, counted.c.value, counted.c.left, sa.null().label("record")),
        sa.select(sa.literal(PAGE), sa.literal(""), sa.func.row_number().over(), paged.c.record),
    )
    rows = model.Session.execute(both).tuples().all()
    counts = facets.counts_of(row[:3] for row in rows if row[0] != PAGE)
    records = [row[3] for row in sorted((row for row in rows if row[0] == PAGE), key=lambda row: row[2])]
    return Result(
        counts.total, tuple(map(from_record, records)), counts.by_facet, typed.read_as if counts.total else {}
    )


def page_of(query: AtlasQuery, offset: int, limit: int) -> tuple[int, tuple[Entry, ...]]:
    """How many entries a query finds, and `limit` of them from `offset` on, in the order of the query; no facets."""
    _up_to_date()
    typed = Typed(query.text)
    return count(query), tuple(map(from_record, _page(query, _met(query, typed), offset, limit)))


def everything(query: AtlasQuery) -> tuple[Entry, ...]:
    """All entries of a search, whatever its page, in the same order."""
    _up_to_date()
    return tuple(map(from_record, _page(query, _met(query, Typed(query.text)), 0, None)))


def filtered_ids(query: AtlasQuery) -> sa.Select[Any]:
    """The `package_id` of every entry that a query finds, whatever its page, to be joined by others.

    With a text the words of the index are looked up now; the entries are found when the statement runs.
    """
    _up_to_date()
    met = looked_up(query, Typed(query.text))
    return found(query, None if met is None else met.subquery(), AtlasEntry.package_id)


def one(entry_type: str, identifier: str) -> Entry | None:
    """The entry with that id; None where there is none that everybody may see."""
    record = model.Session.execute(_by_id(entry_type, identifier, AtlasEntry.record)).scalar_one_or_none()
    return from_record(record) if record else None


def place(entry_type: str, identifier: str) -> Position | None:
    """The middle of where the entry with that id is; None where there is no such entry or no place."""
    centre = sa.func.ST_Centroid(AtlasEntry.place)
    row = model.Session.execute(
        _by_id(entry_type, identifier, sa.func.ST_X(centre).label("lon"), sa.func.ST_Y(centre).label("lat"))
    ).first()
    return (row.lon, row.lat) if row and row.lon is not None else None


def titles(entry_type: str, identifiers: Sequence[str]) -> dict[str, str]:
    """Titles by id of those entries that are there."""
    title = AtlasEntry.record["title"].astext.label("title")
    rows = model.Session.execute(_by_ids(entry_type, identifiers, AtlasEntry.entry_id, title))
    return {row.entry_id: row.title for row in rows}


def by_ids(entry_type: str, identifiers: Sequence[str]) -> dict[str, Entry]:
    """Entries by id, those that are there."""
    rows = model.Session.execute(_by_ids(entry_type, identifiers, AtlasEntry.record)).scalars()
    entries = [from_record(record) for record in rows]
    return {entry.id: entry for entry in entries}


def projects_of(actor_id: str) -> tuple[Entry, ...]:
    """The projects that an actor is a member of, in any role, by title."""
    records = model.Session.execute(
        sa.select(AtlasEntry.record)
        .where(
            AtlasEntry.visible,
            AtlasEntry.type == "project",
            AtlasEntry.record["members"].contains([{"actor": actor_id}]),
        )
        .order_by(AtlasEntry.title_key, AtlasEntry.entry_id)
    ).scalars()
    return tuple(from_record(record) for record in records)


def count(query: AtlasQuery) -> int:
    """How many entries a query finds."""
    left = facets.Bits(query, _met(query, Typed(query.text))).left().subquery()
    total = model.Session.execute(sa.select(sa.func.sum(sa.func.bit_count(left.c.bits)))).scalar_one()
    return int(total or 0)


def revision() -> str:
    """Changes whenever the side table does; within a transaction that changes it, also before others see that."""
    row = model.Session.execute(_STATE).one()
    if row.pending and row.reads_only:
        # Something changed its visibility without a hook.
        index.catch_up()
        row = model.Session.execute(_STATE).one()
    return f"{row.number}-{row.own}" if row.own else str(row.number)


_PLANNER = {"jit": "off", "max_parallel_workers_per_gather": "0", "random_page_cost": "1.1"}
_AS_SHORT_STATEMENTS = sa.select(  # until the end of the transaction
    *(sa.func.set_config(name, value, True).label(name) for name, value in _PLANNER.items())
)
# The number of the last transaction, what this one has changed itself, whether it has changed anything at all, and
# whether there is something to catch up with: one look at tables of one row and, nearly always, none.
_STATE = sa.select(
    REVISION.c.number,
    sa.func.current_setting("dresdensmartcity.atlas", True).label("own"),
    sa.func.pg_current_xact_id_if_assigned().is_(None).label("reads_only"),
    sa.exists(sa.select(AtlasPending.package_id)).label("pending"),
)


def _up_to_date() -> None:
    """Take in what changed without a hook, and forget what was remembered of an older index.

    The statements of a search take some milliseconds, but to PostgreSQL they look dear (bits, places): it would compile
    them and start processes for them, which takes longer than they do, and read the words of all entries where those of
    some thousand are asked for.
    """
    remember(revision())
    model.Session.execute(_AS_SHORT_STATEMENTS)


def _met(query: AtlasQuery, typed: Typed) -> sa.CTE | None:
    met = looked_up(query, typed)
    return None if met is None else met.cte("met")


def _page(query: AtlasQuery, met: Any, offset: int, limit: int | None) -> Iterable[dict[str, Any]]:
    selected = found(query, met, AtlasEntry.record).order_by(*order(query, met))
    return model.Session.execute(selected.offset(offset).limit(limit)).scalars()


def _of_many(query: AtlasQuery, bits: facets.Bits, offset: int) -> Iterable[dict[str, Any]]:
    """A page of many entries: walked through in the order of an index, without a look at what is passed over."""
    left = _once(bits.left())
    numbers = (
        sa.select(AtlasEntry.number)
        .join(left, facets.is_set(AtlasEntry.number, left))
        .where(AtlasEntry.visible)
        .order_by(*order(query, None))
        .offset(offset)
        .limit(query.size)
        .subquery()
    )
    selected = sa.select(AtlasEntry.record).join(numbers, numbers.c.number == AtlasEntry.number)
    return model.Session.execute(selected.order_by(*order(query, None))).scalars()


def _best(query: AtlasQuery, met: sa.CTE, bits: facets.Bits, offset: int) -> sa.Select[Any]:
    """A page of what met text and place: only what is left of it is looked at, and where that can be, only the best."""
    left = _once(bits.left())
    kept = sa.select(met).join(left, facets.is_set(met.c.number, left))
    key = best_first(query, met)
    if key is not None:
        kept = kept.order_by(key).fetch(offset + query.size, with_ties=True)
    best = kept.cte("best").prefix_with("MATERIALIZED", dialect="postgresql")
    selected = sa.select(AtlasEntry.record).join(best, best.c.number == AtlasEntry.number)
    return selected.order_by(*order(query, best)).offset(offset).limit(query.size)


def _once(left: sa.Select[Any]) -> sa.CTE:
    """The rows of bits, made once: PostgreSQL takes them for one row each, and would make them again for each entry."""
    return left.cte("left_over").prefix_with("MATERIALIZED", dialect="postgresql")


def _by_id(entry_type: str, identifier: str, *columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).where(
        AtlasEntry.visible, AtlasEntry.type == entry_type, AtlasEntry.entry_id == identifier.replace("\0", "")
    )


def _by_ids(entry_type: str, identifiers: Sequence[str], *columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).where(
        AtlasEntry.visible,
        AtlasEntry.type == entry_type,
        AtlasEntry.entry_id.in_([one.replace("\0", "") for one in identifiers]),
    )
