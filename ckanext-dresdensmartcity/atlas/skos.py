"""The taxonomy of topics as SKOS (W3C Recommendation of 18 August 2009), whole or one topic. Plain Python."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ckanext.dresdensmartcity.city.model import City, Label, Topic
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from .linked_data import topic_iri

TITLE = Label("Angebote und Bedarfe in der Stadt", "Offers and needs in the city")
TURTLE, JSON_LD = "text/turtle", "application/ld+json"
CONTEXT = {
    "skos": str(SKOS),
    "dcterms": str(DCTERMS),
    "broader": {"@id": "skos:broader", "@type": "@id"},
    "narrower": {"@id": "skos:narrower", "@type": "@id"},
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "topConceptOf": {"@id": "skos:topConceptOf", "@type": "@id"},
    "hasTopConcept": {"@id": "skos:hasTopConcept", "@type": "@id"},
}


def scheme_iri(base: str) -> str:
    """The IRI of the concept scheme."""
    return f"{base}/atlas/topics"


def graph(topics: Iterable[Topic], base: str, city: City, only: str = "") -> Graph:
    """The concept scheme with all topics, or with the one of that id and what is next to it."""
    found = Graph()
    found.bind("skos", SKOS)
    found.bind("dcterms", DCTERMS)
    scheme = URIRef(scheme_iri(base))
    every = {topic.id: topic for topic in topics}
    found.add((scheme, RDF.type, SKOS.ConceptScheme))
    _labels(found, scheme, DCTERMS.title, TITLE)
    found.add((scheme, DCTERMS.publisher, Literal(city.publisher.name, lang="de")))
    for topic in every.values():
        if only and topic.id != only:
            continue
        _concept(found, topic, every, base, scheme)
    return found


def _concept(found: Graph, topic: Topic, every: dict[str, Topic], base: str, scheme: URIRef) -> None:
    concept = URIRef(topic_iri(base, topic.id))
    found.add((concept, RDF.type, SKOS.Concept))
    found.add((concept, SKOS.inScheme, scheme))
    found.add((concept, SKOS.notation, Literal(topic.id)))
    _labels(found, concept, SKOS.prefLabel, topic.label)
    for language, names in (("de", topic.alt_de), ("en", topic.alt_en)):
        for name in names:
            found.add((concept, SKOS.altLabel, Literal(name, lang=language)))
    if topic.broader in every:
        found.add((concept, SKOS.broader, URIRef(topic_iri(base, topic.broader))))
    else:
        found.add((concept, SKOS.topConceptOf, scheme))
        found.add((scheme, SKOS.hasTopConcept, concept))
    for other in every.values():
        if other.broader == topic.id:
            found.add((concept, SKOS.narrower, URIRef(topic_iri(base, other.id))))


def _labels(found: Graph, subject: URIRef, predicate: URIRef, label: Label) -> None:
    found.add((subject, predicate, Literal(label.de, lang="de")))
    found.add((subject, predicate, Literal(label.en, lang="en")))


def written(found: Graph, media_type: str) -> str:
    """The graph as Turtle or as JSON-LD with its context inside."""
    if media_type == TURTLE:
        return found.serialize(format="turtle")
    plain = json.loads(found.serialize(format="json-ld", context=CONTEXT, auto_compact=True))
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
