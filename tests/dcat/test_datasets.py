"""A package as RDF, field by field."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ckanext.dresdensmartcity.city.model import City, Office
from ckanext.dresdensmartcity.dcat.catalogue import dataset_output
from ckanext.dresdensmartcity.dcat.datasets import index_of_entries
from ckanext.dresdensmartcity.dcat.iris import Site, dataset_iri
from ckanext.dresdensmartcity.dcat.namespaces import (
    ADMS,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    FOAF,
    GEO,
    LOCN,
    PROV,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    VCARD,
    XSD,
)
from ckanext.dresdensmartcity.dcat.output import Output
from packages import EU, RECTANGLE, full, minimal, resource, series
from rdflib import BNode, Literal, URIRef

KEY = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/14612000"


class Written:
    """One package as RDF, and questions about it."""

    def __init__(self, city: City, site: Site, package: dict[str, Any]) -> None:
        self.out: Output = dataset_output(city, site, package, index_of_entries([series()], site.base))
        self.iri = URIRef(dataset_iri(package, site.base))

    def of(self, predicate: URIRef, subject: object = None) -> set[Any]:
        return set(self.out.graph.objects(subject or self.iri, predicate))  # type: ignore[arg-type]

    def one(self, predicate: URIRef, subject: object = None) -> Any:
        (value,) = self.of(predicate, subject)
        return value

    def file(self) -> Any:
        return self.one(DCAT.distribution)

    def omitted(self) -> set[tuple[str, str]]:
        return {(one.field, one.value) for one in self.out.omissions}


@pytest.fixture
def write(city: City, site: Site) -> Any:
    return lambda package, other=None: Written(other or city, site, package)


def test_texts_carry_their_language(write: Any) -> None:
    """Title, description and keywords in German and English."""
    found = write(full())
    assert found.of(DCTERMS.title) == {Literal("Luftqualität 2026", lang="de"), Literal("Air quality 2026", lang="en")}
    assert {one.language for one in found.of(DCTERMS.description)} == {"de", "en"}
    assert found.of(DCAT.keyword) == {
        Literal("Luft", lang="de"),
        Literal("Feinstaub", lang="de"),
        Literal("air", lang="en"),
        Literal("fine dust", lang="en"),
    }


def test_there_are_no_blank_nodes(write: Any) -> None:
    """Pages and fragments can be merged in any order, and nothing is doubled."""
    found = write(full())
    assert not [node for triple in found.out.graph for node in triple if isinstance(node, BNode)]


def test_the_citys_publisher_stands_in_for_a_missing_one(write: Any, city: City) -> None:
    """One foaf:Agent under a stable IRI, from the city file."""
    found = write(minimal())
    publisher = found.one(DCTERMS.publisher)
    assert str(publisher) == "https://portal.example.org/organization/musterstadt"
    assert found.one(RDF.type, publisher) == FOAF.Agent
    assert str(found.one(FOAF.name, publisher)) == city.publisher.name
    assert str(found.one(DCTERMS.type, publisher)) == "http://purl.org/adms/publishertype/LocalAuthority"


def test_a_publisher_of_its_own_is_the_only_one(write: Any) -> None:
    """The city is not added to it, and its IRI comes of its name."""
    found = write(full(in_series=[], resources=[]))
    assert str(found.one(DCTERMS.publisher)) == "https://portal.example.org/#publisher-stadtwerke"


def test_the_citys_publisher_by_name_is_the_city(write: Any, city: City) -> None:
    """A harvester that repeats the city's name does not make a second agent."""
    found = write(minimal(publisher=[{"name": city.publisher.name, "uri": ""}]))
    assert str(found.one(DCTERMS.publisher)).endswith("/organization/musterstadt")


def test_a_publisher_whose_iri_is_its_page_is_no_document(write: Any, city: City) -> None:
    """A city may name itself by its home page; an agent is not a document all the same."""
    page = "https://musterstadt.example.org/"
    found = write(minimal(), replace(city, publisher=Office("Stadt", page, uri=page)))
    assert found.of(RDF.type, found.one(DCTERMS.publisher)) == {FOAF.Agent}


def test_a_contact_is_reached_by_iris(write: Any) -> None:
    """vcard:hasEmail and vcard:hasURL are IRIs."""
    found = write(full())
    contact = found.one(DCAT.contactPoint)
    assert VCARD.Kind in found.of(RDF.type, contact)
    assert found.one(VCARD.hasEmail, contact) == URIRef("mailto:umwelt@example.org")
    assert found.one(VCARD.hasURL, contact) == URIRef("https://umwelt.example.org/kontakt")


