"""package -> RDF -> package is the identity, for every field, in each syntax."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.dcat import parsing
from ckanext.dresdensmartcity.dcat.catalogue import catalogue_output
from ckanext.dresdensmartcity.dcat.datasets import index_of_entries
from ckanext.dresdensmartcity.dcat.iris import Site, dataset_iri
from ckanext.dresdensmartcity.dcat.reading import Own, ReadEntry, Reading, read_catalogue
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import to_isomorphic

sys.path.insert(0, str(Path(__file__).parent))

import full
import strategies

# A failing example is shown as it was found: to make such large ones small takes minutes.
_PHASES = [Phase.explicit, Phase.generate]
SYNTAXES = {"turtle": "turtle", "nt": "nt", "xml": "pretty-xml", "json-ld": "json-ld"}
# What CKAN adds to a package, and keys of the portal that the RDF does not hold.
OF_CKAN = {"id", "name", "type", "state", "private", "metadata_created", "metadata_modified", "created", "organization"}
NOT_WRITTEN = OF_CKAN | strategies.NOT_WRITTEN

TARGETS: list[dict[str, Any]] = [
    {"type": "dataset", "name": "ziel", "title": "Ziel", "notes": "Ein Ziel."},
    {"type": "dataset_series", "name": "reihe", "title": "Reihe", "notes": "Eine Reihe."},
    {"type": "data_service", "name": "dienst", "title": "Dienst", "endpoint_url": ["https://dienst.example.org/v1"]},
]
OTHERS = {str(one["type"]): str(one["name"]) for one in TARGETS}


def write(city: City, site: Site, packages: list[dict[str, Any]]) -> Graph:
    out = catalogue_output(city, site, packages, index_of_entries(packages, site.base))
    assert not out.omissions
    return out.graph


def reread(graph: Graph, syntax: str, own: Own) -> Reading:
    text = graph.serialize(format=SYNTAXES[syntax])
    return read_catalogue(parsing.read_bytes(text.encode(), syntax, syntax), without_defaults_of=own)


def one(reading: Reading, iri: str) -> ReadEntry:
    (found,) = [entry for entry in reading.entries if entry.node == iri]
    return found


def canonical(value: Any, name: str = "") -> Any:
    """What RDF can tell apart: lists have no order, a geometry no first corner, "no" is not said, nor is nothing."""
    if isinstance(value, dict):
        parts = {key: canonical(part, key) for key, part in value.items() if key not in NOT_WRITTEN or name}
        return {key: part for key, part in parts.items() if part not in (None, "", [], {}, False)}
    if isinstance(value, list):
        return sorted((canonical(part, name) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    if name in ("geom", "bbox", "centroid"):
        from shapely.geometry import shape

        return shape(json.loads(value)).normalize().wkt
    return value


def of_package(package: dict[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in package.items() if key not in NOT_WRITTEN}
    given["resources"] = [
        {key: value for key, value in resource.items() if key == "name" or key not in NOT_WRITTEN}
        for resource in package.get("resources", [])
    ]
    found: dict[str, Any] = canonical(given, "package")
    return found


def differences(found: dict[str, Any], expected: dict[str, Any], place: str = "") -> list[str]:
    """The fields that are not the same, one line each."""
    lines = []
    for name in sorted(found.keys() | expected.keys()):
        one, other = found.get(name), expected.get(name)
        if name == "resources" and len(one or []) == len(other or []):
            for number, (mine, theirs) in enumerate(zip(by_issue(one or []), by_issue(other or []), strict=True)):
                lines += differences(mine, theirs, f"resources {number}: ")
        elif one != other:
            lines.append(f"{place}{name}: read {one!r}, given {other!r}")
    return lines


def by_issue(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(resources, key=lambda one: (one.get("uri", ""), one["issued"], one["modified"], str(one.get("url"))))


def owner(city: City, site: Site, packages: list[dict[str, Any]]) -> Own:
    return Own(city, site, {dataset_iri(entry, site.base): entry["name"] for entry in packages})


def without_equals(package: dict[str, Any], city: City) -> dict[str, Any]:
    """A value that equals what the city fills in is none of the package's own; RDF knows no difference."""
    found = dict(package)
    for name, filled in (
        ("access_rights", city.access_rights),
        ("availability", city.availability),
        ("language", sorted(city.languages)),
        ("political_geocoding_level", [city.geocoding.level]),
        ("contributor_id", [city.contributor_id]),
        ("license", city.license),
    ):
        if found.get(name) == filled:
            del found[name]
    if found.get("hvd_category"):
        found["high_value"] = True  # the validator sees to that
    elif "high_value" in found:
        del found["high_value"]
    found["resources"] = []
    for resource in package.get("resources", []):
        kept = dict(resource)
        if kept.get("availability") == package.get("availability", city.availability):
            kept.pop("availability", None)
        if kept.get("license") == city.license:
            del kept["license"]
        found["resources"].append(kept)
    return found


