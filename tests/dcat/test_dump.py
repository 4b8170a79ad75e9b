"""The whole catalogue as one stream: what it holds, what it never holds, and how it ends."""

from __future__ import annotations

import gzip
import http.client
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.dcat import copying, documents, dump, fragments, store
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, RDF
from ckanext.dresdensmartcity.quality.shacl import validate
from content import HIDDEN, SITE, SYNTAXES, call, create_full, graph_of
from database import sql, unnoted_sql
from rdflib import Graph, URIRef

pytestmark = pytest.mark.ckan

ENDINGS = ("ttl", "nt", "rdf", "jsonld")


def statements(graph: Graph) -> set[Any]:
    """All but how the pages hang together."""
    return {one for one in graph if "hydra" not in f"{one[1]} {one[2]}" and "page=" not in str(one[0])}


def faults(graph: Graph) -> list[Any]:
    return [one for one in validate(graph) if one.severity in ("violation", "warning")]


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_is_what_all_pages_hold(client: Any, ending: str) -> None:
    """In every syntax, plain and packed; nothing hidden is in it."""
    answer = client.get(f"/catalog/dump.{ending}", status=200)
    packed = client.get(f"/catalog/dump.{ending}.gz", status=200)
    assert gzip.decompress(packed.data) == answer.data
    assert packed.headers["Content-Type"] == "application/gzip"
    whole = Graph().parse(data=answer.data, format=SYNTAXES[ending])
    assert statements(whole) == statements(graph_of(client, f"/catalog.{ending}"))
    assert not [name for name in HIDDEN if name in answer.body]


def test_it_is_valid(client: Any) -> None:
    """Our own shapes find neither a violation nor a warning."""
    assert faults(Graph().parse(data=client.get("/catalog/dump.ttl").data, format="turtle")) == []


def test_it_is_made_of_more_chunks_than_one(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However its rows are cut, its bytes are the same."""
    whole = b"".join(dump.Dump("turtle").chunks())
    monkeypatch.setattr(copying, "CHUNK_BYTES", 1)
    small = list(dump.Dump("turtle").chunks())
    assert b"".join(small) == whole
    assert len(small) == 2 + 3  # the frame, three entries, the end


STALE = {
    "private": "UPDATE package SET private = true WHERE name = 'trees'",
    "draft": "UPDATE package SET state = 'draft' WHERE name = 'trees'",
    "deleted": "UPDATE package SET state = 'deleted' WHERE name = 'trees'",
    "another type": "UPDATE package SET type = 'actor' WHERE name = 'trees'",
}


@pytest.mark.parametrize("statement", STALE.values(), ids=STALE)
@pytest.mark.parametrize("noted", [True, False])
def test_a_stale_part_never_leaks(client: Any, statement: str, noted: bool) -> None:
    """Whatever is stored: what the package says counts, even where the database could not note the change."""
    documents.state()
    (sql if noted else unnoted_sql)(statement)
    try:
        for syntax in ("turtle", "jsonld"):
            text = b"".join(dump.Dump(syntax).chunks()).decode()
            assert "Bäume" not in text
            assert "Luftqualität 2026" in text
    finally:
        sql("UPDATE package SET private = false, state = 'active', type = 'dataset' WHERE name = 'trees'")


def test_what_is_out_of_date_is_made_on_the_way(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream has no tag then, all that there is, and leaves the parts behind for the next."""
    monkeypatch.setattr(fragments, "basis", lambda: "another")
    monkeypatch.setattr(documents, "basis", lambda: "another")
    whole = dump.Dump("turtle")
    assert not whole.state.settled
    text = b"".join(whole.chunks()).decode()
    assert all(name in text for name in ("Bäume", "Luftqualität 2026", "Luftqualität und Lärm"))
    assert dump.Dump("turtle").state.settled


def test_a_change_while_it_goes_out_is_not_in_it(client: Any) -> None:
    """All of it is of the moment in which it began."""
    whole = dump.Dump("turtle")
    call("package_patch", id="trees", title="Mitten darin")
    call("package_patch", id="air-2026", private=True)
    text = b"".join(whole.chunks()).decode()
    assert "Bäume" in text
    assert "Luftqualität 2026" in text
    assert "Mitten darin" not in text
    after = b"".join(dump.Dump("turtle").chunks()).decode()
    assert "Mitten darin" in after
    assert "Luftqualität 2026" not in after
    call("package_patch", id="trees", title="Bäume")
    call("package_patch", id="air-2026", private=False)


def connections() -> int:
    """Those of the database that are in a transaction, beside the one that asks."""
    with store.writing() as connection:
        return int(
            connection.execute(
                sa.text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' "
                    "AND pid <> pg_backend_pid()"
                )
            ).scalar_one()
        )


