"""The catalogue as the world takes it from a portal that is up: every form, whole and asked for again."""

from __future__ import annotations

import gzip
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from rdflib import DCAT, RDF, Graph
from rdflib.compare import isomorphic

from .conftest import Call

pytestmark = pytest.mark.portal

# Ending -> media type, and name in rdflib.
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
    "nt": ("application/n-triples", "nt"),
}


@pytest.fixture(scope="module")
def dumps(portal_url: str) -> dict[str, Graph]:
    """The whole catalogue in each form, by its ending."""
    found = {}
    for ending, (media_type, syntax) in FORMS.items():
        answer = requests.get(f"{portal_url}/catalog/dump.{ending}", timeout=60)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(media_type)
        found[ending] = Graph().parse(data=answer.content.decode(), format=syntax)
    return found


def test_every_form_says_the_same(dumps: dict[str, Graph]) -> None:
    """Turtle, RDF/XML, JSON-LD and N-Triples hold the same statements, and all datasets."""
    assert set(dumps["ttl"].subjects(RDF.type, DCAT.Dataset))
    for ending in ("rdf", "jsonld", "nt"):
        assert isomorphic(dumps["ttl"], dumps[ending]), ending


def test_the_whole_is_valid_by_the_official_shapes(dumps: dict[str, Graph], shared: Path) -> None:
    """0 violations and 0 warnings of DCAT-AP.de 3.0 in what one stream brings."""
    official = runpy.run_path(str(shared / "dcat-ap-de" / "validate.py"))
    found = list(official["findings"](dumps["nt"], official["official_shapes"](), official["vocabularies"]()))
    assert [row for row in found if row[0] in ("Violation", "Warning")] == []


def test_the_whole_is_valid_by_our_shapes(portal_url: str, tmp_path: Path) -> None:
    """The command finds nothing but hints, in the file that anybody downloads."""
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(requests.get(f"{portal_url}/catalog/dump.ttl", timeout=60).content)
    validate = [Path(sys.executable).parent / "smartcity-validate", path]
    done = subprocess.run(validate, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("ending", FORMS)
def test_a_packed_dump_is_the_dump(portal_url: str, ending: str) -> None:
    """What is behind .gz unpacks to the same bytes."""
    plain = requests.get(f"{portal_url}/catalog/dump.{ending}", timeout=60).content
    packed = requests.get(f"{portal_url}/catalog/dump.{ending}.gz", timeout=60).content
    assert (gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed) == plain


@pytest.mark.parametrize("path", [*(f"/catalog.{one}" for one in FORMS), *(f"/catalog/dump.{one}" for one in FORMS)])
def test_who_has_it_already_is_told_so(portal_url: str, path: str) -> None:
    """An ETag brings 304 and no body; HEAD brings the same headers without one."""
    first = requests.get(portal_url + path, timeout=60)
    again = requests.get(portal_url + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    head = requests.head(portal_url + path, timeout=60)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == first.headers["ETag"]


def test_every_dataset_has_a_report(portal_url: str, call: Call) -> None:
    """After `./portal up` each public dataset is valid, and has points and a page that says what would raise them."""
    overview = call("quality_overview")
    datasets = call("package_search", rows=1000, fq="dataset_type:dataset")["results"]
    for dataset in datasets:
        report = call("quality_report_show", as_admin=True, id=dataset["name"])
        assert report["valid"], (dataset["name"], report["findings"])
        assert 0 < report["score"] <= 405
    assert overview
    page = requests.get(f"{portal_url}/quality", timeout=60)
    assert page.status_code == 200
    assert "von 405" in page.text
