"""Which field or extra of a CKAN portal is which property: tables for ckan_mapping.

Names beside each other are those of different extensions, the more telling first.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ckanext.dresdensmartcity.dcat.namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, FOAF, LOCN, SPDX
from rdflib import URIRef


class Simple(NamedTuple):
    """Fields whose values stand under a property as they are; lists as lists."""

    predicate: URIRef
    names: tuple[str, ...]
    kind: Literal["text", "iri", "either"] = "either"


DATASET = (
    Simple(DCAT.landingPage, ("metadata_original_html", "landing_page", "url"), "iri"),
    Simple(DCAT.version, ("version", "dcat_version"), "text"),
    Simple(ADMS.versionNotes, ("version_notes",), "text"),
    Simple(DCTERMS.accrualPeriodicity, ("frequency",)),
    Simple(DCTERMS.accessRights, ("access_rights",)),
    Simple(DCTERMS.provenance, ("provenance",), "text"),
    Simple(DCTERMS.type, ("dcat_type",)),
    Simple(DCTERMS.language, ("language",)),
    Simple(ADMS.identifier, ("alternate_identifier",)),
    Simple(DCTERMS.conformsTo, ("conforms_to",)),
    Simple(FOAF.page, ("documentation",), "iri"),
    Simple(DCTERMS.relation, ("related_resource", "used_datasets"), "iri"),
    Simple(DCAT.hasVersion, ("has_version",), "iri"),
    Simple(DCAT.isVersionOf, ("is_version_of",), "iri"),
    Simple(DCTERMS.source, ("source",), "iri"),
    Simple(DCTERMS.isReferencedBy, ("is_referenced_by",), "iri"),
    Simple(DCTERMS.references, ("references",), "iri"),
    Simple(DCATAP.applicableLegislation, ("applicable_legislation",), "iri"),
    Simple(DCATAP.hvdCategory, ("hvd_category",)),
    Simple(DCATAP.availability, ("availability",)),
    Simple(DCAT.temporalResolution, ("temporal_resolution",), "text"),
    Simple(DCAT.spatialResolutionInMeters, ("spatial_resolution_in_meters",), "text"),
    Simple(DCAT.inSeries, ("in_series",), "iri"),
    Simple(DCAT.endpointURL, ("endpoint_url",), "iri"),
    Simple(DCAT.endpointDescription, ("endpoint_description",), "iri"),
    Simple(DCAT.servesDataset, ("serves_dataset",), "iri"),
    Simple(DCATDE.contributorID, ("contributor_id", "contributorID")),
    Simple(DCATDE.politicalGeocodingLevelURI, ("political_geocoding_level", "politicalGeocodingLevelURI")),
    Simple(DCATDE.politicalGeocodingURI, ("politicalGeocodingURI",)),
    Simple(DCATDE.legalBasis, ("legalBasis", "legalbasisText"), "text"),
    Simple(DCATDE.geocodingDescription, ("geocodingDescription", "geocodingText"), "text"),
    Simple(DCATDE.qualityProcessURI, ("qualityProcessURI",), "iri"),
    Simple(DCAT.granularity, ("granularity",)),
)
RESOURCE = (
    Simple(DCTERMS["format"], ("format",)),
    Simple(DCAT.mediaType, ("mimetype",)),
    Simple(DCAT.compressFormat, ("compress_format",)),
    Simple(DCAT.packageFormat, ("package_format",)),
    Simple(DCAT.byteSize, ("size",), "text"),
    Simple(DCTERMS.issued, ("issued", "created"), "text"),
    Simple(DCTERMS.modified, ("modified", "last_modified", "metadata_modified"), "text"),
    Simple(ADMS.status, ("status",)),
    Simple(DCTERMS.rights, ("rights",), "text"),
    Simple(DCTERMS.language, ("language",)),
    Simple(DCTERMS.conformsTo, ("conforms_to",)),
    Simple(FOAF.page, ("documentation",), "iri"),
    Simple(DCATAP.availability, ("availability", "plannedAvailability")),
    Simple(DCATDE.licenseAttributionByText, ("license_attribution", "licenseAttributionByText"), "text"),
    Simple(DCATAP.applicableLegislation, ("applicable_legislation",), "iri"),
    Simple(DCAT.temporalResolution, ("temporal_resolution",), "text"),
    Simple(DCAT.spatialResolutionInMeters, ("spatial_resolution_in_meters",), "text"),
)
# Property, prefix of the extras or name of the repeating field, other fields that hold the name.
AGENTS = (
    (DCTERMS.publisher, "publisher", ()),
    (DCTERMS.creator, "creator", ()),
    (DCTERMS.creator, "author", ("author",)),
    (DCTERMS.contributor, "contributor", ()),
    (DCATDE.originator, "originator", ()),
)
GEOMETRIES = {"geom": LOCN.geometry, "bbox": DCAT.bbox, "centroid": DCAT.centroid}

# CKAN's own machinery, and fields that say again what another says.
KNOWN = frozenset(
    {"id", "name", "type", "state", "private", "owner_org", "organization", "resources", "extras", "uri", "isopen"}
    | {"num_tags", "num_resources", "creator_user_id", "revision_id", "relationships_as_object", "tracking_summary"}
    | {"relationships_as_subject", "license_title", "metadata_created", "metadata_modified", "harvest_object_id"}
    | {"harvest_source_id", "harvest_source_title", "guid", "plugin_data", "tracking", "dcat_publisher_name"}
    | {"dcat_publisher_email", "metadata_harvested_portal", "metadata_transformer", "metadata_original_id"}
)
KNOWN_OF_RESOURCE = frozenset(
    {"id", "package_id", "position", "state", "uri", "url_type", "resource_type", "revision_id", "datastore_active"}
    | {"cache_url", "cache_last_updated", "mimetype_inner", "webstore_url", "webstore_last_updated", "tracking_summary"}
    | {"distribution_ref", "on_same_domain", "hash", "created", "metadata_modified", "last_modified"}
    | {"datastore_contains_all_records_of_source_file", "original_url", "ckan_url", "resource_id", "task_created"}
    | {"license_title", "license_name", "extras"}
)
__all__ = ["AGENTS", "DATASET", "GEOMETRIES", "KNOWN", "KNOWN_OF_RESOURCE", "RESOURCE", "SPDX", "Simple"]
