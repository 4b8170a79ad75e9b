"""The catalogue: whole, in pages, and valid in every form."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.dcat.catalogue import Dates, Page, catalogue_output, dataset_output
from ckanext.dresdensmartcity.dcat.datasets import index_of_entries
from ckanext.dresdensmartcity.dcat.iris import Site
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCATAP, DCTERMS, ELI, FOAF, HYDRA, RDF, SKOS, XSD
from ckanext.dresdensmartcity.quality.shacl import validate
from packages import full, minimal, resource, series
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic

PACKAGES = [series(), full(), minimal()]
DATES = Dates("2026-01-01T10:00:00", "2026-01-02T10:00:00")
# What an editor or a harvester may leave out or get wrong without making the catalogue invalid.
ODD = [
    minimal(tags=[{"name": "a"}], theme=["ENVI"], resources=[]),
    minimal(issued="soon", modified="2026-02-30", temporal_coverage=[{"start": "", "end": ""}]),
    minimal(spatial_coverage='[{"geom": "x"}]', contact=[{"name": "x"}], publisher=[{"uri": "urn:x"}]),
    minimal(resources=[resource(url="http://[", format="?", mimetype="x", size="-1", hash="zz", status="purl")]),
    minimal(language=["de"], frequency="x", access_rights="x", availability="x", political_geocoding_level=["x"]),
    minimal(identifier=" ", alternate_identifier=["", "a"], conforms_to=["a b"], documentation=["x"], references=["x"]),
]


def catalogue(city: City, site: Site, packages: list[dict[str, Any]], page: Page | None = None) -> Graph:
    return catalogue_output(city, site, packages, index_of_entries([series()], site.base), DATES, page).graph


@pytest.fixture(scope="module")
def graph(city: City, site: Site) -> Graph:
    return catalogue(city, site, PACKAGES)


def test_the_catalogue_is_described_by_the_city(graph: Graph, city: City, site: Site) -> None:
    """Title and description in both languages, publisher, licence, language, home page, themes, dates."""
    (iri,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert iri == URIRef(site.base)
    assert {str(one) for one in graph.objects(iri, DCTERMS.title)} == {city.title.de, city.title.en}
    assert {one.language for one in graph.objects(iri, DCTERMS.description)} == {"de", "en"}
    assert str(graph.value(iri, DCTERMS.license)) == city.license
    assert {str(one) for one in graph.objects(iri, DCTERMS.language)} == set(city.languages)
    homepage = graph.value(iri, FOAF.homepage)
    assert (homepage, RDF.type, FOAF.Document) in graph
    assert (graph.value(iri, DCAT.themeTaxonomy), RDF.type, SKOS.ConceptScheme) in graph
    assert str(graph.value(iri, DCTERMS.modified)) == "2026-01-02T10:00:00Z"
    assert graph.value(iri, DCTERMS.issued)
    assert graph.value(iri, DCAT.service)


def test_the_city_file_says_more_of_the_catalogue(site: Site) -> None:
    """Rights, creator, law, further schemes, and other catalogues with all that a dcat:Catalog needs."""
    muster = load_city(Path(__file__).parent.parent.parent / "test-data/musterstadt/musterstadt.yaml")
    found = catalogue(muster, site, [minimal()])
    iri = URIRef(site.base)
    assert found.value(iri, DCTERMS.issued) == Literal("2024-03", datatype=XSD.gYearMonth, normalize=False)
    for predicate, kind in (
        (DCTERMS.rights, DCTERMS.RightsStatement),
        (DCTERMS.creator, FOAF.Agent),
        (DCATAP.applicableLegislation, ELI.LegalResource),
        (DCTERMS.isPartOf, DCAT.Catalog),
        (DCTERMS.hasPart, DCAT.Catalog),
        (DCAT.catalog, DCAT.Catalog),
    ):
        (value,) = found.objects(iri, predicate)
        assert (value, RDF.type, kind) in found, predicate
    assert len(set(found.objects(iri, DCAT.themeTaxonomy))) == 2
    part = found.value(iri, DCTERMS.hasPart)
    # The same body under the same name is the city, and not a second agent.
    assert found.value(part, DCTERMS.publisher) == found.value(iri, DCTERMS.publisher)


def test_series_are_entries_but_no_datasets(graph: Graph, site: Site) -> None:
    """They stand under dcat:resource, as dcat:dataset asks for the type dcat:Dataset."""
    iri = URIRef(site.base)
    assert len(set(graph.objects(iri, DCAT.dataset))) == 2
    (entry,) = graph.objects(iri, DCAT.resource)
    assert (entry, RDF.type, DCAT.DatasetSeries) in graph
    assert (entry, RDF.type, DCAT.Dataset) not in graph


@pytest.mark.parametrize("kind", ["actor", "project", "harvest", "showcase"])
def test_other_types_are_left_out(city: City, site: Site, kind: str) -> None:
    """Whoever hands them over."""
    assert not set(catalogue(city, site, [minimal(type=kind)]).subjects(RDF.type, DCAT.Dataset))


def test_merged_pages_are_the_whole_catalogue(graph: Graph, city: City, site: Site) -> None:
    """Nothing is doubled and nothing is lost, whatever the order."""
    merged = Graph()
    for package in reversed(PACKAGES):
        merged += catalogue(city, site, [package])
    assert isomorphic(merged, graph)


def test_pages_are_linked(city: City, site: Site) -> None:
    """By the names of Hydra and by those that older readers look for."""
    page = Page("urn:2", "urn:1", "urn:3", 300, 100, "urn:3", "urn:1")
    graph = catalogue(city, site, [minimal()], page)
    view = graph.value(URIRef(site.base), HYDRA.view)
    for name, address in (("first", 1), ("next", 3), ("last", 3), ("previous", 1)):
        assert str(graph.value(view, HYDRA[name])) == f"urn:{address}"
        assert str(graph.value(view, HYDRA[f"{name}Page"])) == f"urn:{address}"
    assert int(str(graph.value(view, HYDRA.totalItems))) == 300


@pytest.mark.parametrize("syntax", ["turtle", "pretty-xml", "json-ld", "nt"])
def test_every_syntax_says_the_same(graph: Graph, syntax: str) -> None:
    """Written and read again it is the same graph."""
    text = graph.serialize(format=syntax, **({"auto_compact": True} if syntax == "json-ld" else {}))
    assert isomorphic(Graph().parse(data=text, format=syntax.removeprefix("pretty-")), as_read(graph))


def as_read(graph: Graph) -> Graph:
    """The graph with its literals in the form that rdflib gives them when it reads: ab12 as AB12, 100 as 100.0."""
    found = Graph()
    for subject, predicate, value in graph:
        if isinstance(value, Literal):
            value = Literal(str(value), lang=value.language, datatype=value.datatype)
        found.add((subject, predicate, value))
    return found


def entries() -> list[Any]:
    named = {"series": series(), "full": full(), "minimal": minimal(), **{f"odd-{n}": one for n, one in enumerate(ODD)}}
    return [pytest.param(package, id=name) for name, package in named.items()]


@pytest.mark.parametrize("package", entries())
def test_every_entry_is_valid_by_itself(any_city: City, site: Site, package: dict[str, Any]) -> None:
    """A page with one entry and the document of the entry alone break none of our shapes, in any city."""
    alone = dataset_output(any_city, site, package, index_of_entries([series()], site.base)).graph
    for graph in (alone, catalogue(any_city, site, [package])):
        found = [one for one in validate(graph) if one.severity != "info" and one.field != "resources"]
        assert not found


def test_the_official_shapes_find_nothing(any_city: City, site: Site, official: ModuleType) -> None:
    """No violation and no warning over the whole catalogue with everything in it, pages and odd entries alike."""
    packages = [*PACKAGES, *({**one, "id": f"odd-{n}", "name": f"odd-{n}"} for n, one in enumerate(ODD))]
    graph = catalogue(any_city, site, packages, Page("urn:1", "urn:1", "urn:1", len(packages), 100))
    assert set(official.findings(graph, official.official_shapes(), official.vocabularies())) == set()
