"""How long a page of the atlas's OGC API Features takes, the first one and the last, and the files of the whole atlas.

    CKAN_INI=… python bench/atlas_ogc.py [ENTRIES] [--limit 1000] [--keep]

Beside it: the same pages by OFFSET, as most servers of the standard read them. Fills the databases of CKAN_INI with
invented entries (bench/synthetic_atlas.py), and removes them at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

UTM33 = "http://www.opengis.net/def/crs/EPSG/0/25833"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("entries", type=int, nargs="?", default=100_000)
    arguments.add_argument("--limit", type=int, default=1000)
    arguments.add_argument("--keep", action="store_true", help="leave the entries in the databases")
    given = arguments.parse_args()
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    application = make_app(load_config(os.environ["CKAN_INI"]))
    with application._wsgi_app.test_request_context():
        import synthetic_atlas

        synthetic_atlas.fill(given.entries, 1)
        try:
            measure(application, given)
        finally:
            if not given.keep:
                synthetic_atlas.remove()


def measure(application: Any, given: argparse.Namespace) -> None:
    client = application._wsgi_app.test_client()
    print("| What | ms |")
    print("| --- | --- |")
    pages(client, given.limit)
    filters(client)
    files()


def ask(client: Any, path: str) -> tuple[float, Any]:
    """Milliseconds until the whole answer is there, and the answer."""
    started = time.perf_counter()
    answer = client.get(path)
    text = answer.get_data()
    took = (time.perf_counter() - started) * 1000
    assert answer.status_code == 200, text[:300]
    return took, json.loads(text)


def pages(client: Any, limit: int) -> None:
    address, took, found = f"/ogc/collections/actors/items?limit={limit}", [], 0
    while address:
        one, page = ask(client, address)
        took.append(one)
        found += page["numberReturned"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        address = address.partition("//")[2].partition("/")[2]
        address = f"/{address}" if address else ""
    assert found == page["numberMatched"]
    quarter = max(1, len(took) // 4)
    print(f"| all {found} actors, {len(took)} pages of {limit} | {sum(took):.0f} |")
    print(f"| a page, median of the first quarter | {statistics.median(took[:quarter]):.0f} |")
    print(f"| a page, median of the last quarter | {statistics.median(took[-quarter:]):.0f} |")
    print(f"| the last page by OFFSET, its rows only | {by_offset(found, limit):.0f} |")
    print(f"| the last page by its id, its rows only | {by_id(found, limit):.0f} |")


def by_offset(found: int, limit: int) -> float:
    from ckanext.dresdensmartcity.atlas.model import AtlasEntry

    return rows(lambda chosen: chosen.order_by(AtlasEntry.entry_id).offset(max(0, found - limit)).limit(limit))


def by_id(found: int, limit: int) -> float:
    """The same rows as `by_offset`: those after the id before the last page."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas.model import AtlasEntry

    order = AtlasEntry.entry_id
    actors = sa.select(order).where(AtlasEntry.type == "actor", AtlasEntry.visible).order_by(order)
    before = model.Session.execute(actors.offset(max(0, found - limit - 1)).limit(1)).scalar_one()
    return rows(lambda chosen: chosen.where(order > before).order_by(order).limit(limit))


def rows(narrowed: Any) -> float:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas.model import AtlasEntry

    chosen = sa.select(AtlasEntry.record).where(AtlasEntry.type == "actor", AtlasEntry.visible)
    took = []
    for _ in range(3):
        started = time.perf_counter()
        model.Session.execute(narrowed(chosen)).all()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def filters(client: Any) -> None:
    asked = {
        "box of 2 km, 100 features": "bbox=13.72,51.04,13.75,51.06",
        "box in EPSG:25833, answer in EPSG:25833": f"bbox=410000,5654000,412000,5656000&bbox-crs={UTM33}&crs={UTM33}",
        "kind and field": "kind=research&field=verwaltung",
        "words": "q=Sensor",
    }
    for name, parameters in asked.items():
        first, page = ask(client, f"/ogc/collections/actors/items?{parameters}")
        again, _ = ask(client, f"/ogc/collections/actors/items?{parameters}")
        print(f"| {name}: {page['numberMatched']} found | {first:.0f}, again {again:.0f} |")


def files() -> None:
    from ckanext.dresdensmartcity.atlas.downloads import files as downloads

    with tempfile.TemporaryDirectory() as folder:
        for name, one in downloads.DOWNLOADS.items():
            path = Path(folder) / name
            started = time.perf_counter()
            one.make(path, downloads.features)
            took = (time.perf_counter() - started) * 1000
            print(f"| {name}, {path.stat().st_size / 1e6:.1f} MB, made anew | {took:.0f} |")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
