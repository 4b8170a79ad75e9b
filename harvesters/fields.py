"""What a publication is in CKAN's terms: its ids, its fields, and the hashes by which a change is known. No CKAN in it.

Ids are UUIDs of version 5 over the city and the natural keys, so that a re-harvest, a new database or a second machine
gives the same ones.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.values import MOST_KEYWORDS

from . import frames, parquet
from .records import Publication, Table
from .tables import load_schema

NAMESPACE = uuid.UUID("6a4f5c0e-6f0d-5d0b-9a55-2f1c1d6f7a31")
# Raise it when the same publication shall be written in another way: everything is then published anew, once.
FORM = 1


def package_id(city: City, guid: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{city.id}:{guid}"))


def resource_id(city: City, guid: str, table: str) -> str:
    """Id of a table or file of the publication; `table` is its name or, of a file from elsewhere, its IRI."""
    return str(uuid.uuid5(NAMESPACE, f"{city.id}:{guid}:{table}"))


def file_id(city: City, guid: str, table: str) -> str:
    """Id of the Parquet file of a table."""
    return resource_id(city, guid, f"{table}:parquet")


def digest(value: Any) -> str:
    """A hash of JSON, the same for equal content whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(city: City, publications: list[Publication]) -> str:
    """What must be equal for a unit to be unchanged: all fields, all rows, the schemas, and how they are written."""
    return digest(
        [
            FORM,
            [
                [
                    package_fields(city, one),
                    [[load_schema(table.schema), _rows(table), table.scope] for table in one.tables],
                ]
                for one in publications
            ],
        ]
    )


def _rows(table: Table) -> Any:
    return table.rows if table.frame is None else frames.digest(table.frame)


def digest_of(city: City, publication: Publication) -> str:
    """The hash of a publication's fields, as `publish` gives it."""
    return digest([FORM, package_fields(city, publication)])


def package_fields(city: City, publication: Publication) -> dict[str, Any]:
    """The package as CKAN's actions take it, without what depends on the time."""
    fields = dict(publication.package)
    fields["id"] = package_id(city, publication.guid)
    fields["type"] = publication.kind
    fields["owner_org"] = city.id
    # A statistic takes over what its origin has: no harvest fails for one keyword too many.
    tags = fields.get("tags", [])[:MOST_KEYWORDS]
    fields["tags"] = [{"name": tag} if isinstance(tag, str) else tag for tag in tags]
    if publication.foreign:
        fields["owner_org"] = publication.foreign.owner
        fields["private"] = publication.foreign.private
        if publication.kind == "dataset":
            # Else CKAN guesses it from the address where it updates, and the first and second run would differ.
            fields["resources"] = [{"mimetype": None, **one} for one in publication.foreign.files]
    elif publication.kind == "dataset":
        # No dct:identifier: two cities have the same guids, and receivers take equal identifiers for duplicates. The
        # profile writes the IRI there, and the guid as a further identifier (conventions 25 and 26).
        fields.setdefault("alternate_identifier", [publication.guid])
        fields["resources"] = [
            resource
            for table in publication.tables
            for resource in (
                resource_fields(city, publication, table),
                *([file_fields(city, publication, table)] if has_file(table) else []),
            )
        ]
    if publication.series:
        fields["in_series"] = [package_id(city, publication.series)]
    return fields


def resource_fields(city: City, publication: Publication, table: Table) -> dict[str, Any]:
    """The CSV of a table; CKAN puts the address of the DataStore's dump in place of the url."""
    return {
        "id": resource_id(city, publication.guid, table.name),
        "name": table.title,
        "description": table.description,
        "format": "CSV",
        "mimetype": "text/csv",
        "url": "_datastore_only_resource",
        "url_type": "datastore",
        "license": city.license,
        "license_attribution": city.attribution,
        "table_name": table.name,
        "table_schema": table.schema,
        **table.resource,
    }


def has_file(table: Table) -> bool:
    """Whether the table can be downloaded as Parquet."""
    return "PARQUET" in table.formats


def file_fields(city: City, publication: Publication, table: Table) -> dict[str, Any]:
    """The Parquet file of a table, without what is only known when it is written; CKAN makes the address."""
    return {
        "id": file_id(city, publication.guid, table.name),
        "name": f"{table.title} (Parquet)",
        "description": table.description,
        "format": "PARQUET",
        "mimetype": parquet.MEDIA_TYPE,
        "url": f"{table.name}.parquet",
        "url_type": "upload",
        "license": city.license,
        "license_attribution": city.attribution,
        **table.resource,
        **({"name_en": f"{table.resource['name_en']} (Parquet)"} if table.resource.get("name_en") else {}),
    }
