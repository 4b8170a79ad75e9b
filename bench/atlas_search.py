"""How fast the atlas is searched with filters and facets, beside the same question in plain SQL.

    CKAN_INI=… python bench/atlas_search.py [ENTRIES] [QUERIES] [--seed 1] [--keep]

Fills the database with invented entries (see synthetic_atlas.py; 100,000 unless told), asks QUERIES different questions
(200), and removes the entries again, unless told to --keep them; entries that an earlier run has kept are used again.

Each question asks for what a page shows: count, one page of entries in order, and all facets, each counted under all
other filters. Plain SQL is what one would write by hand over the same tables with the same indexes, in one statement:
the entries that are found as a CTE, one GROUP BY for each facet, without its own filter where it is set. A text is
given to it as the words of the index that it means, so it is spared finding them; it is counted for us. Both answers
are compared: the same count, the same entries on the page, the same facets. They take turns. "first" is the first time
that a question is asked in this process, without what it remembers of words; "again" the median of three more.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import synthetic_atlas

ENTRIES, QUERIES = 100_000, 200
COLUMNS = {
    "field": "unnest(fields_of_action)",
    "topic": "unnest(topics)",
    "area": "unnest(focus_areas)",
    "district": "unnest(districts)",
    "funding": "unnest(funding)",
    "status": "status",
    "phase": "phase",
    "kind": "unnest(ARRAY[type, kind])",
    "stale": "CASE WHEN last_known >= :border THEN 'no' ELSE 'yes' END",
}
ARRAYS = {"field": "fields_of_action", "topic": "topics", "area": "focus_areas", "district": "districts"}
ARRAYS["funding"] = "funding"


# The statements are put together from names of columns alone; what is asked for is bound.
# ruff: noqa: S608


def plain(query: Any, typed: Any) -> tuple[str, dict[str, Any]]:
    """The question in SQL, and its values."""
    from ckanext.dresdensmartcity.atlas import freshness

    given: dict[str, Any] = {"border": freshness.stale_before(), "limit": query.size}
    given["offset"] = (query.page - 1) * query.size
    filters = _filters(query, given)
    always = ["visible"]
    if query.near:
        point = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography"
        always.append(f"place && ST_Buffer({point}, :radius * 1.01)::geometry")
        always.append(f"ST_DWithin(place::geography, {point}, :radius, false)")
        given |= {"lon": query.near[0], "lat": query.near[1], "radius": query.radius_m}
    if query.bbox:
        always.append("ST_Intersects(place, ST_MakeEnvelope(:west, :south, :east, :north, 4326))")
        given |= dict(zip(("west", "south", "east", "north"), query.bbox, strict=True))
    ranks, source, rank = "", "dresdensmartcity_atlas_entry AS entry", "0.0"
    if query.text:
        ranks = _ranks(typed, given)
        source, rank = f"{source} JOIN ranks USING (number)", "rank"

    def where(without: str) -> str:
        return " AND ".join([*always, *(text for name, text in filters.items() if name != without)])

    keys = {
        "title": "title_key, entry_id, type",
        "changed": "modified DESC, title_key, entry_id, type",
        "relevance": "rank DESC, title_key, entry_id, type",
        "near": "distance, title_key, entry_id, type",
    }
    metres = f"ST_Distance(place::geography, {point}, false)" if query.near else "0.0"
    parts = [
        "SELECT '' AS facet, '' AS value, count(*) AS number FROM found",
        f"(SELECT 'page', package_id, row_number() OVER () FROM (SELECT package_id FROM found "
        f"ORDER BY {keys[query.order]} LIMIT :limit OFFSET :offset) AS page)",
    ]
    for name, column in COLUMNS.items():
        counted = f"SELECT {column} AS value FROM " + (f"{source} WHERE {where(name)}" if name in filters else "found")
        parts.append(f"SELECT '{name}', value, count(*) FROM ({counted}) AS counted WHERE value <> '' GROUP BY value")
    columns = "package_id, title_key, entry_id, type, kind, fields_of_action, topics, focus_areas, districts, funding"
    statement = (
        f"WITH {ranks} found AS MATERIALIZED (SELECT {columns}, status, phase, modified, last_known, {rank} AS rank, "
        f"{metres} AS distance FROM {source} WHERE {where('')}) " + " UNION ALL ".join(parts)
    )
    return statement, given


def _filters(query: Any, given: dict[str, Any]) -> dict[str, str]:
    from ckanext.dresdensmartcity.atlas.entries import TYPES

    filters: dict[str, str] = {}
    if query.kinds:
        filters["kind"] = "(type = ANY(:types) OR kind = ANY(:kinds))"
        given["types"] = [kind for kind in query.kinds if kind in TYPES]
        given["kinds"] = [kind for kind in query.kinds if kind not in TYPES]
    for name, column in ARRAYS.items():
        if query.values(name):
            filters[name] = f"{column} && CAST(:{name} AS text[])"
            given[name] = list(query.values(name))
    for name in ("status", "phase"):
        if query.values(name):
            filters[name] = f"{name} = ANY(:{name})"
            given[name] = list(query.values(name))
    return filters


def _ranks(typed: Any, given: dict[str, Any]) -> str:
    """The entries that meet all words: for whole words only, as the questions have no other."""
    best, met = [], []
    for number, hits in enumerate(typed.hits):
        given[f"ids{number}"] = [hit.id for hit in hits if not hit.part]
        given[f"likes{number}"] = [hit.likeness for hit in hits if not hit.part]
        best.append(
            f"SELECT posting.number, {number} AS typed, max(hit.likeness * posting.weight) AS best "
            f"FROM unnest(CAST(:ids{number} AS integer[]), CAST(:likes{number} AS real[])) AS hit (word, likeness) "
            "JOIN dresdensmartcity_atlas_posting AS posting USING (word) GROUP BY posting.number"
        )
        met.append(str(number))
    return (
        f"ranks AS MATERIALIZED (SELECT number, sum(best) AS rank FROM ({' UNION ALL '.join(best)}) AS words "
        f"GROUP BY number HAVING count(*) = {len(met)}),"
    )


def questions(count: int, seed: int) -> list[tuple[str, Any]]:
    """Kinds of questions in turn, with values as often as people would choose them."""
    from ckanext.dresdensmartcity.atlas.choices import choices
    from ckanext.dresdensmartcity.atlas.query import LISTED, AtlasQuery
    from ckanext.dresdensmartcity.atlas.typed import Typed
    from ckanext.dresdensmartcity.city.current import city

    chance = np.random.default_rng(seed)
    here, offered = city(), choices(city())
    words = [
        *synthetic_atlas.STEMS,
        *synthetic_atlas.ENGLISH,
        "Luftqualität",
        "Sensorik",
        "Verkehrsdaten",
        "air quality",
    ]

    def pick(values: Any) -> Any:
        return values[int(chance.integers(len(values)))]

    def filters(query: Any, most: int) -> Any:
        names = chance.permutation([name for name in LISTED if offered.of(name)])[:most]
        return replace(query, **{LISTED[name]: (pick(offered.of(name)),) for name in names})

    def word() -> str:
        # Compounds as a visitor types them, too: of two stems.
        return pick(words) if chance.random() < 0.7 else pick(synthetic_atlas.STEMS) + pick(synthetic_atlas.STEMS)

    def near(query: Any) -> Any:
        return replace(query, near=pick(here.districts).centroid, radius_m=pick([500.0, 1000.0, 2000.0]))

    def box(query: Any) -> Any:
        west, south, east, north = pick(here.districts).bbox
        return replace(query, bbox=(west, south, east, north))

    made: list[tuple[str, Callable[[], Any]]] = [
        ("no filter", lambda: AtlasQuery(page=int(chance.integers(1, 5)))),
        ("1 filter", lambda: filters(AtlasQuery(), 1)),
        ("2 filters", lambda: filters(AtlasQuery(), 2)),
        ("3 filters, newest first", lambda: filters(AtlasQuery(sort="changed"), 3)),
        ("1 word", lambda: AtlasQuery(text=word())),
        ("2 words", lambda: AtlasQuery(text=f"{word()} {word()}")),
        ("1 word, 1 filter", lambda: filters(AtlasQuery(text=word()), 1)),
        ("2 words, 2 filters", lambda: filters(AtlasQuery(text=f"{word()} {word()}"), 2)),
        ("near, 1 filter", lambda: filters(near(AtlasQuery()), 1)),
        ("box, 1 filter", lambda: filters(box(AtlasQuery()), 1)),
    ]
    asked: list[tuple[str, Any]] = []
    while len(asked) < count:
        name, make = made[len(asked) % len(made)]
        query = make()
        # Parts of compounds would be another statement: the questions have none (they are in the tests).
        if not any(hit.part for hits in Typed(query.text).hits for hit in hits):
            asked.append((name, query))
    return asked


def measure(asked: list[tuple[str, Any]]) -> dict[str, dict[str, list[float]]]:
    """Milliseconds by kind of question: of ours the first time and again, of plain SQL again."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas import search, typed

    found: dict[str, dict[str, list[float]]] = {}
    for name, query in asked:
        times = found.setdefault(name, {"first": [], "again": [], "plain": []})
        typed.remember("")
        ours, first = _timed(lambda query=query: search.search(query))
        statement, given = plain(query, typed.Typed(query.text))

        def by_hand(statement: str = statement, given: dict[str, Any] = given) -> list[Any]:
            return model.Session.execute(sa.text(statement), given).all()

        rows, _ = _timed(by_hand)
        _compare(query, ours, rows)
        again = [(_timed(lambda query=query: search.search(query))[1], _timed(by_hand)[1]) for _ in range(3)]
        times["first"].append(first)
        times["again"].append(statistics.median(one for one, _ in again))
        times["plain"].append(statistics.median(one for _, one in again))
        model.Session.rollback()
    return found


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = call()
    return result, (time.perf_counter() - started) * 1000