@pytest.mark.parametrize("kind", strategies.KINDS)
def test_any_package_comes_back_as_it_was(kind: str, city: City, site: Site) -> None:
    """With any fields and values that the schemas allow."""

    @settings(
        max_examples=400,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(strategies.package(kind, city, OTHERS), st.sampled_from(sorted(SYNTAXES)))
    def check(package: dict[str, Any], syntax: str) -> None:
        package = without_equals({**package, "type": kind, "name": "eintrag"}, city)
        for number, resource in enumerate(package.get("resources", [])):
            resource["id"] = f"datei-{number}"
        packages = [*TARGETS, package]
        graph = write(city, site, packages)
        entry = one(reread(graph, syntax, owner(city, site, packages)), dataset_iri(package, site.base))
        assert differences(of_package(entry.package), of_package(package)) == []
        assert not entry.not_understood

    check()


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
def test_the_full_catalogue_comes_back_as_it_was(syntax: str, any_city: City, site: Site) -> None:
    """Every field at once, in each city."""
    packages = full.entries()
    graph = write(any_city, site, packages)
    reading = reread(graph, syntax, owner(any_city, site, packages))
    for package in packages:
        entry = one(reading, dataset_iri(package, site.base))
        assert not entry.not_understood
        expected, found = of_package(without_equals(package, any_city)), of_package(entry.package)
        # The portal's dates of a file that has none are read as its own; see docs/catalogue.md.
        for resource in found.get("resources", []):
            given = next(one for one in expected["resources"] if one["name"] == resource["name"])
            for name in {"issued", "modified"} - given.keys():
                del resource[name]
        # Three different addresses take two places: which was the first is not known.
        for resource in (*expected.get("resources", []), *found.get("resources", [])):
            addresses = ("url", "access_url", "download_url", "additional_access_urls", "additional_download_urls")
            values = [resource.pop(name, []) for name in addresses]
            resource["addresses"] = sorted(
                {iri for value in values for iri in ([value] if isinstance(value, str) else value)}
            )
        assert found == expected


@pytest.mark.parametrize("syntax", sorted(SYNTAXES))
def test_what_was_read_is_written_as_it_was(syntax: str, any_city: City, site: Site) -> None:
    """RDF -> packages -> RDF: no statement more or less about what the packages hold."""
    packages = full.entries()
    first = write(any_city, site, packages)
    reading = reread(first, syntax, owner(any_city, site, packages))
    again = []
    for package in packages:
        entry = one(reading, dataset_iri(package, site.base))
        kept = {key: value for key, value in package.items() if key in OF_CKAN}
        by_name = {resource["name"]: resource for resource in package.get("resources", [])}
        for resource in entry.package.get("resources", []):
            resource["id"] = by_name[resource["name"]]["id"]
        again.append({**entry.package, **kept})
    assert _statements(write(any_city, site, again)) == _statements(first)


def _statements(graph: Graph) -> set[Any]:
    """Without the numbers of contacts and identifiers, which follow an order that RDF does not have."""
    import re

    def plain(node: Any) -> str:
        return re.sub(r"([#-](?:contact|creator|identifier|place|period|relation|agent))-\d+", r"\1", node.n3())

    return {tuple(map(plain, triple)) for triple in graph}


def test_foreign_catalogues_keep_what_looks_like_our_defaults(city: City, site: Site) -> None:
    """Only for our own catalogue is left out what the city would fill in."""
    package = {"type": "dataset", "name": "a", "title": "A", "notes": "B", "access_rights": city.access_rights}
    graph = write(city, site, [package])
    entry = one(read_catalogue(graph), f"{site.base}/dataset/a")
    assert entry.package["access_rights"] == city.access_rights
    assert entry.package["publisher"][0]["name"] == city.publisher.name
    assert entry.package["uri"] == f"{site.base}/dataset/a"


def test_graphs_are_the_same_in_each_syntax(city: City, site: Site) -> None:
    """So that what is shown for one holds for all."""
    graph = write(city, site, full.entries())
    for syntax, name in SYNTAXES.items():
        again = parsing.read_bytes(graph.serialize(format=name).encode(), syntax, syntax)
        assert to_isomorphic(again) == to_isomorphic(graph), syntax
