"""Rows into the DataStore: this portal's loading beside CKAN's `datastore_upsert`, on the same rows.

    CKAN_INI=… python bench/datastore.py [--rows 100000] [--rounds 3]

Hourly means of sensors in eight columns of all kinds, three of which are the key. In each round both load them into a
new table, then the same rows again with one in a hundred changed, then unchanged. CKAN's action gets its rows in
portions of 1,000, as an API client would send them: first with the method `insert`, afterwards with `upsert`. Ours gets
them all, as a harvester has them (a list of dictionaries), and is timed with its checks against the Table Schema, so
that both begin with the same lists. Afterwards both tables must hold the same rows, and the same words for the search.

The same rows as a frame of polars, which big tables come as, are timed too.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

COLUMNS = (
    ("station", "string"),
    ("phenomenon", "string"),
    ("hour_start", "datetime"),
    ("value", "number"),
    ("unit", "string"),
    ("n", "integer"),
    ("day", "date"),
    ("valid", "boolean"),
)
KEY = ("station", "phenomenon", "hour_start")
STEPS = ("first load", "1 % changed", "nothing changed")
WAYS = ("datastore_upsert", "rows", "frame")
PORTION = 1000


def main() -> None:
    options = arguments()
    # What CKAN prints goes to the standard error.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import logging

    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(os.environ["CKAN_INI"]))
    logging.disable(logging.WARNING)
    with app._wsgi_app.test_request_context("/"):
        portal = Portal()
        try:
            rates: dict[str, dict[str, list[float]]] = {step: {way: [] for way in WAYS} for step in STEPS}
            for number in range(options.rounds):
                one_round(portal, options.rows, number, rates)
        finally:
            portal.clean()
    print(table(rates, options), file=answers)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def one_round(portal: Portal, number: int, seed: int, rates: dict[str, dict[str, list[float]]]) -> None:
    first, changed = made(number, seed)
    tables = {way: portal.resource() for way in WAYS}
    for step, rows in zip(STEPS, (first, changed, changed), strict=True):
        for way in WAYS:
            seconds = portal.load(way, tables[way], rows, new=step == STEPS[0])
            rates[step][way].append(len(rows) / seconds)
            print(f"{step}, {way}: {len(rows) / seconds:,.0f} rows/s", file=sys.stderr, flush=True)
        portal.compare(list(tables.values()), words=step == STEPS[0])


def made(number: int, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows, and the same with one in a hundred changed."""
    chance, begin = random.Random(seed), datetime(2026, 1, 1)  # noqa: DTZ001, S311 (in UTC; no secret)
    rows = []
    for one in range(number):
        hour = begin + timedelta(hours=one % 8760)
        rows.append(
            {
                "station": f"5a8c{one // 17520:020x}",
                "phenomenon": ("pm10", "pm25")[one // 8760 % 2],
                "hour_start": f"{hour.isoformat()}Z",
                "value": round(chance.uniform(0, 60), 2),
                "unit": "µg/m³",
                "n": chance.randint(0, 24),
                "day": hour.date().isoformat(),
                "valid": chance.random() > 0.1,
            }
        )
    changed = [row | {"value": row["value"] + 1} if one % 100 == 0 else row for one, row in enumerate(rows)]
    return rows, changed


def table(rates: dict[str, dict[str, list[float]]], options: argparse.Namespace) -> str:
    lines = [
        f"{options.rows:,} rows of {len(COLUMNS)} columns, medians of {options.rounds} rounds, rows/s.",
        "",
        "| | `datastore_upsert` | here | ratio | from a frame | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for step in STEPS:
        stock, rows, frame = (statistics.median(rates[step][way]) for way in WAYS)
        lines.append(
            f"| {step} | {stock:,.0f} | {rows:,.0f} | {rows / stock:.1f} x | {frame:,.0f} | {frame / stock:.1f} x |"
        )
    return "\n".join(lines)


class Portal:
    """CKAN in this process."""

    def __init__(self) -> None:
        import ckan.model as model
        import ckan.plugins.toolkit as tk
        from ckanext.dresdensmartcity.harvesters import store
        from ckanext.dresdensmartcity.harvesters.tables import read_schema

        self.model, self.tk, self.store = model, tk, store
        fields = [{"name": name, "type": kind, "title": name, "title@en": name} for name, kind in COLUMNS]
        self.schema = read_schema("bench", {"fields": fields, "primaryKey": list(KEY)})
        store.load_schema = lambda name: self.schema  # type: ignore[assignment]
        self.user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        name = f"bench-datastore-{os.getpid()}"
        self.organisation = self.act("organization_create", name=name, title="Bench")["id"]
        theme = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
        self.package = self.act(
            "package_create", name=name, title="Bench", notes="Rows.", owner_org=self.organisation, theme=[theme]
        )["id"]

    def act(self, action: str, **data: Any) -> Any:
        return self.tk.get_action(action)({"user": self.user, "ignore_auth": True}, data)

    def resource(self) -> str:
        """A new resource without a table."""
        made: str = self.act("resource_create", package_id=self.package, name="rows", url="_", url_type="datastore")[
            "id"
        ]
        return made

    def load(self, way: str, resource: str, rows: list[dict[str, Any]], new: bool) -> float:
        """Seconds until the table holds these rows."""
        load: Callable[[], None]
        if way == "datastore_upsert":
            # The action would store what it is given back in the rows.
            portions = [[dict(row) for row in rows[start : start + PORTION]] for start in range(0, len(rows), PORTION)]

            def load() -> None:
                self.upsert(resource, portions, new)
        else:
            from ckanext.dresdensmartcity.harvesters.records import Table

            given: dict[str, Any] = {"rows": rows} if way == "rows" else {"frame": frame(rows)}

            def load() -> None:
                prepared = self.store.prepare(Table("rows", "Rows", "bench", **given))
                self.store.write_table(self.user, resource, prepared)

        begin = time.perf_counter()
        load()
        return time.perf_counter() - begin

    def upsert(self, resource: str, portions: list[list[dict[str, Any]]], new: bool) -> None:
        from ckanext.dresdensmartcity.harvesters.tables import TYPES

        if new:
            fields = [{"id": name, "type": TYPES[kind]} for name, kind in COLUMNS]
            self.act("datastore_create", resource_id=resource, fields=fields, primary_key=list(KEY), force=True)
        for number, rows in enumerate(portions, 1):
            self.act(
                "datastore_upsert",
                resource_id=resource,
                records=rows,
                method="insert" if new else "upsert",
                force=True,
                calculate_record_count=number == len(portions),
            )

    def compare(self, tables: list[str], words: bool) -> None:
        """All tables hold the same rows; after a first load the same words too, which an upsert leaves as they were."""
        import sqlalchemy as sa
        from ckanext.datastore.backend.postgres import get_read_engine

        listed = ", ".join([*(f'"{name}"' for name, _ in COLUMNS), *(["_full_text"] if words else [])])
        query = f"SELECT md5(string_agg(r::text, ' ' ORDER BY r::text)) FROM (SELECT {listed} FROM \"{{}}\") AS r"  # noqa: S608
        with get_read_engine().connect() as connection:
            found = {connection.scalar(sa.text(query.format(one))) for one in tables}
        if len(found) != 1:
            sys.exit("the tables differ")
        for one in tables:
            assert self.act("datastore_search", resource_id=one, limit=1)["total"]

    def clean(self) -> None:
        self.model.Session.rollback()
        for one in self.act("package_show", id=self.package)["resources"]:
            if self.store.table_exists(one["id"]):
                self.act("datastore_delete", resource_id=one["id"], force=True)
        self.act("dataset_purge", id=self.package)
        self.act("organization_purge", id=self.organisation)


def frame(rows: list[dict[str, Any]]) -> Any:
    import polars as pl

    found = pl.DataFrame(rows)
    return found.with_columns(
        pl.col("hour_start").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC"), pl.col("day").str.to_date()
    )


if __name__ == "__main__":
    main()
