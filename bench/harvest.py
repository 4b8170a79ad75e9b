"""What harvesting another catalogue costs here and with the stock DCATRDFHarvester: a first run, and a second one.

    CKAN_INI=… python bench/harvest.py [--datasets 1000] [--rounds 3] [--no-validators]

The same feed, one Turtle file of datasets with three files each, is served to two processes that take turns on the
same machine, database, search engine and Redis: this portal with all of its plugins, and CKAN with ckanext-harvest and
ckanext-dcat as they come. Both go the same blocking way: a job is made and put into ckanext-harvest's queue, and its
own functions for gathering and for each unit are called until the queue is empty, then the job is finished. A round
empties the databases, harvests, looks whether all datasets can be found, and harvests the unchanged feed again.

The second run of the stock harvester ends with an error on CKAN 2.12 (ckanext-harvest #581), so that it gets this
portal's mended action `harvest_source_reindex`. The portal's triggers are off while stock CKAN works.

What the stock harvester does not do, while it is timed: reports of quality, stored parts of the catalogue, limits and
checks of the source, lifting of older metadata, a report of the run.

The databases of CKAN_INI are emptied.
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
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STOCK_PLUGINS = "activity datastore datatables_view text_view harvest dcat dcat_rdf_harvester"
TABLES = ("package", "resource", "package_tag", "tag", '"group"')
RUNS = ("first", "second")
SOURCE_TYPES = {"stock": "dcat_rdf", "here": "smartcity_dcat"}
WORD = "Verkehrszählung"  # stands in every dataset
ORGANISATION = "bench-harvest"

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> .
"""
DATASET = """
<{base}/catalog> dcat:dataset <{one}> .
<{one}> a dcat:Dataset ;
    dct:title "Zählstelle {number}"@de ; dct:description "{word} an der Stelle {number}, eine Zeile je Stunde."@de ;
    dct:identifier "{one}" ; dct:issued "2025-01-02"^^xsd:date ; dct:modified "2026-02-03"^^xsd:date ;
    dct:publisher <{base}/publisher> ; dcat:keyword "verkehr"@de, "zählung"@de, "gebiet {group}"@de ;
    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> ;
    dct:language <http://publications.europa.eu/resource/authority/language/DEU> ;
    dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
    dcat:contactPoint <{one}#contact> .
<{one}#contact> a vcard:Organization ; vcard:fn "Amt für Verkehr" ; vcard:hasEmail <mailto:verkehr@source.example> .
"""
FILE = """
<{one}> dcat:distribution <{one}/{code}> .
<{one}/{code}> a dcat:Distribution ; dct:title "Werte als {code}"@de ;
    dcat:accessURL <{one}/values.{code}> ; dcat:downloadURL <{one}/values.{code}> ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/{code}> ;
    dct:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> .
"""


def main() -> None:
    options = arguments()
    if options.worker:
        work(options.worker, options.datasets, options.url)
        return
    times: dict[str, dict[str, list[float]]] = {run: {name: [] for name in SOURCE_TYPES} for run in RUNS}
    with tempfile.TemporaryDirectory() as folder, served(feed(options.datasets), options.validators) as url:
        inis = configurations(Path(os.environ["CKAN_INI"]).read_text(encoding="utf-8"), Path(folder))
        for number in range(options.rounds):
            for name, ini in inis.items():
                found = one_round(name, ini, options.datasets, url)
                for run in RUNS:
                    times[run][name].append(found[run])
                print(f"round {number + 1}, {name}: {json.dumps(found)}", file=sys.stderr, flush=True)
    print(table(times, options))