def _compare(query: Any, ours: Any, rows: list[Any]) -> None:
    page = [value for _, value in sorted((number, value) for facet, value, number in rows if facet == "page")]
    counts: dict[str, dict[str, int]] = {name: {} for name in COLUMNS}
    total = 0
    for facet, value, number in rows:
        if not facet:
            total = number
        elif facet != "page":
            counts[facet][value] = number
    same = (
        total == ours.total
        and set(page) == {entry.package_id for entry in ours.entries}
        and counts == {name: dict(values) for name, values in ours.facets.items()}
    )
    if not same:
        sys.exit(f"The two answers differ for {query}: {total} and {ours.total}")


def table(found: dict[str, dict[str, list[float]]]) -> str:
    """In Markdown."""
    lines = [
        "| question | plain SQL p50 | p95 | here, again p50 | p95 | here, first p95 | ratio p50 | ratio p95 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    every = {key: [one for times in found.values() for one in times[key]] for key in ("plain", "again", "first")}
    for name, times in [*found.items(), ("**all**", every)]:
        p50 = {key: statistics.median(values) for key, values in times.items()}
        p95 = {key: float(np.percentile(values, 95)) for key, values in times.items()}
        lines.append(
            f"| {name} | {p50['plain']:.1f} ms | {p95['plain']:.1f} ms | {p50['again']:.1f} ms | {p95['again']:.1f} ms "
            f"| {p95['first']:.1f} ms | {p50['again'] / p50['plain']:.2f} x | {p95['again'] / p95['plain']:.2f} x |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("entries", type=int, nargs="?", default=ENTRIES)
    parser.add_argument("queries", type=int, nargs="?", default=QUERIES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    application = make_app(load_config(os.environ["CKAN_INI"]))
    with application._wsgi_app.test_request_context():
        if synthetic_atlas.made() != given.entries:
            synthetic_atlas.fill(given.entries, given.seed)
        try:
            asked = questions(given.queries, given.seed)
            sys.stdout.write(f"\n{given.entries:,} entries, {len(asked)} questions\n\n{table(measure(asked))}\n")
        finally:
            if not given.keep:
                synthetic_atlas.remove()


if __name__ == "__main__":
    main()
