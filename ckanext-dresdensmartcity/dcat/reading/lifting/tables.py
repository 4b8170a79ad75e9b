"""Which namespaces and properties took the place of which, and where a controlled list is asked for."""

from __future__ import annotations

from rdflib import URIRef

from ...namespaces import (
    ADMS,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    ELI,
    FOAF,
    GEO,
    GEODCATAP,
    HYDRA,
    LOCN,
    ODRL,
    PROV,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    TIME,
    VCARD,
)
from ..names import OWL, SCHEMA

# Namespaces that are read; written with https, with the other sign at the end or without "www." they are meant too.
NAMESPACES = tuple(
    str(one)
    for one in (
        ADMS,
        DCAT,
        DCATAP,
        DCATDE,
        "http://purl.org/dc/terms/",
        ELI,
        "http://xmlns.com/foaf/0.1/",
        GEO,
        GEODCATAP,
        HYDRA,
        LOCN,
        ODRL,
        OWL,
        "http://www.w3.org/ns/prov#",
        "http://www.w3.org/2000/01/rdf-schema#",
        "http://www.w3.org/2004/02/skos/core#",
        SCHEMA,
        SPDX,
        TIME,
        VCARD,
    )
)
# Elements of Dublin Core 1.1 that have a namesake in DCMI's terms, which every version of the profile asks for.
DC_ELEMENTS = "http://purl.org/dc/elements/1.1/"
DC_NAMES = (
    "contributor",
    "creator",
    "description",
    "format",
    "identifier",
    "language",
    "publisher",
    "relation",
    "rights",
    "source",
    "title",
    "type",
)

PROPERTIES: dict[URIRef, URIRef] = {
    DCATDE.originator: GEODCATAP.originator,
    URIRef("http://purl.org/dc/terms/originator"): GEODCATAP.originator,  # so in the examples of 1.1
    DCATDE.maintainer: GEODCATAP.custodian,
    URIRef("http://purl.org/dc/terms/maintainer"): GEODCATAP.custodian,
    DCATDE.politicalGeocodingURI: DCTERMS.spatial,
    DCATDE.legalbasisText: DCATDE.legalBasis,  # 1.0; what becomes of it stands in `structures`
    DCATDE.geocodingText: DCATDE.geocodingDescription,
    DCATDE.plannedAvailability: DCATAP.availability,
    DCAT.plannedAvailability: DCATAP.availability,
    DCATAP.plannedAvailability: DCATAP.availability,
    OWL.versionInfo: DCAT.version,
    ADMS.version: DCAT.version,
    DCTERMS.hasVersion: DCAT.hasVersion,
    SCHEMA.startDate: DCAT.startDate,
    SCHEMA.endDate: DCAT.endDate,
    URIRef("http://purl.org/dc/terms/mediaType"): DCAT.mediaType,
    DCAT.bytes: DCAT.byteSize,
    DCAT.size: DCAT.byteSize,
    ADMS.contactPoint: DCAT.contactPoint,
    VCARD.email: VCARD.hasEmail,
    VCARD.url: VCARD.hasURL,
    VCARD.tel: VCARD.hasTelephone,
    VCARD.hasFN: VCARD.fn,
}
# Property -> controlled list of its values. dcterms:type has one for agents and one for datasets: TYPE_LISTS.
LISTS: dict[URIRef, str] = {
    DCTERMS.license: "licenses",
    DCTERMS.language: "languages",
    DCTERMS.accrualPeriodicity: "frequencies",
    DCTERMS.accessRights: "access-rights",
    DCTERMS["format"]: "file-types",
    DCAT.theme: "themes",
    DCAT.mediaType: "media-types",
    DCAT.compressFormat: "media-types",
    DCAT.packageFormat: "media-types",
    DCATAP.availability: "availability",
    DCATAP.hvdCategory: "hvd-categories",
    DCATDE.politicalGeocodingLevelURI: "geocoding-levels",
    DCATDE.contributorID: "contributors",
    ADMS.status: "distribution-status",
    SPDX.algorithm: "checksum-algorithms",
}
TYPE_LISTS = ("publisher-types", "dataset-types")
# What a term's name stands under where it is written as a node of its own.
LABELS = (RDF.value, RDFS.label, SKOS.prefLabel, SKOS.notation, DCTERMS.title, FOAF.name, DCTERMS.identifier)
# Properties whose values are IRIs: an address that is written as a text becomes one.
ADDRESSES = (
    DCAT.accessURL,
    DCAT.downloadURL,
    DCAT.landingPage,
    DCAT.endpointURL,
    DCAT.endpointDescription,
    DCATAP.applicableLegislation,
    DCTERMS.conformsTo,
    DCTERMS.references,
    DCTERMS.relation,
    DCTERMS.source,
    DCTERMS.spatial,
    DCTERMS.isReferencedBy,
    DCTERMS.license,
    DCAT.hasVersion,
    DCAT.inSeries,
    DCAT.servesDataset,
    DCAT.accessService,
    DCATDE.contributorID,
    FOAF.homepage,
    FOAF.page,
    PROV.wasGeneratedBy,
    VCARD.hasURL,
)
