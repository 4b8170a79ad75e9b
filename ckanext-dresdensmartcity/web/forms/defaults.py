"""What is published where a field stays empty: the city's own, as the writer of the catalogue fills it in."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.vocabularies import vocabulary

# Completed for datasets only.
OF_DATASETS = ("language", "contributor_id")
OF_FILES = ("license", "license_attribution")


def published_default(kind: str, name: str, city: City, language: str) -> str:
    """What the catalogue says for the empty field `name`, in words; empty where it then says nothing.

    `kind` is the type of the package, or "resource". The fields are those that `dcat` completes from the city file
    (docs/decisions.md, 2).
    """
    if (kind == "resource" and name not in OF_FILES) or (kind != "dataset" and name in OF_DATASETS):
        return ""
    found = {
        "publisher": city.publisher.name,
        "contact": city.contact.name,
        "spatial_coverage": city.name,
        "political_geocoding_level": _label("geocoding-levels", city.geocoding.level, language),
        "availability": _label("availability", city.availability, language),
        "access_rights": _label("access-rights", city.access_rights, language),
        "license": _label("licenses", city.license, language),
        "license_attribution": city.attribution,
        "language": ", ".join(_label("languages", one, language) for one in city.languages),
        "contributor_id": city.contributor_id,
    }
    return found.get(name, "")


def _label(name: str, iri: str, language: str) -> str:
    term = vocabulary(name).term(iri)
    return term.label.text(language) if term else iri
