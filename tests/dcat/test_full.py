"""The catalogue with every field filled: nothing is lost, and nobody finds anything wrong with it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import full
import pytest
from ckanext.dresdensmartcity.city.current import city_of
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.dcat.catalogue import Dates, catalogue_output, dataset_output
from ckanext.dresdensmartcity.dcat.datasets import describe, index_of_entries
from ckanext.dresdensmartcity.dcat.iris import Site
from ckanext.dresdensmartcity.dcat.namespaces import ADMS, DCAT, DCTERMS, FOAF, RDF
from ckanext.dresdensmartcity.dcat.output import Output
from ckanext.dresdensmartcity.quality.shacl import validate
from rdflib import BNode, Graph, URIRef
from rdflib.compare import isomorphic

DATES = Dates("2026-01-01T10:00:00", "2026-01-02T10:00:00")
SYNTAXES = {"turtle": "turtle", "pretty-xml": "xml", "json-ld": "json-ld", "nt": "nt"}
DATASET = URIRef("https://anderswo.example.org/dataset/4711")
SERVICE = URIRef("https://anderswo.example.org/service/1")


@pytest.fixture(scope="module")
def dresden() -> City:
    """Its focus areas and fields of action stand in the full dataset."""
    return city_of("dresden")


@pytest.fixture(scope="module")
def index(site: Site) -> dict[str, Any]:
    return index_of_entries(full.entries(), site.base)


@pytest.fixture(scope="module")
def whole(dresden: City, site: Site, index: dict[str, Any]) -> Output:
    return catalogue_output(dresden, site, full.entries(), index, DATES)


def test_nothing_is_left_out(whole: Output) -> None:
    """Every value has its place in the standard."""
    assert whole.omissions == []


def test_there_are_no_blank_nodes(whole: Output) -> None:
    """Parts can be merged in any order."""
    assert not [node for triple in whole.graph for node in triple if isinstance(node, BNode)]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_official_shapes_find_nothing(whole: Output, official: ModuleType, syntax: str) -> None:
    """No violation and no warning, in each of the four syntaxes."""
    text = whole.graph.serialize(format=syntax)
    graph = Graph().parse(data=text, format=SYNTAXES[syntax])
    assert set(official.findings(graph, official.official_shapes(), official.vocabularies())) == set()


def test_the_official_shapes_of_high_value_datasets_find_nothing(
    dresden: City, site: Site, index: dict[str, Any], official: ModuleType, shared: Any
) -> None:
    """A high-value dataset with its files and its service has all that DCAT-AP HVD 3.0 asks for.

    That set also wants every address typed as rdfs:Resource and every licence as what it is; they are what they are.
    """
    shapes = Graph().parse(shared / "dcat-ap-de/official/shapes/optional-semic-hvd-3.0.0.ttl")
    packages = [full.series(), full.dataset(), full.service()]
    graph = catalogue_output(dresden, site, packages, index, DATES).graph
    found = official.findings(graph, shapes, official.vocabularies())
    of_these = (str(DATASET), str(SERVICE))
    untyped = "ClassConstraintComponent"
    assert {one for one in found if one[1].startswith(of_these) and one[3] != untyped} == set()


def test_our_own_shapes_find_nothing(whole: Output) -> None:
    """Not even a recommendation, but for the least that the second dataset says."""
    found = validate(whole.graph)
    assert [one for one in found if one.severity != "info"] == []
    assert [one for one in found if str(one.focus).startswith((str(DATASET), str(SERVICE)))] == []


@pytest.mark.parametrize("package", full.entries(), ids=lambda one: one["type"] + ":" + one["name"])
def test_every_entry_alone_is_valid(
    package: dict[str, Any], dresden: City, site: Site, index: dict[str, Any], official: ModuleType
) -> None:
    """A document of one entry describes what it links to, and ends there."""
    graph = dataset_output(dresden, site, package, index).graph
    assert set(official.findings(graph, official.official_shapes(), official.vocabularies())) == set()


def test_parts_and_frame_are_the_whole(whole: Output, dresden: City, site: Site, index: dict[str, Any]) -> None:
    """What is written entry by entry, with the frame that holds it together, is the catalogue."""
    merged = catalogue_output(dresden, site, [], {}, DATES).graph
    for package in full.entries():
        part = Output(dresden, site, index)
        describe(part, package, linked=False)
        merged += part.graph
    assert isomorphic(merged, whole.graph)


def test_a_part_says_nothing_of_others(dresden: City, site: Site, index: dict[str, Any]) -> None:
    """Other entries have their type in it, the city's offices not even that."""
    part = Output(dresden, site, index)
    describe(part, full.dataset(), linked=False)
    others = {URIRef(f"https://anderswo.example.org/{kind}/1") for kind in ("series", "service")}
    for other in others:
        assert set(part.graph.predicates(other)) == {RDF.type}
    bare = Output(dresden, site)
    describe(bare, full.source(), linked=False)
    publisher = bare.graph.value(predicate=DCTERMS.publisher)
    assert publisher is None
    city = bare.graph.value(URIRef(f"{site.base}/dataset/{full.source()['id']}"), DCTERMS.publisher)
    assert city is not None
    assert not list(bare.graph.predicate_objects(city))


