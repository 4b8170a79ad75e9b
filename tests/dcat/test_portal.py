"""The catalogue of a running portal: what stands in it, what never does, in every syntax."""

from __future__ import annotations

import json
from collections import Counter
from types import ModuleType
from typing import Any

import pytest
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers
from ckanext.dresdensmartcity.dcat.export import whole_catalogue
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS, HYDRA, RDF
from ckanext.dresdensmartcity.quality.shacl import validate
from content import HIDDEN, SITE, SYNTAXES, call, graph_of
from rdflib import Graph, URIRef

pytestmark = pytest.mark.ckan

MEDIA_TYPES = {"ttl": "text/turtle", "rdf": "application/rdf+xml", "jsonld": "application/ld+json"}


def titles(graph: Graph, kind: URIRef) -> set[str]:
    return {str(title) for entry in graph.subjects(RDF.type, kind) for title in graph.objects(entry, DCTERMS.title)}


@pytest.mark.parametrize("ending", SYNTAXES)
def test_the_catalogue_holds_datasets_and_series_only(app: Any, portal: dict[str, Any], ending: str) -> None:
    """In every syntax: no private entry, no draft, nothing of the atlas."""
    text = app.get(f"/catalog.{ending}", status=200).body
    assert not [name for name in HIDDEN if name in text]
    graph = graph_of(app, f"/catalog.{ending}")
    assert titles(graph, DCAT.Dataset) == {"Bäume", "Luftqualität 2026", "Air quality 2026"}
    assert titles(graph, DCAT.DatasetSeries) == {"Luftqualität und Lärm", "Air quality and noise"}
    entries = set(graph.objects(URIRef(SITE), DCAT.dataset)) | set(graph.objects(URIRef(SITE), DCAT.resource))
    assert {str(one) for one in entries} == {
        f"{SITE}/dataset/air-2026",
        f"{SITE}/dataset/{portal['minimal']['id']}",
        f"{SITE}/dataset_series/measure-1-2-5",
    }


def test_the_catalogue_is_valid(app: Any, portal: dict[str, Any]) -> None:
    """Our own shapes find neither a violation nor a warning in what the portal serves."""
    for path in ("/catalog.ttl", "/dataset/air-2026.ttl"):
        assert {one.severity for one in validate(graph_of(app, path))} <= {"info"}


def test_the_official_shapes_find_nothing(app: Any, portal: dict[str, Any], official: ModuleType) -> None:
    """No violation and no warning, for the catalogue, for one dataset, and for one series."""
    shapes, vocabularies = official.official_shapes(), official.vocabularies()
    for path in ("/catalog.ttl", "/dataset/air-2026.rdf", "/dataset_series/measure-1-2-5.jsonld"):
        assert Counter(official.findings(graph_of(app, path), shapes, vocabularies)) == {}


@pytest.mark.ckan_config("ckanext.dcat.datasets_per_page", "1")
def test_every_page_is_complete_in_itself(app: Any, portal: dict[str, Any]) -> None:
    """Following the links gives every entry once, and each page is valid alone."""
    address, found = "/catalog.ttl", Graph()
    pages = 0
    while address:
        page = graph_of(app, address)
        assert {one.severity for one in validate(page)} <= {"info"}
        assert [int(str(one)) for one in page.objects(None, HYDRA.itemsPerPage)] == [1]
        found += page
        pages += 1
        address = "".join(page.objects(None, HYDRA.next)).removeprefix(SITE)
    assert pages == 3
    assert titles(found, DCAT.Dataset) == {"Bäume", "Luftqualität 2026", "Air quality 2026"}
    assert len(list(found.objects(URIRef(SITE), DCAT.resource))) == 1


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_not_found_by_its_address_either(app: Any, portal: dict[str, Any], name: str) -> None:
    """An atlas entry is no dataset, and a private one is not there for strangers."""
    app.get(f"/dataset/{name}.ttl", status=404)
    app.get(f"/dataset/{name}", headers={"Accept": "text/turtle"}, status=404)


@pytest.mark.parametrize("narrow", ["dataset_type:actor", "state:draft", "capacity:private", "+state:(draft active)"])
def test_a_filter_can_narrow_the_catalogue_and_not_widen_it(app: Any, portal: dict[str, Any], narrow: str) -> None:
    """Not even an administrator's catalogue holds more than everybody's."""
    admin = factories.SysadminWithToken()
    for headers in ({}, {"Authorization": admin["token"]}):
        text = app.get("/catalog.ttl", query_string={"fq": narrow}, headers=headers, status=200).body
        assert not [name for name in HIDDEN if name in text]


