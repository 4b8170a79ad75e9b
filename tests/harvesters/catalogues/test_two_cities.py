"""One city's catalogue, as this portal writes it, harvested by another city's portal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.search import clear_all
from ckan.tests import helpers
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.dcat.namespaces import ADMS, DCAT, DCTERMS, RDF, SKOS
from ckanext.dresdensmartcity.harvesters.publishing import ensure_organization, site_user
from rdflib import Graph, URIRef
from sources import body

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]

# tests/dcat has a package of each kind in which every field is filled.
sys.path.insert(0, str(Path(__file__).parents[2] / "dcat"))


def fill() -> None:
    """A city whose entries have every field that there is, one only what is needed, and links between them."""
    import full

    context = {"user": site_user(), "ignore_auth": True}
    ensure_organization(city())
    for package in (full.series(), full.source(), full.service(), full.dataset()):
        given = full.create(package) | {"owner_org": city().id}
        for name in ("field_of_action", "focus_area", "serves_dataset"):  # of another city; not there yet
            given.pop(name, None)
        tk.get_action("package_create")(dict(context), given)
    serves = full.service()["serves_dataset"]
    tk.get_action("package_patch")(dict(context), {"id": full.SERVICE_NAME, "serves_dataset": serves})


def catalogue(app: Any) -> bytes:
    return bytes(app.get("/catalog.ttl").data)


def own_words(graph: Graph) -> dict[tuple[str, str], set[str]]:
    """What each entry says of itself: its properties, without those that say where it is written."""
    kinds = (DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService)
    entries = {one for kind in kinds for one in graph.subjects(RDF.type, kind)}
    # This portal's own id is added to the identifiers; a place is written in other words for the same.
    skipped = {ADMS.identifier, DCTERMS.subject, DCTERMS.spatial}
    return {
        (str(entry), str(predicate)): {_plain(graph, one) for one in graph.objects(entry, predicate)}
        for entry in entries
        for predicate in set(graph.predicates(entry))
        if predicate not in skipped
    }


def _plain(graph: Graph, node: Any) -> str:
    """A thing below an entry by what is said of it, as its IRI is the portal's to choose."""
    if not isinstance(node, URIRef) or "#" not in node.rpartition("/")[2]:
        return node.n3()
    return " ".join(sorted(f"{predicate} {_plain(graph, one)}" for predicate, one in graph.predicate_objects(node)))


def before_entries(words: dict[tuple[str, str], set[str]]) -> set[URIRef]:
    return {URIRef(iri) for iri, _ in words}


def names_of_places(graph: Graph, entry: URIRef) -> set[Any]:
    places = set(graph.objects(entry, DCTERMS.spatial))
    return {name for place in places for name in graph.objects(place, SKOS.prefLabel)}


def test_what_one_city_publishes_the_other_passes_on_unchanged(source, harvest, app, ckan_config):
    """Every entry keeps its IRI and its words; a second run finds nothing; nothing of the other city creeps in."""
    ckan_config["ckanext.dresdensmartcity.city_file"] = "test-data/musterstadt/musterstadt.yaml"
    assert city().id == "musterstadt"
    fill()
    given = catalogue(app)
    before = own_words(Graph().parse(data=given, format="turtle"))
    helpers.reset_db()
    clear_all()
    ckan_config["ckanext.dresdensmartcity.city_file"] = "dresden"
    ckan_config["ckan.site_url"] = "http://dresden.example"
    run = harvest(source.serve("/catalog.ttl", body(given, "text/turtle")), "smartcity_dcat")
    report = run.run()
    assert report["errors"] == []
    # The programme's measure of a dataset and a series means nothing elsewhere, and is named.
    assert "lifted" not in report["tallies"]
    assert report["tallies"]["not_understood"]["subject: it belongs to the programme of another city"] == 2
    assert report["counts"]["new"] == 2
    after = own_words(Graph().parse(data=catalogue(app), format="turtle"))
    different = {
        (iri.rpartition("/")[2], predicate): (words - after.get((iri, predicate), set()), after.get((iri, predicate)))
        for (iri, predicate), words in before.items()
        if words != after.get((iri, predicate))
    }
    assert different == {}
    places = Graph().parse(data=catalogue(app), format="turtle")
    named = {str(name) for one in before_entries(before) for name in names_of_places(places, one)}
    assert "Musterstadt" in named
    assert "Dresden" not in named
    assert run.run()["counts"]["changed"] == 0
    assert model.Session.query(model.Package).filter_by(type="dataset", state="active").count() == 2
