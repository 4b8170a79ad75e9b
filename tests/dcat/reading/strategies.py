"""Packages of every kind, made from the schemas themselves: a field that is added there is tried here."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import yaml
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat.formats import format_of
from ckanext.dresdensmartcity.dcat.reading.scope import order
from hypothesis import strategies as st
from rdflib import URIRef
from shapely.geometry import MultiPoint, box, mapping

SCHEMAS = Path(__file__).parent.parent.parent.parent / "schemas"
KINDS = ("dataset", "dataset_series", "data_service")

# Fields that are no part of the RDF: keys of the portal's own.
NOT_WRITTEN = {"name", "owner_org", "table_name", "table_schema"}
# What a package must have for the writer: the rest may be left out.
NEEDED = {"title", "notes"}

# Letters of many scripts, marks that syntaxes quote, no blanks at the ends, nothing that XML cannot hold.
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"))
_EDGE = st.sampled_from(string.ascii_letters + "äöüß„€\"'<&>\\{}")
SENTENCES = st.builds(lambda a, b, c: a + b + c, _EDGE, st.text(_LETTERS | st.sampled_from("\n\t"), max_size=30), _EDGE)
# CKAN takes no other keywords.
WORDS = st.text(st.sampled_from(string.ascii_letters + "äöüß-_. 0123456789"), min_size=2, max_size=20).filter(
    lambda one: one == " ".join(one.split()) and len(one) > 1
)
NAMES = st.text(st.sampled_from(string.ascii_lowercase + string.digits), min_size=1, max_size=12)
IRIS = st.builds(
    lambda host, path, rest: f"https://{host}.example.org/{path}{rest}",
    NAMES,
    st.text(st.sampled_from(string.ascii_letters + "äß/._~%20".replace("%", "")), max_size=12),
    st.sampled_from(["", "?a=1&b=%20", "#x", "/(1)", "?q='[]'"]),
)
DATES = st.one_of(
    st.integers(1000, 2999).map(str),
    st.dates().filter(lambda one: one.year > 999).map(lambda one: one.isoformat()[:7]),
    st.dates().filter(lambda one: one.year > 999).map(lambda one: one.isoformat()),
    st.builds(
        lambda time, zone: time.isoformat() + zone,
        st.datetimes().filter(lambda one: one.year > 999),
        st.sampled_from(["", "Z", "+02:00", "-05:30"]),
    ),
)
DURATIONS = st.sampled_from(["PT1H", "PT60M", "P1D", "P1Y6M", "P1Y2M3DT4H5M6.5S", "PT0.25S", "P14D"])
NUMBERS = st.integers(1, 10**9) | st.integers(1, 10**6).map(lambda one: one / 1000).filter(
    lambda one: not one.is_integer()
)
# At most 17 figures with the prefix.
TELEPHONES = st.lists(st.integers(100, 9999).map(str), min_size=2, max_size=3).map(
    lambda parts: " ".join(["+49", *parts])
)
_DEGREES = st.integers(-90_000_000, 90_000_000).map(lambda one: one / 1_000_000)
POINTS = st.tuples(_DEGREES, _DEGREES)


def _text(shape: Any) -> str:
    return json.dumps(mapping(shape))


RECTANGLES = (
    st.tuples(_DEGREES, _DEGREES, _DEGREES, _DEGREES)
    .filter(lambda one: one[0] != one[2] and one[1] != one[3])
    .map(lambda one: _text(box(min(one[0], one[2]), min(one[1], one[3]), max(one[0], one[2]), max(one[1], one[3]))))
)
CENTRES = POINTS.map(lambda one: json.dumps({"type": "Point", "coordinates": list(one)}))
GEOMETRIES = (
    RECTANGLES | CENTRES | st.lists(POINTS, min_size=2, max_size=4, unique=True).map(lambda p: _text(MultiPoint(p)))
)


def _under(host: str) -> st.SearchStrategy[str]:
    """IRIs that no thing of another kind has: in RDF they would be one thing."""
    return IRIS.map(lambda iri: iri.replace("https://", f"https://{host.replace('_', '-')}."))


def schema(kind: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((SCHEMAS / f"{kind}.yaml").read_text(encoding="utf-8"))
    return loaded


def _listed(field: dict[str, Any], city: City) -> st.SearchStrategy[str]:
    """A value of the field's list."""
    if "city_list" in field:
        return st.sampled_from([one.id for one in getattr(city, field["city_list"])])
    terms = vocabulary(field["vocabulary"]).terms
    return st.sampled_from([one.id if field.get("values") == "id" else one.iri for one in terms])


def _some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """A list as reading gives it back: each value once, and of several none is the first."""
    return st.lists(one, min_size=1, max_size=3, unique=True).map(sorted)


