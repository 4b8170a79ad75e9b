"""How harvests share workers: units a second with 1, 2 and 4 workers, and a quick source beside a slow one.

    CKAN_INI=… python bench/queues.py [UNITS]

Real processes of `harvest-worker` on the databases of CKAN_INI, which are emptied; sources are on this machine. The
quick source has UNITS units (60) that are answered at once, the slow one as many that take two seconds each. The last
column is how much longer the quick one takes beside the slow one than alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ckan.cli import load_config
from ckan.config.middleware import make_app

ROOT = Path(__file__).parents[1]
SLOW_S = 2.0
WORKERS = (1, 2, 4)
PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "@prefix foaf: <http://xmlns.com/foaf/0.1/> . "
)


def package(name: str, number: int, base: str) -> dict[str, Any]:
    """A dataset as CKAN's API gives it."""
    return {
        "id": f"{name}-{number}",
        "name": f"{name}-{number}",
        "title": f"Datensatz {number}",
        "notes": "Beschreibung.",
        "type": "dataset",
        "state": "active",
        "metadata_modified": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "resources": [{"id": f"{name}-{number}-r", "url": f"{base}/f.csv", "format": "CSV", "name": "Datei"}],
        "license_url": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    }


def rdf(name: str, number: int, base: str) -> bytes:
    """The same as RDF, which a unit fetches."""
    iri = f"{base}/dataset/{name}-{number}"
    return (
        f'{PREFIXES}<{iri}> a dcat:Dataset; dct:title "Datensatz {number} {time.time()}"@de; '
        f'dct:description "Beschreibung."@de; dct:identifier "{name}-{number}"; dcat:distribution <{iri}/r> .\n'
        f'<{iri}/r> a dcat:Distribution; dct:title "Datei"@de; dcat:accessURL <{base}/f.csv>; '
        "dct:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> .\n"
    ).encode()


@contextmanager
def portals(units: int) -> Iterator[str]:
    """Two CKAN portals on one port: /quick and /slow."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("/")[1]
            base = f"http://{self.headers['Host']}/{name}"
            if "package_search" in self.path:
                first = "start=0" in self.path or "start=" not in self.path
                found = [package(name, number, base) for number in range(units)] if first else []
                content = json.dumps({"success": True, "result": {"count": units, "results": found}}).encode()
                kind = "application/json"
            else:
                time.sleep(SLOW_S if name == "slow" else 0)
                content, kind = rdf(name, int(self.path.rpartition("-")[2].partition(".")[0]), base), "text/turtle"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def workers(ini: str, number: int) -> Iterator[None]:
    """The real service."""
    command = [str(Path(sys.executable).parent / "ckan"), "-c", ini, "dresdensmartcity", "harvest-worker"]
    with Path(os.devnull).open("wb") as nothing:
        service = subprocess.Popen([*command, "--processes", str(number)], cwd=ROOT, stdout=nothing, stderr=nothing)  # noqa: S603
    try:
        time.sleep(15)  # CKAN is loaded; what is measured begins with the job
        yield
    finally:
        service.terminate()
        service.wait(60)


def measure(ini: str, number: int, units: int) -> tuple[float, float, float]:
    """Units a second, seconds of the quick source alone, and beside the slow one."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk
    from ckan.lib.search import clear_all
    from ckan.tests import helpers
    from ckanext.dresdensmartcity.city.current import city
    from ckanext.dresdensmartcity.harvesters.publishing import ensure_organization, site_user
    from ckanext.harvest.model import HarvestJob

    def act(action: str, **data: Any) -> Any:
        context = {"user": site_user(), "ignore_auth": True, "model": model, "session": model.Session}
        return tk.get_action(action)(context, data)

    def start(source: str) -> str:
        return str(act("harvest_job_create", source_id=source, run=True)["id"])

    def wait(job: str) -> float:
        began = time.monotonic()
        while True:
            model.Session.rollback()
            if HarvestJob.get(job).status == "Finished":
                return time.monotonic() - began
            time.sleep(0.05)

    model.repo.tables_created_and_initialised = True
    helpers.reset_db()
    clear_all()
    with portals(units) as address, workers(ini, number):
        ensure_organization(city())
        sources = {
            name: act(
                "harvest_source_create",
                name=f"bench-{name}",
                title=name,
                url=f"{address}/{name}",
                source_type="smartcity_ckan",
                frequency="MANUAL",
                owner_org=city().id,
                config=json.dumps({"prefer_rdf": True, "prefix": f"{name}-"}),
            )["id"]
            for name in ("quick", "slow")
        }
        first = wait(start(sources["quick"]))
        time.sleep(1.1)
        alone = wait(start(sources["quick"]))
        start(sources["slow"])
        time.sleep(8)  # until it is known to be slow
        beside = wait(start(sources["quick"]))
    return units / first, alone, beside


def main() -> None:
    units = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    ini = os.environ["CKAN_INI"]
    application = make_app(load_config(ini))._wsgi_app
    lines = []
    with application.test_request_context():
        for number in WORKERS:
            rate, alone, beside = measure(ini, number, units)
            lines.append(f"| {number} | {rate:.1f} | {alone:.1f} | {beside:.1f} | {beside / alone:.2f} x |")
    sys.stdout.write("| workers | units/s, first harvest | quick source alone, s | beside a slow one, s | ratio |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- |\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