def test_links_to_what_is_not_published_are_left_out_and_listed(dresden: City, site: Site) -> None:
    """A private entry is never named."""
    out = dataset_output(dresden, site, full.dataset(), {})
    left_out = {(one.field, one.value) for one in out.omissions}
    assert left_out == {
        ("in_series", full.SERIES_NAME),
        ("source", full.SOURCE_NAME),
        ("has_version", full.SOURCE_NAME),
        ("access_services", full.SERVICE_NAME),
    }
    assert not list(out.graph.subjects(RDF.type, DCAT.DataService))
    assert full.SOURCE_NAME not in out.graph.serialize(format="nt")


def test_a_link_to_an_entry_of_another_type_is_left_out(dresden: City, site: Site, index: dict[str, Any]) -> None:
    """dcterms:source takes datasets only: a series would break the shapes."""
    out = dataset_output(dresden, site, {**full.dataset(), "source": [full.SERIES_NAME]}, index)
    assert [one.field for one in out.omissions] == ["source"]


@pytest.mark.parametrize("key", ["name", "id", "uri"])
def test_links_hold_names_ids_or_iris(dresden: City, site: Site, index: dict[str, Any], key: str) -> None:
    """Whatever a program or a person writes."""
    out = dataset_output(dresden, site, {**full.dataset(), "in_series": [full.series()[key]]}, index)
    assert out.graph.value(DATASET, DCAT.inSeries) == URIRef(full.series()["uri"])


def test_datasets_that_are_made_from_each_other_end(dresden: City, site: Site) -> None:
    """A circle of links is written once round."""
    first, second = full.source(), {**full.source(), "id": "other", "name": "other", "source": [full.SOURCE_NAME]}
    packages = [{**first, "source": ["other"]}, second]
    graph = catalogue_output(dresden, site, packages, index_of_entries(packages, site.base)).graph
    assert len(list(graph.subject_objects(DCTERMS.source))) == 2


def test_what_a_service_delivers_is_reached_at_its_endpoint(whole: Output) -> None:
    """Convention 41: no downloadURL, accessURL = endpointURL."""
    (file,) = whole.graph.subjects(DCAT.accessService, SERVICE)
    assert set(whole.graph.objects(file, DCAT.accessURL)) == set(whole.graph.objects(SERVICE, DCAT.endpointURL))
    assert not set(whole.graph.objects(file, DCAT.downloadURL))


def test_an_excerpt_is_a_sample_and_no_distribution(whole: Output) -> None:
    (excerpt,) = whole.graph.objects(DATASET, ADMS.sample)
    assert (DATASET, DCAT.distribution, excerpt) not in whole.graph
    assert (excerpt, RDF.type, DCAT.Distribution) in whole.graph


def test_every_entry_has_a_record(whole: Output, site: Site) -> None:
    """In the catalogue, about the entry, under the profile."""
    records = set(whole.graph.objects(URIRef(site.base), DCAT.record))
    assert len(records) == len(full.entries())
    for record in records:
        assert whole.graph.value(record, FOAF.primaryTopic)
        assert whole.graph.value(record, DCTERMS.modified)