def test_a_reader_who_goes_away_leaves_no_connection(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither after the first bytes nor before them."""
    model.Session.remove()
    before = connections()
    monkeypatch.setattr(copying, "CHUNK_BYTES", 1)
    monkeypatch.setattr(copying, "CHUNKS_AHEAD", 1)
    for read in (0, 1, 2):
        whole = dump.Dump("turtle")
        chunks = whole.chunks()
        for _ in range(read):
            next(chunks)
        chunks.close()
        whole.close()
    assert connections() == before


def test_a_database_that_fails_on_the_way_breaks_the_stream(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an error, not with an end."""
    documents.state()
    monkeypatch.setattr(copying, "CHUNK_BYTES", 1)
    monkeypatch.setattr(
        dump,
        "_PARTS",
        "SELECT left(part.{syntax}, 9999 / (CASE WHEN part.name = 'trees' THEN 0 ELSE 1 END)) FROM smartcity_fragment "
        "AS part WHERE CAST(:types AS text[]) IS NOT NULL AND {since} AND {fresh} ORDER BY part.name",
    )
    chunks = dump.Dump("turtle").chunks()
    assert next(chunks).startswith(b"@prefix")
    with pytest.raises(copying.BrokenDumpError, match="division by zero"):
        next(chunks)


def test_part_of_it_is_complete_in_itself(client: Any) -> None:
    """With ?modified_since=: what changed, and what that links to."""
    since = datetime.now(timezone.utc).isoformat()
    call("package_patch", id="air-2026", notes="Neu")
    answer = client.get("/catalog/dump.ttl", query_string={"modified_since": since})
    graph = Graph().parse(data=answer.data, format="turtle")
    assert {str(one) for one in graph.objects(None, DCAT.dataset)} == {f"{SITE}/dataset/air-2026"}
    assert list(graph.subjects(RDF.type, DCAT.DatasetSeries)) != []
    assert faults(graph) == []
    nothing = Graph().parse(data=client.get("/catalog/dump.ttl?modified_since=2900-01-01").data, format="turtle")
    assert list(nothing.objects(None, DCAT.dataset)) == []
    client.get("/catalog/dump.ttl?modified_since=gestern", status=409)


def test_every_field_in_every_syntax(client: Any, official: ModuleType, as_written: None) -> None:
    """Each syntax holds the same, and the official shapes find nothing in it."""
    create_full()
    graphs = [Graph().parse(data=client.get(f"/catalog/dump.{one}").data, format=SYNTAXES[one]) for one in ENDINGS]
    assert all(set(one) == set(graphs[0]) for one in graphs[1:])
    assert Counter(official.findings(graphs[0], official.official_shapes(), official.vocabularies())) == {}
    assert faults(graphs[0]) == []


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, repository: Path) -> Iterator[int]:
    """The port of the portal's own web server, on the databases of the tests."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    ini = request.config.getoption("--ckan-ini")
    command = [str(Path(sys.executable).parent / "gunicorn"), "--chdir", str(repository / "docker" / "ckan")]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    values = {**os.environ, "CKAN_INI": str(ini)}
    process = subprocess.Popen([*command, "wsgi:application"], env=values, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def break_off_the_copy() -> None:
    """End the COPY that is running, or that is about to."""
    ending = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'COPY%' AND state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    for _ in range(600):
        with store.writing() as connection:
            if any(connection.execute(ending).scalars()):
                return
        time.sleep(0.05)
    pytest.fail("No COPY was running within half a minute")


def test_the_web_server_streams_it(served: int, client: Any) -> None:
    """In chunks, and a failure on the way is a broken transfer for the reader."""
    connection = http.client.HTTPConnection("127.0.0.1", served, timeout=60)
    connection.request("GET", "/catalog/dump.nt")
    answer = connection.getresponse()
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert len(Graph().parse(data=answer.read(), format="nt")) > 100
    connection.request("HEAD", "/catalog/dump.nt")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    assert head.headers["ETag"] == answer.headers["ETag"]
    # Much more than what waits between the two, so that the database is still at it when it is ended.
    sql("UPDATE smartcity_fragment SET ntriples = repeat(ntriples, 2000)")
    connection.request("GET", "/catalog/dump.nt")
    answer = connection.getresponse()
    answer.read(1000)
    # The first bytes are the catalogue's own: they may be here before the database is asked for the rest.
    break_off_the_copy()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()


def test_an_empty_catalogue(client: Any, reset_db: Callable[[], None]) -> None:
    """Is a catalogue nevertheless."""
    reset_db()
    for ending in ENDINGS:
        graph = Graph().parse(data=client.get(f"/catalog/dump.{ending}").data, format=SYNTAXES[ending])
        assert list(graph.subjects(RDF.type, DCAT.Catalog)) == [URIRef(SITE)]
