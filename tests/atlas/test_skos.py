"""The taxonomy as SKOS."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.dresdensmartcity.atlas import skos
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.vocabularies import topics
from rdflib import RDF, SKOS, Graph, Literal, URIRef

BASE = "https://portal.example"


@pytest.fixture(scope="module")
def city(repository: Path) -> City:
    return load_city(repository / "schemas/cities/dresden.yaml")


def test_every_topic_is_a_concept_with_both_labels_and_a_way_up(city: City) -> None:
    found = skos.graph(topics(), BASE, city)
    concepts = set(found.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) == len(topics())
    for concept in concepts:
        assert {label.language for label in found.objects(concept, SKOS.prefLabel)} == {"de", "en"}
        assert (concept, SKOS.broader, None) in found or (concept, SKOS.topConceptOf, None) in found
    noise = URIRef(f"{BASE}/atlas/topics/noise")
    assert (noise, SKOS.altLabel, Literal("Schall", lang="de")) in found


def test_both_syntaxes_say_the_same(city: City) -> None:
    found = skos.graph(topics(), BASE, city)
    turtle = Graph().parse(data=skos.written(found, skos.TURTLE), format="turtle")
    linked = Graph().parse(data=skos.written(found, skos.JSON_LD), format="json-ld")
    assert set(turtle) == set(linked) == set(found)


def test_one_topic_stands_alone(city: City) -> None:
    found = skos.graph(topics(), BASE, city, only="environmental-monitoring")
    (concept,) = found.subjects(RDF.type, SKOS.Concept)
    assert len(set(found.objects(concept, SKOS.narrower))) == 2