def test_a_search_narrows_the_catalogue(app: Any, portal: dict[str, Any]) -> None:
    """And its pages keep the search in their addresses."""
    graph = graph_of(app, "/catalog.ttl?q=title:Bäume")
    assert titles(graph, DCAT.Dataset) == {"Bäume"}
    assert ["q=title" in address for address in graph.objects(None, HYDRA.first)] == [True]


@pytest.mark.parametrize(
    "asked", ["page=0", "page=-1", "page=x", "modified_since=yesterday", "q=title:(", "profiles=unknown"]
)
def test_what_cannot_be_understood_is_told(app: Any, portal: dict[str, Any], asked: str) -> None:
    """With an answer that says so and no error of the server."""
    answer = app.get(f"/catalog.ttl?{asked}", status=409)
    assert "SolrError" not in answer.body


def test_an_unknown_ending_is_told(app: Any, portal: dict[str, Any]) -> None:
    """The syntaxes that there are, are named."""
    with pytest.raises(tk.ValidationError, match="ttl"):
        helpers.call_action("dcat_catalog_show", format="doc")


def test_modified_since_leaves_out_what_is_older(app: Any, portal: dict[str, Any]) -> None:
    """Nothing was changed in the year 2900."""
    assert not titles(graph_of(app, "/catalog.ttl?modified_since=2900-01-01"), DCAT.Dataset)
    assert titles(graph_of(app, "/catalog.ttl?modified_since=2000-01-01T00:00:00Z"), DCAT.Dataset)


@pytest.mark.parametrize("path", ["/dataset/air-2026", "/dataset_series/measure-1-2-5"])
@pytest.mark.parametrize("ending", MEDIA_TYPES)
def test_a_page_is_rdf_for_those_who_ask_for_it(app: Any, portal: dict[str, Any], path: str, ending: str) -> None:
    """By the header Accept; a browser gets the page."""
    answer = app.get(path, headers={"Accept": MEDIA_TYPES[ending]}, status=200)
    assert answer.headers["Content-Type"].startswith(MEDIA_TYPES[ending])
    assert len(Graph().parse(data=answer.body, format=SYNTAXES[ending])) > 10
    assert "<html" in app.get(path, headers={"Accept": "text/html"}, status=200).body


def test_a_dataset_is_the_same_by_itself_and_in_the_catalogue(app: Any, portal: dict[str, Any]) -> None:
    """Its document is a part of the catalogue's."""
    alone, whole = graph_of(app, "/dataset/air-2026.nt"), graph_of(app, "/catalog.nt")
    assert len(alone) > 100
    assert set(alone) <= set(whole)


def test_an_iri_survives_a_new_name(app: Any, own_portal: dict[str, Any]) -> None:
    """A dataset made by hand stands under its id."""
    before = graph_of(app, "/dataset/trees.ttl").value(None, RDF.type, DCAT.Dataset)
    call("package_patch", id=own_portal["minimal"]["id"], name="all-trees")
    assert graph_of(app, "/dataset/all-trees.ttl").value(None, RDF.type, DCAT.Dataset) == before


def test_the_dataset_search_finds_no_atlas_entries(app: Any, portal: dict[str, Any]) -> None:
    """Neither on the page nor in the API, unless the API asks for them."""
    names = {one["name"] for one in helpers.call_action("package_search", rows=100)["results"]}
    assert names == {"measure-1-2-5", "air-2026", "trees"}
    actors = json.loads(app.get("/api/3/action/package_search?fq=dataset_type:actor").body)["result"]["results"]
    assert [one["name"] for one in actors] == ["actor-tud"]
    page = app.get("/dataset/", status=200).body
    assert "air-2026" in page
    assert "actor-tud" not in page


def test_a_deleted_dataset_leaves_the_catalogue(app: Any, own_portal: dict[str, Any]) -> None:
    """At once."""
    call("package_delete", id="trees")
    assert "Bäume" not in titles(graph_of(app, "/catalog.ttl"), DCAT.Dataset)
    app.get("/dataset/trees.ttl", status=404)


def test_the_whole_catalogue_names_what_was_left_out(own_portal: dict[str, Any]) -> None:
    """A format that the EU list lacks is listed for the editors."""
    call("resource_create", package_id="trees", name="x", url="https://data.example.org/x", format="Parquet")
    out = whole_catalogue()
    assert [(one.field, one.value) for one in out.omissions] == [("format", "Parquet")]
    assert titles(out.graph, DCAT.Dataset) == {"Bäume", "Luftqualität 2026", "Air quality 2026"}
