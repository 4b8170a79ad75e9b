"""How fast the whole catalogue goes out, beside stock ckanext-dcat and beside the database alone.

    CKAN_INI=… python bench/catalogue.py [--datasets 10000 100000] [--rounds 3] [--pages 5]

Datasets with 3 files each are put into CKAN's tables. Parts of the first 1,000 are made by the writer; the others are
copies of these under numbers of their own, of which a sample is compared with what the writer makes of them. Then, in
turns on the same machine: the dump by this portal's web server; COPY of the same column by psql; pages of 100 by stock
ckanext-dcat (profile euro_dcat_ap_3) under the same web server, as many as --pages, from which its rate is taken.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
WRITTEN = 1000  # parts that the writer makes; also what stock ckanext-dcat finds in Solr
FIRST = 1_000_001  # numbers of seven digits, which stand nowhere else in a dataset
SAMPLE = 50
STOCK_PER_PAGE = 100
ENDINGS = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "jsonld": "jsonld"}
NAMES = {"ttl": "Turtle", "nt": "N-Triples", "rdf": "RDF/XML", "jsonld": "JSON-LD"}
# Stock ckanext-dcat has no N-Triples: its Turtle stands for them.
STOCK_ENDINGS = {"ttl": "ttl", "nt": "ttl", "rdf": "rdf", "jsonld": "jsonld"}
UNCHANGED_ASKED = 20
STOCK = {
    "ckan.plugins": "dcat scheming_datasets",
    "ckanext.dcat.rdf.profiles": "euro_dcat_ap_3",
    "scheming.dataset_schemas": "ckanext.dcat.schemas:dcat_ap_full.yaml",
    "scheming.presets": "ckanext.scheming:presets.json ckanext.dcat.schemas:presets.yaml",
}

EU = "http://publications.europa.eu/resource/authority"
EXTRAS = f"""{{
    "title_en": "Measurements of station %n", "notes_en": "One row for each hour, checked and complete.",
    "theme": "[\\"{EU}/data-theme/ENVI\\"]", "frequency": "{EU}/frequency/HOURLY",
    "language": "[\\"{EU}/language/DEU\\"]",
    "contact": "[{{\\"name\\": \\"Umweltamt\\", \\"email\\": \\"umwelt@example.org\\"}}]",
    "publisher": "[{{\\"name\\": \\"Umweltamt Musterstadt\\", \\"url\\": \\"https://umwelt.example.org\\"}}]",
    "temporal_coverage": "[{{\\"start\\": \\"2026-01-01\\", \\"end\\": \\"2026-12-31\\"}}]", "issued": "2026-01-01",
    "keywords_en": "[\\"air\\", \\"measurement\\"]", "url": "https://data.example.org/%n"
}}"""
FILE_EXTRAS = '{"license": "http://dcat-ap.de/def/licenses/cc-by/4.0", "license_attribution": "Umweltamt Musterstadt"}'
NOTES = "Stundenmittel der Station, geprüft und vollständig. Jede Zeile nennt Zeit, Größe, Wert und Güte. " * 3

# %n in a text is the dataset's number.
FILL = (
    """
    INSERT INTO package (id, name, title, notes, type, state, private, metadata_created, metadata_modified, extras)
    SELECT 'be000000-0000-4000-8000-00000' || n, 'bench-' || n, 'Messwerte der Station ' || n, %(notes)s, 'dataset',
        'active', false, timestamp '2026-01-01' + (n %% %(written)s) * interval '1 second',
        timestamp '2026-02-01' + (n %% %(written)s) * interval '1 second',
        replace(%(extras)s, '%%n', n::text)::jsonb
    FROM generate_series(%(first)s, %(last)s) AS n
    """,
    """
    INSERT INTO resource (id, package_id, position, name, description, url, format, state, created, extras)
    SELECT 'be000000-000' || k || '-4000-8000-00000' || n, 'be000000-0000-4000-8000-00000' || n, k,
        'Werte als ' || format, 'Eine Zeile je Stunde', 'https://data.example.org/' || n || '/werte.' || lower(format),
        format, 'active', timestamp '2026-01-01', %(file_extras)s
    FROM generate_series(%(first)s, %(last)s) AS n, (VALUES (1, 'CSV'), (2, 'JSON'), (3, 'PDF')) AS file (k, format)
    """,
    "INSERT INTO tag (id, name) SELECT 'bench-' || k, 'Stichwort ' || k FROM generate_series(1, 3) AS k",
    """
    INSERT INTO package_tag (id, package_id, tag_id, state)
    SELECT 'bench-' || n || '-' || k, 'be000000-0000-4000-8000-00000' || n, 'bench-' || k, 'active'
    FROM generate_series(%(first)s, %(last)s) AS n, generate_series(1, 3) AS k
    """,
)
COPY_PARTS = """
    INSERT INTO smartcity_fragment (package_id, version, basis, published, stamp, changed, kind, name, iri, issued,
        modified, digest, turtle, ntriples, rdfxml, jsonld)
    SELECT package.id, change.version, part.basis, true, nextval('smartcity_fragment_stamp'), now(), part.kind,
        package.name, replace(part.iri, known, own), part.issued, part.modified, md5(package.id),
        replace(part.turtle, known, own), replace(part.ntriples, known, own), replace(part.rdfxml, known, own),
        replace(part.jsonld, known, own)
    FROM generate_series(%(rest)s, %(last)s) AS n
    CROSS JOIN LATERAL (
        SELECT n::text AS own, (%(first)s + (n - %(first)s) %% %(written)s)::text AS known
    ) AS number
    JOIN package ON package.id = 'be000000-0000-4000-8000-00000' || own
    JOIN smartcity_change AS change ON change.package_id = package.id
    JOIN smartcity_fragment AS part ON part.package_id = 'be000000-0000-4000-8000-00000' || known