def configurations(text: str, folder: Path) -> dict[str, Path]:
    """The portal's configuration, and the same with the plugins that stock CKAN and its harvester come with."""
    stock = {
        "ckan.plugins": STOCK_PLUGINS,
        "ckanext.dcat.rdf.profiles": "euro_dcat_ap_3",
        "scheming.dataset_schemas": "",
    }
    here = {"ckanext.dresdensmartcity.harvest.allowed_hosts": "127.0.0.1"}
    found = {}
    for name, options in {"stock": stock, "here": here}.items():
        changed = text
        for key, value in options.items():
            changed = re.sub(rf"(?m)^{re.escape(key)} *=.*$", f"{key} = {value}", changed)
        found[name] = folder / f"{name}.ini"
        found[name].write_text(changed, encoding="utf-8")
    return found


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--datasets", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--no-validators", dest="validators", action="store_false", help="serve the feed without ETag and Last-Modified"
    )
    parser.add_argument("--worker", choices=tuple(SOURCE_TYPES), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    return parser.parse_args()


def feed(datasets: int, base: str = "http://source.example") -> bytes:
    """The catalogue as Turtle."""
    parts = [PREFIXES, f'<{base}/catalog> a dcat:Catalog ; dct:title "Katalog"@de .\n']
    parts.append(f'<{base}/publisher> a foaf:Organization ; foaf:name "Nachbarstadt" .\n')
    for number in range(datasets):
        one = f"{base}/dataset/{number}"
        parts.append(DATASET.format(base=base, one=one, number=number, group=number % 50, word=WORD))
        parts += [FILE.format(one=one, code=code) for code in ("CSV", "JSON", "XML")]
    return "".join(parts).encode()


@contextmanager
def served(content: bytes, validators: bool) -> Iterator[str]:
    """The content at an address of this machine, as a web server serves a file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            unchanged = validators and self.headers.get("If-None-Match") == '"1"'
            self.send_response(304 if unchanged else 200)
            if validators:
                self.send_header("ETag", '"1"')
            if not unchanged:
                self.send_header("Content-Type", "text/turtle; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if not unchanged:
                with suppress(ConnectionError):
                    self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/catalog.ttl"
    server.shutdown()


def one_round(name: str, ini: Path, datasets: int, url: str) -> dict[str, float]:
    """Seconds of the first and of the second run, by a fresh process."""
    ended = subprocess.run(  # noqa: S603 (this very file)
        [sys.executable, __file__, "--worker", name, "--datasets", str(datasets), "--url", url],
        env={**os.environ, "CKAN_INI": str(ini)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        sys.exit(f"{name} ended with {ended.returncode}:\n{ended.stderr[-3000:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def table(times: dict[str, dict[str, list[float]]], options: argparse.Namespace) -> str:
    lines = [
        f"A feed of {options.datasets} datasets with 3 files each; medians of {options.rounds} rounds in turns.",
        "",
        "| run | stock DCATRDFHarvester | this portal | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    for run, label in zip(RUNS, ("first, all findable at the end", "second, nothing changed"), strict=True):
        stock, here = (statistics.median(times[run][name]) for name in ("stock", "here"))
        lines.append(f"| {label} | {stock:.1f} s | {here:.2f} s | {stock / here:.1f} x |")
    return "\n".join(lines)


def work(name: str, datasets: int, url: str) -> None:
    """Harvest twice into an empty portal; print the seconds as JSON."""
    # The answer goes where this process was told to write it; what CKAN prints goes elsewhere.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import logging

    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(os.environ["CKAN_INI"]))
    logging.disable(logging.WARNING)
    with app._wsgi_app.test_request_context("/"):
        portal = Portal(name, url)
        portal.empty()
        try:
            with triggers_off() if name == "stock" else nullcontext():
                portal.prepare()
                found = {run: portal.harvest(datasets) for run in RUNS}
        finally:
            portal.empty()
    print(json.dumps(found), file=answers, flush=True)


class Portal:
    """CKAN in this process."""

    def __init__(self, name: str, url: str) -> None:
        import ckan.model as model
        import ckan.plugins.toolkit as tk

        self.name, self.url, self.model, self.tk = name, url, model, tk

    def act(self, action: str, **data: Any) -> Any:
        context = {"user": self.user, "ignore_auth": True, "model": self.model, "session": self.model.Session}
        return self.tk.get_action(action)(context, data)

    def empty(self) -> None:
        """As if there had never been anything."""
        from ckan.lib.search import clear_all
        from ckan.tests import helpers
        from ckanext.dresdensmartcity.dcat import store
        from ckanext.harvest import queue

        self.model.Session.remove()
        self.model.repo.tables_created_and_initialised = True
        helpers.reset_db()
        with suppress(store.CatalogueTablesError):
            store.empty()
        clear_all()
        queue.purge_queues()

    def prepare(self) -> None:
        """An organisation and a source."""
        if self.name == "stock":
            mend_stock()
        self.user = self.tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        self.act("organization_create", name=ORGANISATION, title="Bench")
        self.source = self.act(
            "harvest_source_create",
            name=f"bench-harvest-{self.name}",
            title="Katalog",
            url=self.url,
            source_type=SOURCE_TYPES[self.name],
            frequency="MANUAL",
            owner_org=ORGANISATION,
        )["id"]

    def harvest(self, datasets: int) -> float:
        """Seconds of one job from its making to its end; afterwards all datasets must be there and be found."""
        from ckanext.harvest import queue
        from ckanext.harvest.model import HarvestJob

        begin = time.perf_counter()
        job = self.act("harvest_job_create", source_id=self.source, run=True)["id"]
        consumers = (
            (queue.get_gather_consumer(), queue.gather_callback),
            (queue.get_fetch_consumer(), queue.fetch_callback),
        )
        for consumer, callback in consumers:
            while (delivered := consumer.basic_get(None))[2] is not None:
                method, _, body = delivered
                callback(consumer, method, None, body)
        self.act("harvest_jobs_run", source_id=self.source)
        seconds = time.perf_counter() - begin
        assert HarvestJob.get(job).status == "Finished"
        there = self.model.Session.query(self.model.Package).filter_by(type="dataset", state="active").count()
        found = self.act("package_search", q=WORD, fq="dataset_type:dataset", rows=0)["count"]
        if (there, found) != (datasets, datasets):
            errors = self.act("harvest_job_report", id=job)
            sys.exit(f"{self.name}: {there} datasets are there, {found} are found: {json.dumps(errors)[:2000]}")
        return round(seconds, 3)


def mend_stock() -> None:
    """Make a second run of the stock harvester possible; see the module."""
    import ckan.logic as logic
    from ckanext.dresdensmartcity.harvesters.actions import harvest_source_reindex

    logic.get_action("harvest_source_reindex")
    logic._actions["harvest_source_reindex"] = lambda context, data: harvest_source_reindex(None, context, data)


@contextmanager
def triggers_off() -> Iterator[None]:
    """The portal's triggers, switched off for as long as stock CKAN works."""
    import ckan.model as model
    import sqlalchemy as sa

    def switch(how: str) -> None:
        model.Session.remove()
        with model.ensure_engine().begin() as connection:
            for one in TABLES:
                connection.execute(sa.text(f"ALTER TABLE {one} {how} TRIGGER USER"))

    switch("DISABLE")
    try:
        yield
    finally:
        switch("ENABLE")


if __name__ == "__main__":
    main()
