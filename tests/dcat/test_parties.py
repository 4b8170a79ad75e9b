"""Bodies and how they are reached: contacts, creators, originators, qualified relations."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.names import iri_part, slug
from ckanext.dresdensmartcity.dcat.catalogue import dataset_output
from ckanext.dresdensmartcity.dcat.iris import Site, dataset_iri
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS, FOAF, GEODCATAP, PROV, RDF, SKOS, TIME, VCARD, XSD
from ckanext.dresdensmartcity.dcat.output import Output
from packages import minimal
from rdflib import Literal, URIRef

ROLE = "http://www.iana.org/assignments/relation/original"


@pytest.fixture
def written(city: City, site: Site) -> Any:
    """Writes a minimal dataset with changes; gives the output and the dataset's IRI."""

    def write(**changes: Any) -> tuple[Output, URIRef]:
        package = minimal(**changes)
        return dataset_output(city, site, package, {}), URIRef(dataset_iri(package, site.base))

    return write


def test_names_of_bodies_keep_the_spelling_of_published_iris(written: Any) -> None:
    """Package names write ö as oe; IRIs of bodies have had o from the first, and an IRI does not change."""
    assert (slug("Königstein"), iri_part("Königstein")) == ("koenigstein", "konigstein")
    assert iri_part("?") == "unnamed"
    out, iri = written(publisher=[{"name": "Stadtwerke Königstein"}])
    assert str(out.graph.value(iri, DCTERMS.publisher)).endswith("#publisher-stadtwerke-konigstein")


@pytest.mark.parametrize(
    ("name", "predicate"),
    [
        ("creator", DCTERMS.creator),
        ("contributor", DCTERMS.contributor),
        ("originator", GEODCATAP.originator),
        ("custodian", GEODCATAP.custodian),
    ],
)
def test_bodies_are_agents_with_names(written: Any, name: str, predicate: URIRef) -> None:
    """Under their own IRI, or under one of the dataset: two datasets may describe a name differently."""
    given = [{"name": "Amt", "name_en": "Office"}, {"name": "Labor", "uri": "https://labor.example.org/"}]
    out, iri = written(**{name: given})
    agents = {str(one) for one in out.graph.objects(iri, predicate)}
    assert agents == {f"{iri}#{name}-1", "https://labor.example.org/"}
    assert set(out.graph.objects(URIRef(f"{iri}#{name}-1"), FOAF.name)) == {
        Literal("Amt", lang="de"),
        Literal("Office", lang="en"),
    }
    assert {out.graph.value(URIRef(one), RDF.type) for one in agents} == {FOAF.Agent}


def test_a_body_without_a_name_is_left_out(written: Any) -> None:
    """foaf:name is mandatory, and a made-up one would be a lie."""
    out, iri = written(creator=[{"uri": "https://x.example.org/"}])
    assert not list(out.graph.objects(iri, DCTERMS.creator))
    assert [(one.field, one.value) for one in out.omissions] == [("creator", "https://x.example.org/")]


def test_the_city_as_creator_is_the_city(written: Any, city: City) -> None:
    """One agent, however often it is named."""
    out, iri = written(creator=[{"name": city.publisher.name}])
    assert out.graph.value(iri, DCTERMS.creator) == out.graph.value(iri, DCTERMS.publisher)


def test_a_contact_may_be_a_telephone_alone(written: Any) -> None:
    """As an IRI, with blanks as hyphens (RFC 3966)."""
    out, iri = written(contact=[{"name": "Bürgertelefon", "telephone": "+49 351 115"}])
    contact = out.graph.value(iri, DCAT.contactPoint)
    assert out.graph.value(contact, VCARD.hasTelephone) == URIRef("tel:+49-351-115")
    assert out.omissions == []


def test_a_telephone_that_is_none_reaches_nobody(written: Any) -> None:
    """Then the city's office stands there, and the contact is listed."""
    out, _iri = written(contact=[{"name": "Amt", "telephone": "Zimmer 12"}])
    assert [one.field for one in out.omissions] == ["contact"]


