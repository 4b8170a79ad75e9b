"""What saving a dataset costs here, with its part of the catalogue and its report, and what it costs in stock CKAN.

    CKAN_INI=… python bench/saving.py [--saves 5] [--rounds 20]

Two processes take turns on the same machine, database and search engine: this portal, and CKAN with the plugins that
come with it. Each saves a dataset with three files, first new, then changed, in the process itself, so that no web
server is measured. While stock CKAN saves, the portal's triggers are switched off, as it would have none.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STOCK_PLUGINS = "activity datastore datatables_view text_view"
TABLES = ("package", "resource", "package_tag", "tag", '"group"')
KINDS = ("new", "changed")
THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
WARM_UP = 5


def main() -> None:
    options = arguments()
    if options.worker:
        work(options.worker)
        return
    ini = Path(os.environ["CKAN_INI"])
    with tempfile.TemporaryDirectory() as folder:
        stock_ini = Path(folder) / "stock.ini"
        text = re.sub(r"(?m)^ckan\.plugins *=.*$", f"ckan.plugins = {STOCK_PLUGINS}", ini.read_text(encoding="utf-8"))
        stock_ini.write_text(text, encoding="utf-8")
        workers = {"stock": Worker("stock", stock_ini), "here": Worker("here", ini)}
        times = measure(workers, options.saves, options.rounds)
        for one in workers.values():
            one.end()
    print(table(times, options))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--saves", type=int, default=5, help="in each turn")
    parser.add_argument("--rounds", type=int, default=20, help="turns of each")
    parser.add_argument("--worker", choices=("stock", "here"), help=argparse.SUPPRESS)
    return parser.parse_args()


class Worker:
    """One of the two CKANs, which does as it is told on its standard input."""

    def __init__(self, name: str, ini: Path) -> None:
        self.process = subprocess.Popen(  # noqa: S603 (this very file)
            [sys.executable, str(Path(__file__)), "--worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "CKAN_INI": str(ini)},
        )
        self.answer()

    def do(self, kind: str, saves: int) -> list[float]:
        """Seconds of each save."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{kind} {saves}\n")
        self.process.stdin.flush()
        found: list[float] = self.answer()
        return found

    def answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"a CKAN ended with {self.process.wait()}; run this file with --worker to see why")
        return json.loads(line)

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def measure(workers: dict[str, Worker], saves: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    times: dict[str, dict[str, list[float]]] = {kind: {name: [] for name in workers} for kind in KINDS}
    for kind in KINDS:
        for one in workers.values():
            one.do(kind, WARM_UP)
    for _ in range(rounds):
        for kind in KINDS:
            for name, one in workers.items():
                times[kind][name] += one.do(kind, saves)
    return times


def table(times: dict[str, dict[str, list[float]]], options: argparse.Namespace) -> str:
    number = options.saves * options.rounds
    lines = [
        f"A dataset with 3 files, saved {number} times each, in turns; median.",
        "",
        "| | stock CKAN | this portal | ratio |",
        "| --- | --- | --- | --- |",
    ]
    for kind in KINDS:
        stock, here = (statistics.median(times[kind][name]) * 1000 for name in ("stock", "here"))
        lines.append(f"| a {kind} dataset | {stock:.0f} ms | {here:.0f} ms | {here / stock:.2f} |")
    return "\n".join(lines)


def work(name: str) -> None:
    """Save as often as each line of the standard input says; print the seconds of each save."""
    # The answers go where this process was told to write them; what CKAN prints goes elsewhere.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(os.environ["CKAN_INI"]))
    with app._wsgi_app.test_request_context("/api/3/action/package_create"):
        portal = Portal(name)
        print("[]", file=answers, flush=True)
        for line in sys.stdin:
            kind, saves = line.split()
            print(json.dumps(portal.saves(kind, int(saves))), file=answers, flush=True)
        portal.clean()


class Portal:
    """CKAN in this process."""

    def __init__(self, name: str) -> None:
        import ckan.model as model
        import ckan.plugins.toolkit as tk

        self.name, self.model, self.tk, self.number = name, model, tk, 0
        self.user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        self.organisation = f"bench-saving-{name}"
        if model.Group.get(self.organisation) is None:
            self.act("organization_create", name=self.organisation, title="Bench")
        self.ids: list[str] = []

    def act(self, action: str, **data: Any) -> Any:
        return self.tk.get_action(action)({"user": self.user, "ignore_auth": True}, data)

    def saves(self, kind: str, number: int) -> list[float]:
        save: Callable[[], None] = self.create if kind == "new" else self.change
        with Triggers(self.model, off=self.name == "stock"):
            found = []
            for _ in range(number):
                start = time.perf_counter()
                save()
                found.append(time.perf_counter() - start)
        return found

    def create(self) -> None:
        self.number += 1
        made = self.act("package_create", **dataset(self.name, self.number, self.organisation))
        self.ids.append(made["id"])

    def change(self) -> None:
        self.number += 1
        if not self.ids:
            self.create()
        self.act("package_patch", id=self.ids[self.number % len(self.ids)], notes=f"Beschreibung {self.number}")

    def clean(self) -> None:
        for one in self.ids:
            self.act("dataset_purge", id=one)
        self.act("organization_purge", id=self.organisation)


class Triggers:
    """The portal's triggers, switched off for as long as stock CKAN saves."""

    def __init__(self, model: Any, off: bool) -> None:
        self.model, self.off = model, off

    def __enter__(self) -> None:
        self._switch("DISABLE")

    def __exit__(self, *_: object) -> None:
        self._switch("ENABLE")

    def _switch(self, how: str) -> None:
        if not self.off:
            return
        import sqlalchemy as sa

        with self.model.ensure_engine().begin() as connection:
            for one in TABLES:
                connection.execute(sa.text(f"ALTER TABLE {one} {how} TRIGGER USER"))


def dataset(name: str, number: int, organisation: str) -> dict[str, Any]:
    """The same content for both: what our forms have a field for, stock CKAN keeps as extras."""
    common = {
        "name": f"bench-saving-{name}-{os.getpid()}-{number}",
        "title": f"Bäume {number}",
        "notes": "Alle Bäume der Stadt mit Art, Alter und Höhe.",
        "owner_org": organisation,
        "tags": [{"name": "Baum"}, {"name": "Stadtgrün"}],
        "private": False,
        "resources": [
            {
                "name": f"Bäume als {code}",
                "url": f"https://data.example.org/{number}/trees.{code.lower()}",
                "format": code,
                "description": "Eine Zeile je Baum.",
            }
            for code in ("CSV", "GeoJSON", "PDF")
        ],
    }
    contact = [{"name": "Amt für Stadtgrün", "email": "gruen@example.org"}]
    period = [{"start": "2026-01-01", "end": "2026-12-31"}]
    fields: dict[str, Any] = {
        "theme": [THEME],
        "contact": contact,
        "temporal_coverage": period,
        "frequency": "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
        "title_en": "Trees",
        "notes_en": "All trees of the city.",
    }
    if name == "stock":
        extras = [
            {"key": key, "value": value if isinstance(value, str) else json.dumps(value)}
            for key, value in fields.items()
        ]
        return {**common, "extras": extras}
    return {**common, "type": "dataset", **fields}


if __name__ == "__main__":
    main()