def test_a_contact_that_cannot_be_reached_is_replaced_by_the_citys(write: Any, city: City) -> None:
    """And said to be left out."""
    found = write(minimal(contact=[{"name": "Umweltamt", "email": "kein Postfach"}]))
    assert str(found.one(VCARD.fn, found.one(DCAT.contactPoint))) == city.contact.name
    assert ("contact", "Umweltamt") in found.omitted()


def test_a_dataset_without_a_place_is_about_the_city(write: Any, city: City) -> None:
    """Its keys in the registers, and one place with its rectangle and centre."""
    found = write(minimal())
    places = found.of(DCTERMS.spatial)
    assert {URIRef(city.geocoding.municipality_key), *map(URIRef, city.geocoding.places)} < places
    assert all(DCTERMS.Location in found.of(RDF.type, place) for place in places)
    (own,) = [place for place in places if found.of(DCAT.bbox, place)]
    assert found.one(DCAT.bbox, own).datatype == GEO.wktLiteral
    assert found.one(DCAT.centroid, own).datatype == GEO.wktLiteral
    assert found.one(DCATDE.politicalGeocodingLevelURI) == URIRef(city.geocoding.level)


def test_coordinates_of_a_dataset_stand_on_a_place_of_its_own(write: Any) -> None:
    """Never on the IRI of a register, which another dataset would give other coordinates; the city's keys beside it."""
    found = write(full())
    (own,) = [place for place in found.of(DCTERMS.spatial) if str(place).startswith(str(found.iri))]
    assert str(found.one(DCAT.centroid, own)) == "POINT (13.71 51.06)"
    assert found.one(SKOS.prefLabel, own) == Literal("Friedrichstadt", lang="de")
    assert URIRef(KEY) in found.of(DCTERMS.spatial)
    register = "http://publications.europa.eu/resource/authority/place/DEU_LEJ"
    found = write(minimal(spatial_coverage=[{"uri": register, "bbox": json.dumps(RECTANGLE)}]))
    assert not found.of(DCAT.bbox, URIRef(register))
    assert URIRef(KEY) not in found.of(DCTERMS.spatial)


def test_rectangle_and_centre_are_worked_out_of_a_geometry(write: Any) -> None:
    """And the geometry is a node, as a literal would be a violation."""
    found = write(minimal(spatial_coverage=[{"geom": RECTANGLE}]))
    (own,) = [place for place in found.of(DCTERMS.spatial) if found.of(LOCN.geometry, place)]
    assert str(found.one(DCAT.centroid, own)) == "POINT (13.71 51.06)"
    assert str(found.one(DCAT.bbox, own)).startswith("POLYGON")
    assert found.one(RDF.type, found.one(LOCN.geometry, own)) == LOCN.Geometry


def test_a_geometry_that_is_none_is_listed(write: Any) -> None:
    """The dataset is then about the city."""
    found = write(minimal(spatial_coverage=[{"bbox": "nonsense"}]))
    assert ("spatial_coverage.bbox", "nonsense") in found.omitted()
    assert URIRef(KEY) in found.of(DCTERMS.spatial)


def test_dates_keep_their_precision(write: Any) -> None:
    """Each with the datatype of its own."""
    found = write(full())
    assert found.one(DCTERMS.issued) == Literal("2026", datatype=XSD.gYear)
    assert found.one(DCTERMS.modified) == Literal("2026-03", datatype=XSD.gYearMonth)


def test_missing_dates_are_those_of_the_portal(write: Any) -> None:
    """When it took the dataset in and last changed it, in UTC."""
    found = write(minimal())
    assert str(found.one(DCTERMS.modified)) == "2026-01-02T10:00:00Z"
    assert found.one(DCTERMS.issued).datatype == XSD.dateTime


def test_a_date_that_is_none_is_listed_and_not_published(write: Any) -> None:
    """The portal's own date stands in for it."""
    found = write(minimal(modified="31.02.2026"))
    assert ("modified", "31.02.2026") in found.omitted()
    assert found.one(DCTERMS.modified).datatype == XSD.dateTime


def test_a_period_has_a_start_or_an_end(write: Any) -> None:
    """Without either there is no period (convention 38)."""
    found = write(minimal(temporal_coverage=[{"start": "2026", "end": ""}, {"start": "soon", "end": ""}]))
    period = found.one(DCTERMS.temporal)
    assert found.one(DCAT.startDate, period) == Literal("2026", datatype=XSD.gYear)
    assert not found.of(DCAT.endDate, period)
    assert ("temporal_coverage.start", "soon") in found.omitted()


def test_a_received_identifier_passes_unchanged_and_ours_stands_beside_it(write: Any) -> None:
    """Conventions 25 and 26."""
    found = write(full())
    assert found.one(DCTERMS.identifier) == Literal("https://elsewhere.example.org/id/4711")
    notations = {str(found.one(SKOS.notation, node)) for node in found.of(ADMS.identifier)}
    assert notations == {"doi:10.1000/182", full()["id"]}


