"""Vector tiles of the atlas, beside clustering all entries on the fly in plain SQL.

    CKAN_INI=… python bench/atlas_tiles.py [ENTRIES] [--tiles 40] [--rounds 3]

Tiles are chosen by entries, so that crowded ones come more often, as people look at them. Both are asked in turns for
the same tile: here through the function that the web page calls, on the fly through one statement with PostGIS. In the
second table whole requests go through CKAN's application in this process, without a web server.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

GROUPS = {"z0-z7": (2, 5, 7), "z8-z10": (8, 9, 10), "z11-z13": (11, 12, 13), "z14": (14,), "z15-z18": (15, 16, 18)}
CELL = 256  # of 4,096: 16 by 16 cells, as here
CHANGES = 300


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("entries", type=int, nargs="?", default=10_000)
    options.add_argument("--tiles", type=int, default=40, help="of each zoom")
    options.add_argument("--rounds", type=int, default=3, help="for each tile")
    given = options.parse_args()
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    application = make_app(load_config(os.environ["CKAN_INI"]))
    with application._wsgi_app.test_request_context():
        import synthetic_atlas

        synthetic_atlas.fill(given.entries)
        try:
            measure(application, given)
        finally:
            synthetic_atlas.remove()


def measure(application: Any, given: argparse.Namespace) -> None:
    from ckan import model

    say(f"{given.entries:,} entries, {given.tiles} tiles of a zoom, {given.rounds} times each; milliseconds.")
    _vacuum()
    for table in (built(), tiles(given), requests(application, given), street(given), changes()):
        say("")
        say(table)
        model.Session.rollback()


def queries() -> dict[str, Any]:
    from ckanext.dresdensmartcity.atlas.query import AtlasQuery
    from ckanext.dresdensmartcity.city.current import city

    fields = [one.id for one in city().fields_of_action]
    areas = [one.id for one in city().focus_areas]
    return {
        "all": AtlasQuery(),
        "kind": AtlasQuery(kinds=("research",)),
        "field": AtlasQuery(fields=tuple(fields[:1])),
        "kind and field": AtlasQuery(kinds=("actor",), fields=tuple(fields[1:2])),
        "two fields": AtlasQuery(fields=tuple(fields[:2])),
        "three fields": AtlasQuery(fields=tuple(fields[:3])),
        "area": AtlasQuery(areas=tuple(areas[:1])),
        "text": AtlasQuery(text="sensor"),
    }


def tiles(given: argparse.Namespace) -> str:
    from ckanext.dresdensmartcity.atlas.tiles import reading

    lines = [
        "| filter | zoom | on the fly p50 | p95 | here p50 | p95 | ratio of p95 | largest |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, query in queries().items():
        for group, zooms in GROUPS.items():
            beside, here, sizes = [], [], [0]
            for address in [one for zoom in zooms for one in chosen(zoom, given.tiles)]:
                for _ in range(given.rounds):
                    beside.append(timed(on_the_fly, query, address)[0])
                    took, body = timed(reading.tile, query, address)
                    here.append(took)
                    sizes.append(len(body))
            ratio = percentile(beside, 95) / percentile(here, 95)
            lines.append(
                f"| {name} | {group} | {percentile(beside, 50):.1f} | {percentile(beside, 95):.1f} | "
                f"{percentile(here, 50):.1f} | {percentile(here, 95):.1f} | {ratio:.0f} x | {kilobytes(max(sizes))} |"
            )
    return "\n".join(lines)


def requests(application: Any, given: argparse.Namespace) -> str:
    from urllib.parse import urlencode

    lines = [
        "| whole request | zoom | p50 | p95 | packed, largest | 304 p95 |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    client = application.test_client()
    for name, query in list(queries().items())[:3]:
        for group, zooms in GROUPS.items():
            took, again, sizes = [], [], []
            for address in [one for zoom in zooms for one in chosen(zoom, given.tiles)]:
                path = f"/atlas/tiles/{address.z}/{address.x}/{address.y}.mvt?{urlencode(query.parameters)}"
                seconds, answer = timed(client.get, path, headers={"Accept-Encoding": "gzip"})
                took.append(seconds)
                sizes.append(len(answer.data))
                known = {"If-None-Match": answer.headers["ETag"]}
                again.append(timed(client.get, path, headers=known)[0])
            lines.append(
                f"| {name} | {group} | {percentile(took, 50):.1f} | {percentile(took, 95):.1f} | "
                f"{kilobytes(max(sizes))} | {percentile(again, 95):.1f} |"
            )
    return "\n".join(lines)


def street(given: argparse.Namespace) -> str:
    """As many entries as there are, all in one street of 600 metres."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas.query import AtlasQuery
    from ckanext.dresdensmartcity.atlas.tiles import reading
    from ckanext.dresdensmartcity.atlas.tiles.addresses import BITS, Tile
    from ckanext.dresdensmartcity.city.current import city

    x, y = _units(city().centre)
    model.Session.execute(
        sa.text(
            """
            INSERT INTO dresdensmartcity_atlas_point (package_id, x, y, kind, fields, key, title, place, shown)
            SELECT 'street-' || i, :x + i % 50000, :y, 'actor/company', '{}', 'actor/street-' || i,
                'House of a company with a long name ' || i, 'point', true FROM generate_series(1, :count) AS i
            """
        ),
        {"x": x, "y": y, "count": given.entries},
    )
    model.Session.execute(sa.text("SELECT dresdensmartcity_atlas_merge(NULL)"))
    lines = [
        f"| {given.entries:,} more in one street, zoom | p50 | p95 | largest |",
        "| --- | ---: | ---: | ---: |",
    ]
    for zoom in (10, 13, 14, 15, 16, 18, 20, 22):
        shift = BITS - zoom
        columns = range(x >> shift, (x + 50_000 >> shift) + 1)
        along = [Tile(zoom, column, y >> shift) for column in columns][:: max(1, len(columns) // given.tiles)]
        found = [timed(reading.tile, AtlasQuery(), one) for one in along for _ in range(given.rounds)]
        took = [seconds for seconds, _ in found]
        largest = kilobytes(max(len(body) for _, body in found))
        lines.append(f"| {zoom} | {percentile(took, 50):.1f} | {percentile(took, 95):.1f} | {largest} |")
    return "\n".join(lines)


def changes() -> str:
    """Entries that move, change their fields and come back, one in a transaction."""
    from dataclasses import replace

    from ckan import model
    from ckanext.dresdensmartcity.atlas import search
    from ckanext.dresdensmartcity.atlas.query import AtlasQuery
    from ckanext.dresdensmartcity.atlas.tiles import store
    from ckanext.dresdensmartcity.city.current import city

    chance = random.Random(1)  # noqa: S311 (no secret)
    _, entries = search.page_of(AtlasQuery(), 0, CHANGES)
    west, south, east, north = city().bbox
    took, kept = [], []
    for entry in entries:
        moved = replace(entry, longitude=chance.uniform(west, east), latitude=chance.uniform(south, north))
        took.append(timed(store.follow, entry.package_id, entry, moved)[0])
        kept.append(timed(model.Session.commit)[0])
    wrong = store.differences()
    return "\n".join(
        [
            "| one changed entry | p50 | p95 | longest |",
            "| --- | ---: | ---: | ---: |",
            _line("its cells, in the transaction", took),
            _line("commit", kept),
            "",
            f"After {len(took)} changes {wrong} rows of the grid differ from a recount.",
        ]
    )


def _line(name: str, took: list[float]) -> str:
    return f"| {name} | {percentile(took, 50):.1f} | {percentile(took, 95):.1f} | {max(took):.1f} |"


def built() -> str:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas.tiles import store

    took, _ = timed(store.rebuild)
    model.Session.commit()
    rows, size = model.Session.execute(
        sa.text(
            """
            SELECT count(*), pg_total_relation_size('dresdensmartcity_atlas_cell') / 1e6
            FROM dresdensmartcity_atlas_cell
            """
        )
    ).one()
    return f"Points and grid made anew in {took / 1000:.1f} s: {rows:,} rows, {size:.0f} MB."


def on_the_fly(query: Any, address: Any) -> bytes:
    """What one would write who has no grid: the entries of a tile, snapped to a grid and counted."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas import search
    from ckanext.dresdensmartcity.atlas.model import AtlasEntry
    from ckanext.dresdensmartcity.atlas.tiles.reading import _simple

    frame = sa.func.ST_TileEnvelope(address.z, address.x, address.y)
    inside = sa.select(
        sa.func.ST_AsMVTGeom(sa.func.ST_Transform(AtlasEntry.geometry, 3857), frame, 4096, 0, False).label("at"),
        AtlasEntry.kind,
    ).where(AtlasEntry.visible, AtlasEntry.geometry.op("&&")(sa.func.ST_Transform(frame, 4326)))
    if not _simple(query):
        inside = inside.where(AtlasEntry.package_id.in_(search.filtered_ids(query)))
    if query.kinds:
        inside = inside.where(sa.or_(AtlasEntry.type.in_(query.kinds), AtlasEntry.kind.in_(query.kinds)))
    if query.fields:
        inside = inside.where(AtlasEntry.fields_of_action.overlap(list(query.fields)))
    points = inside.cte("inside")
    cell = sa.func.ST_SnapToGrid(points.c.at, CELL)
    clusters = (
        sa.select(
            sa.func.ST_Centroid(sa.func.ST_Collect(points.c.at)).label("geom"),
            sa.func.count().label("n"),
            sa.func.mode().within_group(points.c.kind).label("kind"),
        )
        .where(points.c.at.isnot(None))
        .group_by(cell)
        .subquery("cluster")
    )
    made = sa.select(sa.func.ST_AsMVT(sa.literal_column("cluster"), "entries", 4096, "geom")).select_from(clusters)
    return bytes(model.Session.execute(made).scalar_one() or b"")


def chosen(zoom: int, most: int) -> Iterable[Any]:
    """Tiles that hold entries, crowded ones more often; the same in each run."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas.tiles.addresses import BITS, Tile

    rows = model.Session.execute(
        sa.text(
            "SELECT x >> :shift, y >> :shift FROM dresdensmartcity_atlas_point ORDER BY md5(package_id) LIMIT :most"
        ),
        {"shift": BITS - zoom, "most": most},
    )
    return [Tile(zoom, x, y) for x, y in rows]


def _units(place: tuple[float, float]) -> tuple[int, int]:
    import sqlalchemy as sa
    from ckan import model

    row = model.Session.execute(
        sa.text("SELECT dresdensmartcity_atlas_x(:x), dresdensmartcity_atlas_y(:y)"), {"x": place[0], "y": place[1]}
    ).one()
    return row[0], row[1]


def _vacuum() -> None:
    import sqlalchemy as sa
    from ckan import model

    with model.meta.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        for table in ("point", "cell", "cell_change"):
            plain.execute(sa.text(f"VACUUM ANALYZE dresdensmartcity_atlas_{table}"))


def timed(what: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[float, Any]:
    """Milliseconds, and what it gave."""
    started = time.perf_counter()
    found = what(*arguments, **named)
    return (time.perf_counter() - started) * 1000, found


def percentile(values: list[float], of: int) -> float:
    return statistics.quantiles(values, n=100)[of - 1] if len(values) > 1 else values[0]


def kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