@pytest.mark.parametrize("contact", [[], [{"name": "Amt", "telephone": "Zimmer 12"}]])
def test_nobody_stands_in_for_the_contact_of_another_portals_entry(written: Any, contact: list[Any]) -> None:
    """The city's office would be asked about data that it does not know."""
    out, iri = written(uri="https://opendata.example.org/dataset/1", contact=contact)
    assert out.graph.value(iri, DCAT.contactPoint) is None


@pytest.mark.parametrize(
    ("name", "record", "predicate", "target"),
    [
        ("qualified_relation", {"relation": "https://a.example.org/"}, DCAT.qualifiedRelation, DCTERMS.relation),
        ("qualified_attribution", {"agent": "https://a.example.org/"}, PROV.qualifiedAttribution, PROV.agent),
    ],
)
def test_relations_have_a_role(written: Any, name: str, record: Any, predicate: URIRef, target: URIRef) -> None:
    """Both parts are IRIs; one alone is left out and listed."""
    out, iri = written(**{name: [{**record, "role": ROLE}]})
    node = out.graph.value(iri, predicate)
    assert out.graph.value(node, target) == URIRef("https://a.example.org/")
    assert out.graph.value(node, DCAT.hadRole) == URIRef(ROLE)
    assert (URIRef(ROLE), RDF.type, DCAT.Role) in out.graph
    for half in ({**record, "role": ""}, {**record, "role": "no IRI"}):
        out, iri = written(**{name: [half]})
        assert out.graph.value(iri, predicate) is None
        assert [one.field for one in out.omissions] == [name]


@pytest.mark.parametrize(
    ("given", "predicate", "datatype"),
    [
        ("2026", TIME.inXSDgYear, XSD.gYear),
        ("2026-07", TIME.inXSDgYearMonth, XSD.gYearMonth),
        ("2026-07-31", TIME.inXSDDate, XSD.date),
        ("2026-07-31T14:00:00+02:00", TIME.inXSDDateTime, XSD.dateTime),
    ],
)
def test_instants_keep_their_precision(written: Any, given: str, predicate: URIRef, datatype: URIRef) -> None:
    """time:hasBeginning beside dcat:startDate."""
    out, iri = written(temporal_coverage=[{"beginning": given}])
    instant = out.graph.value(out.graph.value(iri, DCTERMS.temporal), TIME.hasBeginning)
    assert (instant, RDF.type, TIME.Instant) in out.graph
    assert out.graph.value(instant, predicate) == Literal(given, datatype=datatype, normalize=False)


def test_the_programme_of_the_city_can_be_read_back(written: Any, site: Site) -> None:
    """Measure, focus area and field of action are concepts that name their field and their value."""
    out, iri = written(measure="1.2.5", focus_area=["friedrichstadt"], field_of_action=["wissen"])
    found = {
        str(out.graph.value(one, SKOS.inScheme)): str(out.graph.value(one, SKOS.notation))
        for one in out.graph.objects(iri, DCTERMS.subject)
    }
    assert found == {
        f"{site.base}/#measure": "1.2.5",
        f"{site.base}/#focus_area": "friedrichstadt",
        f"{site.base}/#field_of_action": "wissen",
    }


def test_a_high_value_dataset_and_its_files_name_the_regulation(written: Any) -> None:
    """Switched on or told by its category; once, also where somebody has entered it."""
    law = URIRef("http://data.europa.eu/eli/reg_impl/2023/138/oj")
    predicate = URIRef("http://data.europa.eu/r5r/applicableLegislation")
    for given in ({"high_value": True}, {"hvd_category": ["http://data.europa.eu/bna/c_ac64a52d"]}):
        out, iri = written(**given, applicable_legislation=[str(law)])
        assert list(out.graph.objects(iri, predicate)) == [law]
        (file,) = out.graph.objects(iri, DCAT.distribution)
        assert list(out.graph.objects(file, predicate)) == [law]
    out, iri = written(high_value=False)
    assert not list(out.graph.subjects(predicate, law))