def test_our_own_identifier_is_the_iri(write: Any) -> None:
    """There is no other then."""
    found = write(minimal())
    assert found.one(DCTERMS.identifier) == Literal(str(found.iri))
    assert not found.of(ADMS.identifier)


def test_lists_take_the_value_that_is_meant(write: Any) -> None:
    """An id, https and a slash at the end are put right, as the shapes compare exactly."""
    found = write(minimal(theme=["ENVI", "https://publications.europa.eu/resource/authority/data-theme/TRAN/"]))
    assert found.of(DCAT.theme) == {URIRef(f"{EU}data-theme/ENVI"), URIRef(f"{EU}data-theme/TRAN")}


@pytest.mark.parametrize(
    ("field", "value", "predicate"),
    [
        ("theme", "Umwelt", DCAT.theme),
        ("frequency", "stündlich", DCTERMS.accrualPeriodicity),
        ("language", "de", DCTERMS.language),
        ("hvd_category", "Umwelt", DCATAP.hvdCategory),
    ],
)
def test_a_value_that_a_list_lacks_is_listed_and_not_published(
    write: Any, field: str, value: str, predicate: URIRef
) -> None:
    """Nothing is guessed."""
    found = write(minimal(**{field: [value]}))
    assert (field, value) in found.omitted()
    assert not any(value in str(one) for one in found.of(predicate))


def test_a_standard_without_an_iri_is_named(write: Any) -> None:
    """As a dcterms:Standard with a label."""
    found = write(minimal(conforms_to=["ISO 37120"]))
    standard = found.one(DCTERMS.conformsTo)
    assert found.one(RDF.type, standard) == DCTERMS.Standard
    assert found.one(RDFS.label, standard) == Literal("ISO 37120", lang="de")


def test_the_city_says_what_a_dataset_leaves_out(write: Any, city: City) -> None:
    """Language, access, availability and the id at GovData."""
    found = write(minimal())
    assert found.of(DCTERMS.language) == set(map(URIRef, city.languages))
    assert found.one(DCTERMS.accessRights) == URIRef(city.access_rights)
    assert found.one(DCATAP.availability) == URIRef(city.availability)
    assert found.one(DCATDE.contributorID) == URIRef(city.contributor_id)


def test_a_city_without_an_id_at_govdata_gives_none(write: Any, city: City) -> None:
    """It is not made up."""
    assert not write(minimal(), replace(city, contributor_id="")).of(DCATDE.contributorID)


def test_a_high_value_dataset_names_the_regulation(write: Any) -> None:
    """Beside the legislation that it names itself."""
    assert found_legislation(write(full())) == {
        "http://data.europa.eu/eli/dir/2008/50/oj",
        "http://data.europa.eu/eli/reg_impl/2023/138/oj",
    }


def found_legislation(found: Written) -> set[str]:
    return {str(one) for one in found.of(DCATAP.applicableLegislation)}


def test_where_data_come_from_and_how_they_were_made(write: Any) -> None:
    """Provenance, the note that it is a sample, and the method with its version."""
    found = write(full())
    labels = {str(one) for node in found.of(DCTERMS.provenance) for one in found.of(RDFS.label, node)}
    assert "Messstellen der Stadt." in labels
    assert any(label.startswith("Beispieldaten") for label in labels)
    method = found.one(PROV.wasGeneratedBy)
    assert found.one(RDF.type, method) == PROV.Activity
    assert str(found.one(DCAT.version, method)) == "1.0"


def test_a_series_is_described_in_the_same_graph(write: Any) -> None:
    """With its type and its publisher, as the shapes want them there."""
    found = write(full())
    target = found.one(DCAT.inSeries)
    assert found.of(RDF.type, target) == {DCAT.DatasetSeries}
    assert found.of(DCTERMS.publisher, target)


def test_a_series_that_nobody_may_see_is_not_linked(write: Any) -> None:
    """It is listed."""
    found = write(minimal(in_series=["hidden"]))
    assert not found.of(DCAT.inSeries)
    assert ("in_series", "hidden") in found.omitted()


def test_a_series_is_no_dataset(write: Any) -> None:
    """It has the properties of a series and no others."""
    found = write(series())
    assert found.of(RDF.type) == {DCAT.DatasetSeries, DCAT.Resource}
    assert not found.of(DCTERMS.accessRights)
    assert found.of(DCTERMS.spatial)


def test_a_file_elsewhere_is_reached_and_fetched_at_its_address(write: Any) -> None:
    """Convention 39."""
    found = write(minimal())
    assert found.one(DCAT.accessURL, found.file()) == found.one(DCAT.downloadURL, found.file())