def value(field: dict[str, Any], city: City) -> st.SearchStrategy[Any]:
    """A value of a field by its preset."""
    preset = field.get("preset", "")
    if "repeating_subfields" in field:
        return _records(field, city)
    simple = {
        "smartcity_title": SENTENCES,
        "smartcity_notes": SENTENCES,
        "smartcity_text": SENTENCES,
        "smartcity_long_text": SENTENCES,
        "smartcity_iri": IRIS,
        "smartcity_iris": _some(IRIS),
        "smartcity_list": _some(SENTENCES),
        "smartcity_email": NAMES.map(lambda one: f"{one}@amt.example.org"),
        "smartcity_telephone": TELEPHONES,
        "smartcity_date": DATES,
        "smartcity_duration": DURATIONS,
        "smartcity_number": NUMBERS,
        "smartcity_boolean": st.just(value=True),
        "smartcity_measure": st.sampled_from(["1.2.5", "10.1.33"]),
        "smartcity_geojson": GEOMETRIES,
    }
    if preset == "smartcity_choice":
        return _listed(field, city)
    if preset == "smartcity_choices":
        return _some(_listed(field, city))
    if preset not in simple:
        raise KeyError(
            f"{field['field_name']}: say in tests/dcat/reading/strategies.py how values of {preset!r} are made"
        )
    return simple[preset]


def _records(field: dict[str, Any], city: City) -> st.SearchStrategy[list[dict[str, Any]]]:
    parts = {}
    for one in field["repeating_subfields"]:
        name = one["field_name"]
        if name == "uri":
            parts[name] = _under(field["field_name"])
            continue
        parts[name] = RECTANGLES if name == "bbox" else CENTRES if name == "centroid" else value(one, city)
    needed = {
        "contact": {"email"},
        "qualified_relation": {"relation", "role"},
        "qualified_attribution": {"agent", "role"},
    }.get(field["field_name"], {"name"} & set(parts))
    record = st.fixed_dictionaries(
        {name: given for name, given in parts.items() if name in needed},
        optional={name: given for name, given in parts.items() if name not in needed},
    ).filter(bool)
    most = 1 if field.get("repeating_once") else 3
    # Two records of one IRI are one thing in RDF.
    return st.lists(record, min_size=1, max_size=most, unique_by=lambda one: one.get("uri") or json.dumps(one))


def package(kind: str, city: City, others: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """Packages of a kind; `others` are the entries that it may link to, by type."""
    needed: dict[str, Any] = {}
    optional: dict[str, Any] = {}
    for field in schema(kind)["dataset_fields"]:
        name = field["field_name"]
        if name in NOT_WRITTEN:
            continue
        if name == "tag_string":
            made: Any = _some(WORDS).map(lambda words: [{"name": one} for one in words])
            optional["tags"] = made
        elif field.get("preset") == "smartcity_entries":
            optional[name] = st.just([others[field.get("entry_type", "dataset")]])
        else:
            (needed if name in NEEDED or name == "endpoint_url" else optional)[name] = value(field, city)
    made = st.fixed_dictionaries(needed, optional=optional)
    if kind != "dataset":
        return made
    files = st.lists(resource(city, others), max_size=2, unique_by=lambda one: one.get("uri") or id(one))
    return st.builds(lambda one, given: {**one, "resources": given} if given else one, made, files)


def resource(city: City, others: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """Files, with the dates that the portal would fill in else."""
    needed: dict[str, Any] = {"url": IRIS, "issued": DATES, "modified": DATES}
    optional: dict[str, Any] = {}
    for field in schema("dataset")["resource_fields"]:
        name = field["field_name"]
        if name in NOT_WRITTEN or name in needed or name in ("access_url", "download_url"):
            continue
        if name.startswith("additional_"):
            continue
        if name == "format":
            codes = [one.id for one in vocabulary("file-types").terms]
            optional[name] = st.sampled_from(codes)
        elif name == "mimetype":
            optional[name] = st.sampled_from(["text/csv", "application/geo+json", "application/vnd.apache.parquet"])
        elif name == "size":
            optional[name] = st.integers(0, 2**50)
        elif name == "hash":
            continue
        elif field.get("preset") == "smartcity_entries":
            optional[name] = st.just([others[field.get("entry_type", "dataset")]])
        elif name == "hash_algorithm":
            optional[name] = _listed(field, city)
        else:
            optional[name] = _under("datei") if name == "uri" else value(field, city)
    made = st.fixed_dictionaries(needed, optional=optional)
    return st.builds(
        _with_addresses, made, st.lists(IRIS, min_size=4, max_size=4, unique=True).map(_in_order), st.integers(0, 7)
    )


def _in_order(iris: list[str]) -> list[str]:
    """As reading sorts them."""
    return sorted(iris, key=lambda iri: order(URIRef(iri)))


def _with_addresses(resource: dict[str, Any], addresses: list[str], way: int) -> dict[str, Any]:
    """The ways in which the addresses of a file may be filled in, as reading gives them back (docs/catalogue.md)."""
    first, second, third, fourth = addresses
    is_file = format_of(str(resource.get("format", ""))).is_file
    delivered = bool(resource.get("access_services"))
    found = {**resource, "url": first}
    if "hash_algorithm" in found:
        found["hash"] = "00ff" * 8
    if way & 1 and (delivered or is_file):
        found["access_url"] = first if delivered or way & 2 else second
    elif way & 1:
        found["download_url"] = first if way & 2 else second
    if way & 4:
        found["additional_access_urls"] = [third, fourth]
        downloaded = is_file and not delivered and found.get("access_url") != first
        if found.get("download_url") or downloaded:
            found["additional_download_urls"] = [third]
    return found