"""
EMPTY = "TRUNCATE package_tag, tag, resource, package CASCADE"


@dataclass(frozen=True)
class Answer:
    """One request: how many bytes, seconds to the first and to the last."""

    status: int
    size: int
    first: float
    total: float


def main() -> None:
    options = arguments()
    if options.fill or options.index:
        inside(options)
        return
    ini = Path(os.environ["CKAN_INI"])
    with tempfile.TemporaryDirectory() as folder:
        stock_ini = Path(folder) / "stock.ini"
        stock_ini.write_text(with_options(ini.read_text(encoding="utf-8"), STOCK), encoding="utf-8")
        try:
            for number in options.datasets:
                print(measured(number, options, ini, stock_ini), flush=True)
        finally:
            empty(ini)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--datasets", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3, help="turns of each")
    parser.add_argument("--pages", type=int, default=5, help="of 100 datasets, by stock ckanext-dcat, in each syntax")
    parser.add_argument("--fill", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--index", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def with_options(ini: str, options: dict[str, str]) -> str:
    for key, value in options.items():
        ini = re.sub(rf"(?m)^{re.escape(key)} *=.*$", f"{key} = {value}", ini)
    return ini


def option(ini: Path, key: str) -> str:
    found = re.search(rf"(?m)^{re.escape(key)} *= *(.*)$", ini.read_text(encoding="utf-8"))
    assert found is not None, f"{key} does not stand in {ini}"
    return found[1].strip()


def measured(number: int, options: argparse.Namespace, ini: Path, stock_ini: Path) -> str:
    empty(ini)
    for given, name in ((["--fill", str(number)], ini), (["--index"], stock_ini)):
        subprocess.run([sys.executable, __file__, *given], env={**os.environ, "CKAN_INI": str(name)}, check=True)  # noqa: S603
    lines = [
        f"{number:,} datasets with 3 files, {options.rounds} rounds, median.",
        "",
        "| | size | stock, datasets/s | here, datasets/s | ratio to stock | ratio to COPY |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    with server(stock_ini, 0) as (stock, _), server(ini, 1) as (here, pid):
        for ending in STOCK_ENDINGS.values():
            get(f"{stock}/catalog.{ending}?page=1")
        get(f"{here}/catalog.ttl")  # what a worker loads at its first request is no part of a dump
        with memory_of(pid) as memory:
            for ending in ENDINGS:
                lines.append(row(number, ending, here, stock, ini, options))
        for ending in ENDINGS:
            packed = get(f"{here}/catalog/dump.{ending}.gz")
            rate = f"{number / packed.total:,.0f}"
            lines.append(f"| {NAMES[ending]}, gzip | {packed.size / 1e6:.0f} MB | | {rate} | | |")
        lines += ["", *of_one(here, memory)]
    return "\n".join(lines) + "\n"


def row(number: int, ending: str, here: str, stock: str, ini: Path, options: argparse.Namespace) -> str:
    """One syntax: in each round the three after each other, so that all meet the same machine."""
    copies, dumps, rates = [], [], []
    for _ in range(options.rounds):
        rates.append(stock_rate(stock, STOCK_ENDINGS[ending], options.pages))
        copies.append(copy(ini, ENDINGS[ending]))
        dumps.append(get(f"{here}/catalog/dump.{ending}"))
    assert all(one.status == 200 for one in dumps)
    here_rates = [number / one.total for one in dumps]
    of_stock = statistics.median(ours / theirs for ours, theirs in zip(here_rates, rates, strict=True))
    of_copy = statistics.median(alone / one.total for alone, one in zip(copies, dumps, strict=True))
    return (
        f"| {NAMES[ending]} | {dumps[0].size / 1e6:.0f} MB | {statistics.median(rates):,.0f} "
        f"| {statistics.median(here_rates):,.0f} | {of_stock:,.0f} x | {of_copy:.2f} |"
    )


def of_one(here: str, memory: dict[str, float]) -> list[str]:
    """First byte, 304, memory."""
    address = f"{here}/catalog/dump.ttl"
    firsts = [get(address, "--max-time", "1").first for _ in range(5)]
    tag = header(address, "ETag")
    unchanged = [get(address, "-H", f"If-None-Match: {tag}") for _ in range(UNCHANGED_ASKED)]
    assert all(one.status == 304 for one in unchanged)
    pages = [get(f"{here}/catalog.ttl?page={page}").total for page in range(1, 6)]
    return [
        f"First byte after {statistics.median(firsts) * 1000:.0f} ms; unchanged (304) "
        f"{statistics.median(one.total for one in unchanged) * 1000:.0f} ms; a page of 100 "
        f"{statistics.median(pages) * 1000:.0f} ms; the worker took {memory['before']:.0f} MB before and at most "
        f"{memory['most'] - memory['before']:.0f} MB more during all dumps.",
    ]


def stock_rate(address: str, ending: str, pages: int) -> float:
    """Datasets in a second, page by page."""
    found = [get(f"{address}/catalog.{ending}?page={2 + number}") for number in range(pages)]
    assert all(one.status == 200 and one.size > 10_000 for one in found), found
    return STOCK_PER_PAGE * pages / sum(one.total for one in found)


def get(address: str, *given: str) -> Answer:
    """By curl, which throws the bytes away."""
    form = "%{http_code} %{size_download} %{time_starttransfer} %{time_total}"
    command = ["curl", "-s", "-o", os.devnull, "-w", form, *given, address]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()  # noqa: S603
    return Answer(int(found[0]), int(found[1]), float(found[2]), float(found[3]))


def header(address: str, name: str) -> str:
    found = subprocess.run(["curl", "-sI", address], capture_output=True, text=True, check=True).stdout  # noqa: S603, S607
    return next(line.split(":", 1)[1].strip() for line in found.splitlines() if line.startswith(name))


def copy(ini: Path, column: str) -> float:
    """Seconds in which psql reads the same texts."""
    statement = f"COPY (SELECT {column} FROM smartcity_fragment WHERE published) TO STDOUT"  # noqa: S608 (a constant)
    start = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        subprocess.run(["psql", "-qX", option(ini, "sqlalchemy.url"), "-c", statement], stdout=nowhere, check=True)  # noqa: S603, S607
    return time.perf_counter() - start


@contextmanager
def server(ini: Path, place: int) -> Iterator[tuple[str, int]]:
    """This portal's web server with one worker: its address and the worker's process."""
    port = 5400 + os.getpid() % 1000 + place
    command = [str(Path(sys.executable).parent / "gunicorn"), "--chdir", str(ROOT / "docker" / "ckan")]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "4"]
    command += ["--timeout", "120", "--no-control-socket", "wsgi:application"]
    process = subprocess.Popen(command, env={**os.environ, "CKAN_INI": str(ini)}, stderr=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        wait(f"{address}/api/3/action/status_show", process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        yield address, int(children[0])
    finally:
        process.terminate()
        process.wait()


def wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the web server ended"
        try:
            with urlopen(address) as answer:  # noqa: S310 (our own)
                answer.read()
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{address} does not answer")


@contextmanager
def memory_of(pid: int) -> Iterator[dict[str, float]]:
    """Megabytes of a process before, and at most while this runs."""

    def now() -> float:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]

    found = {"before": now(), "most": now()}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            found["most"] = max(found["most"], now())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


def empty(ini: Path) -> None:
    import psycopg2

    with psycopg2.connect(option(ini, "sqlalchemy.url")) as connection, connection.cursor() as cursor:
        cursor.execute(EMPTY)
        cursor.execute("TRUNCATE smartcity_change, smartcity_link, smartcity_fragment, smartcity_quality")


def inside(options: argparse.Namespace) -> None:
    """What needs CKAN: fill the tables, or Solr for stock ckanext-dcat."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app: Any = make_app(load_config(os.environ["CKAN_INI"]))
    with app._wsgi_app.test_request_context():
        if options.index:
            index()
        else:
            fill(options.fill)