def test_a_file_of_the_portal_is_reached_by_its_page(write: Any) -> None:
    """And fetched at its address."""
    found = write(minimal(resources=[resource(id="r1", url="https://portal.example.org/f.csv", url_type="upload")]))
    assert str(found.one(DCAT.accessURL, found.file())) == "https://portal.example.org/dataset/trees/resource/r1"
    assert str(found.one(DCAT.downloadURL, found.file())) == "https://portal.example.org/f.csv"


def test_a_table_without_a_file_is_fetched_from_the_datastore(write: Any) -> None:
    """CKAN keeps a placeholder instead of its address."""
    table = resource(id="r1", url="_datastore_only_resource", url_type="datastore")
    found = write(minimal(resources=[table]))
    assert str(found.one(DCAT.downloadURL, found.file())) == "https://portal.example.org/datastore/dump/r1"
    assert not found.omitted()


@pytest.mark.parametrize("code", ["WMS", "WMTS", "API", "HTML"])
def test_what_is_no_file_has_no_address_to_download_from(write: Any, code: str) -> None:
    """Services and pages."""
    found = write(minimal(resources=[resource(format=code)]))
    assert found.of(DCAT.accessURL, found.file())
    assert not found.of(DCAT.downloadURL, found.file())


@pytest.mark.parametrize("url", ["", "nur ein Text", None])
def test_a_file_without_an_address_is_reached_by_its_page(write: Any, url: object) -> None:
    """accessURL is there always."""
    found = write(minimal(resources=[resource(id="r1", url=url)]))
    assert str(found.one(DCAT.accessURL, found.file())).endswith("/dataset/trees/resource/r1")


def test_a_file_without_a_licence_has_the_citys_and_names_the_source(write: Any, city: City) -> None:
    """The licence of this city asks for the name (convention 35)."""
    found = write(minimal())
    assert str(found.one(DCTERMS.license, found.file())) == city.license
    assert str(found.one(DCATDE.licenseAttributionByText, found.file())) == city.attribution


def test_a_licence_that_does_not_ask_for_the_source_gets_no_name(write: Any) -> None:
    """Data licence Germany Zero."""
    found = write(minimal(resources=[resource(license="http://dcat-ap.de/def/licenses/dl-zero-de/2.0")]))
    assert not found.of(DCATDE.licenseAttributionByText, found.file())


def test_a_licence_of_no_list_is_never_replaced_by_the_citys(write: Any) -> None:
    """That would be wrong in law: an IRI passes, a text is listed."""
    found = write(minimal(resources=[resource(license="https://example.org/licence")]))
    assert str(found.one(DCTERMS.license, found.file())) == "https://example.org/licence"
    found = write(minimal(resources=[resource(license="Alle Rechte vorbehalten")]))
    assert not found.of(DCTERMS.license, found.file())
    assert ("license", "Alle Rechte vorbehalten") in found.omitted()


def test_a_format_without_an_entry_is_listed(write: Any) -> None:
    """Parquet is in IANA's list and not in the EU's."""
    found = write(minimal(resources=[resource(format="Parquet")]))
    assert ("format", "Parquet") in found.omitted()
    assert not found.of(DCTERMS["format"], found.file())
    assert str(found.one(DCAT.mediaType, found.file())).endswith("/application/vnd.apache.parquet")


def test_a_checksum_has_its_value_and_its_algorithm(write: Any) -> None:
    """As IRI, as id, or in front of the value."""
    for given in (
        {"hash": "ab12", "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
        {"hash": "AB12", "hash_algorithm": "SHA-256"},
        {"hash": "sha256:ab12"},
    ):
        found = write(minimal(resources=[resource(**given)]))
        checksum = found.one(SPDX.checksum, found.file())
        assert str(found.one(SPDX.checksumValue, checksum)) == "ab12"
        algorithm = found.one(SPDX.algorithm, checksum)
        assert str(algorithm).endswith("checksumAlgorithm_sha256")
        assert found.one(RDF.type, algorithm) == SPDX.ChecksumAlgorithm


@pytest.mark.parametrize("given", [{"hash": "ab12"}, {"hash": "no hash", "hash_algorithm": "md5"}])
def test_a_checksum_without_an_algorithm_is_not_guessed(write: Any, given: dict[str, str]) -> None:
    """Neither is one whose value is none."""
    found = write(minimal(resources=[resource(**given)]))
    assert not found.of(SPDX.checksum, found.file())
    assert ("hash", given["hash"]) in found.omitted()


def test_the_api_serves_a_dataset_with_a_table(write: Any) -> None:
    """And is described in the same graph."""
    found = write(full())
    (service,) = found.out.graph.subjects(DCAT.servesDataset, found.iri)
    assert found.one(DCAT.endpointURL, service) == URIRef("https://portal.example.org/api/3/action")
    assert not set(write(minimal()).out.graph.subjects(RDF.type, DCAT.DataService))
