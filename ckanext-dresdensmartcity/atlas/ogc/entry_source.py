"""Actors and projects as features, from the side table.

A page begins after an id and is read along the index of ids, so that the last page costs what the first one does. The
rows come through a cursor of the database: a large page is never in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from functools import cached_property, lru_cache
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.model import BoundingBox, City
from shapely import Point

from .. import search
from ..entries import PROJECT, Entry, from_record
from ..model import WGS84, AtlasEntry
from ..query import LISTED, AtlasQuery
from . import records, times
from .crs import world_bounds
from .model import Box, Feature, Interval, Selection, Step

AT_ONCE = 500  # rows that the cursor brings
# What a box of another coordinate system is widened by before the index is asked, in degrees: about a centimetre.
MARGIN = 1e-7
TRUE = "true"
# Its own point, else one in its area: inside, however bent the area is.
POINT = sa.func.ST_PointOnSurface(AtlasEntry.place)
# Filters that the search of the atlas does not have, by name: what of the record they look at.
OF_RECORD = ("measure", "part_of")


class EntrySource:
    """The actors, or the projects, of the atlas."""

    def __init__(self, entry_type: str, city: City, language: str, base: str) -> None:
        """`base` is what paths of pages are put after."""
        self.type, self.base = entry_type, base
        self._city, self._language = city, language

    def revision(self) -> str:
        return search.revision()

    def count(self, selection: Selection) -> int:
        return _count(self.revision(), self.type, selection)

    def page(self, selection: Selection, step: Step) -> Iterable[Feature]:
        chosen = _selected(
            self.type,
            selection,
            AtlasEntry.record,
            AtlasEntry.place_kind,
            AtlasEntry.modified,
            sa.func.ST_X(POINT).label("x"),
            sa.func.ST_Y(POINT).label("y"),
        )
        identifier = AtlasEntry.entry_id
        if step.before:
            chosen = chosen.where(identifier < step.before).order_by(identifier.desc())
        else:
            chosen = chosen.where(identifier > step.after) if step.after else chosen
            chosen = chosen.order_by(identifier)
        found = self._features(chosen.limit(step.limit + 1))
        return reversed(list(found)) if step.before else found

    def one(self, identifier: str) -> Feature | None:
        chosen = _selected(
            self.type,
            Selection(),
            AtlasEntry.record,
            AtlasEntry.place_kind,
            AtlasEntry.modified,
            sa.func.ST_X(POINT).label("x"),
            sa.func.ST_Y(POINT).label("y"),
        )
        return next(iter(list(self._features(chosen.where(AtlasEntry.entry_id == identifier)))), None)

    def bounds(self) -> BoundingBox | None:
        return _bounds(self.revision(), self.type)

    def interval(self) -> Interval | None:
        return _interval(self.revision(), self.type) if self.type == PROJECT else None

    def _features(self, chosen: sa.Select[Any]) -> Iterator[Feature]:
        with model.meta.engine.connect() as connection:
            for row in connection.execution_options(yield_per=AT_ONCE).execute(chosen):
                yield self.feature(from_record(row.record), row)

    @cached_property
    def _words(self) -> records.Words:
        return records.Words(self._city, self._language)

    def feature(self, entry: Entry, row: Any) -> Feature:
        """The feature of an entry with what its row says of its place and its last change."""
        page = f"/atlas/{entry.type}/{entry.id}"
        changed = row.modified if row.modified.tzinfo else row.modified.replace(tzinfo=timezone.utc)
        return Feature(
            id=entry.id,
            geometry=None if row.x is None else Point(row.x, row.y),
            properties=records.properties(
                entry,
                self._words,
                place=row.place_kind,
                changed=times.text(changed) or "",
                page=f"{self.base}{page}",
            ),
            time=times.of_dates(entry.start, entry.end) if entry.type == PROJECT else None,
            page=page,
        )


@lru_cache(maxsize=512)
def _count(revision: str, entry_type: str, selection: Selection) -> int:
    """`revision` is part of the key of the cache: while nothing changes, pages need not be counted again."""
    chosen = _selected(entry_type, selection, sa.func.count())
    return int(model.Session.execute(chosen).scalar_one())


@lru_cache(maxsize=8)
def _bounds(revision: str, entry_type: str) -> BoundingBox | None:
    box = sa.func.ST_Extent(POINT)
    sides = [getattr(sa.func, name)(box) for name in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")]
    row = model.Session.execute(_selected(entry_type, Selection(), *sides)).one()
    return None if row[0] is None else (float(row[0]), float(row[1]), float(row[2]), float(row[3]))


@lru_cache(maxsize=8)
def _interval(revision: str, entry_type: str) -> Interval | None:
    start, end = (sa.func.nullif(AtlasEntry.record[name].astext, "") for name in ("start", "end"))
    row = model.Session.execute(
        _selected(
            entry_type, Selection(), sa.func.min(start), sa.func.max(end), sa.func.count(start), sa.func.count(end)
        )
    ).one()
    return times.of_dates(row[0] or "", row[1] or "")


def _selected(entry_type: str, selection: Selection, *columns: Any) -> sa.Select[Any]:
    """The rows of a selection; all values are bound parameters."""
    filters = dict(selection.filters)
    query = replace(
        AtlasQuery(text=selection.text),
        **{field: filters[name] for name, field in LISTED.items() if name in filters},
        stale=filters["stale"] == (TRUE,) if "stale" in filters else None,
    )
    chosen = sa.select(*columns).select_from(AtlasEntry).where(AtlasEntry.type == entry_type)
    if query.has_filters:
        chosen = chosen.where(AtlasEntry.package_id.in_(search.filtered_ids(query)))
    else:
        chosen = chosen.where(AtlasEntry.visible)
    for name in OF_RECORD:
        if name in filters:
            chosen = chosen.where(AtlasEntry.record[name].astext.in_(filters[name]))
    if "place" in filters:
        chosen = chosen.where(AtlasEntry.place_kind.in_(filters["place"]))
    if selection.boxes:
        # What has no place is selected by every box (17-069r4, /req/core/fc-bbox-response, C).
        chosen = chosen.where(sa.or_(AtlasEntry.place.is_(None), *map(_inside, selection.boxes)))
    if selection.time and entry_type == PROJECT:
        chosen = chosen.where(*_meets(selection.time))
    return chosen


def _inside(box: Box) -> sa.ColumnElement[bool]:
    """Whether the point lies in the box, in the box's own system; the index finds the candidates."""
    west, south, east, north = world_bounds(box.bounds, box.crs)
    near = sa.func.ST_MakeEnvelope(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN, WGS84)
    point = POINT if box.crs.srid == WGS84 else sa.func.ST_Transform(POINT, box.crs.srid)
    # A box without width or height is a line or a point, which ST_MakeEnvelope makes an empty polygon of.
    left, bottom, right, top = box.bounds
    return sa.and_(
        AtlasEntry.place.op("&&")(near),
        sa.func.ST_X(point).between(left, right),
        sa.func.ST_Y(point).between(bottom, top),
    )


def _meets(time: Interval) -> Iterator[sa.ColumnElement[bool]]:
    """Projects know days, months or years: a shorter date is the first text that begins so, and with ~ the last."""
    start, end = (AtlasEntry.record[name].astext for name in ("start", "end"))
    if time.end:
        yield sa.or_(start.is_(None), start.collate("C") <= _day(time.end))
    if time.start:
        yield sa.or_(end.is_(None), end == "", sa.func.concat(end, "~").collate("C") >= _day(time.start))


def _day(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).date().isoformat()