def fill(number: int) -> None:
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.dcat import fragments, store

    last = FIRST + number - 1
    values: dict[str, Any] = {"first": FIRST, "last": last, "written": WRITTEN, "rest": FIRST + WRITTEN}
    values |= {"notes": NOTES, "extras": EXTRAS, "file_extras": FILE_EXTRAS}
    engine = model.ensure_engine()
    with engine.begin() as connection:
        for statement in FILL:
            connection.exec_driver_sql(statement, values)
    ids = [f"be000000-0000-4000-8000-00000{one}" for one in range(FIRST, last + 1)]
    fragments.refresh(ids[:WRITTEN])
    with engine.begin() as connection:
        connection.exec_driver_sql(COPY_PARTS, values)
        connection.exec_driver_sql("UPDATE smartcity_change SET fragment = version")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    sample = ids[:: max(1, number // SAMPLE)]
    with store.reading() as connection:
        made = fragments.make(connection, sample).parts
        asked = sa.text("SELECT package_id, turtle, jsonld FROM smartcity_fragment WHERE package_id = ANY(:ids)")
        stored = {row.package_id: (row.turtle, row.jsonld) for row in connection.execute(asked, {"ids": sample})}
        assert not fragments.stale_in(connection)
    assert stored == {key: (part.texts["turtle"], part.texts["jsonld"]) for key, part in made.items()}


def index() -> None:
    from ckan.lib import search

    search.clear_all()
    ids = [f"be000000-0000-4000-8000-00000{one}" for one in range(FIRST, FIRST + WRITTEN)]
    search.rebuild(package_ids=ids, quiet=True)
    search.commit()


if __name__ == "__main__":
    main()
