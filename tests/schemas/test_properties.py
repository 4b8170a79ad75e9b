"""Every property of DCAT-AP.de 3.0 has its field, and every field its property."""

from __future__ import annotations

import copy
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ckanext.dresdensmartcity.city.current import city_of
from ckanext.dresdensmartcity.dcat.catalogue import dataset_output
from ckanext.dresdensmartcity.dcat.datasets import index_of_entries
from ckanext.dresdensmartcity.dcat.iris import Site
from rdflib import Graph, URIRef

ROOT = Path(__file__).parent.parent.parent
SITE = Site.at("https://portal.example.org")
OBLIGATIONS = {"Pflicht": "mandatory", "Empfohlen": "recommended", "Optional": "optional"}
PUBLISHED = ("dataset", "dataset_series", "data_service")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


table = load(ROOT / "docs/field_table.py")
full = load(ROOT / "tests/dcat/full.py")


def standard(shared: Path) -> Iterator[tuple[str, str, str]]:
    """(class, property, obligation) of all that the standard has and does not call deprecated."""
    kind = ""
    for line in (shared / "dcat-ap-de/PROPERTIES.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"### ([a-z]+:\w+) \(", line):
            kind = heading[1]
        elif line.startswith("## "):
            kind = ""
        row = re.match(r"\| `([a-z]+:\w+)` \| ([^|]*) \| \**(\w+)\** \|", line)
        if kind and row and "DEPRECATED" not in row[2]:
            yield kind, row[1], OBLIGATIONS[row[3]]


def test_every_property_of_the_standard_has_a_field(shared: Path) -> None:
    """Or comes from the city file, is written by itself, or says why it is left out, with the standard's obligation."""
    asked = list(standard(shared))
    assert len(asked) > 130
    rows = table.rows()
    ours = {(kind, one, row.obligation) for kind in rows for row in rows[kind] for one in row.properties}
    assert [one for one in asked if one not in ours] == []


def test_three_properties_are_left_out_and_say_why() -> None:
    """All of them of the record, which repeats nothing."""
    left_out = [
        (kind, one["property"])
        for kind, given in table.schema("catalogue")["classes"].items()
        for one in given
        if "left_out" in one
    ]
    assert left_out == [
        ("dcat:CatalogRecord", f"{name}") for name in ("adms:status", "dcterms:title", "dcterms:description")
    ]


def test_every_key_of_the_city_file_that_is_named_is_read() -> None:
    """`catalogue.issued` is the attribute of that name of a City."""
    city = city_of("dresden")
    for given in table.schema("catalogue")["classes"].values():
        for key in (one["city"] for one in given if "city" in one):
            value: Any = city
            for part in key.split("."):
                assert hasattr(value, part), key
                value = getattr(value, part)


def test_the_page_is_what_the_schemas_say() -> None:
    """Nobody has changed a field without it: otherwise run python docs/generate.py."""
    assert (ROOT / "docs/fields.md").read_text(encoding="utf-8") == table.page()


def every_field() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(CKAN type, path, name, field) of all fields, those of files and the parts of groups."""
    for kind in PUBLISHED:
        loaded = table.schema(kind)
        for place in ("dataset_fields", "resource_fields"):
            for field in loaded[place]:
                yield kind, place, field["field_name"], field
                for part in field.get("repeating_subfields", ()):
                    yield kind, f"{place}.{field['field_name']}", part["field_name"], part


FIELDS = [pytest.param(*one, id=f"{one[0]}-{one[1]}-{one[2]}") for one in every_field() if one[3].get("property")]
# Fields that share a node: each alone makes it.
TOGETHER = (
    {"provenance", "provenance_en"},
    {"method", "method_en", "method_version"},
    {"high_value", "hvd_category"},
)


def test_every_field_names_its_property_or_why_it_has_none() -> None:
    """In both languages, and never both."""
    for kind, place, name, field in every_field():
        where = f"{kind} {place} {name}"
        assert "property" in field, where
        if field["property"] is None:
            assert set(field["no_property"]) == {"de", "en"}, where
            assert "obligation" not in field, where
        else:
            assert field["obligation"] in OBLIGATIONS.values(), where
            assert "no_property" not in field, where


@pytest.mark.parametrize(("kind", "place", "name", "field"), FIELDS)
def test_a_field_that_is_set_is_written(kind: str, place: str, name: str, field: dict[str, Any]) -> None:
    """With each property that it names: they are gone, or fewer, without it."""
    with_it = package_of(kind)
    for other in next((group - {name} for group in TOGETHER if name in group and name != "hvd_category"), set()):
        with_it.pop(other, None)
    without = copy.deepcopy(with_it)
    holders = list(holders_of(without, place, name))
    assert holders, "tests/dcat/full.py fills every field"
    for holder in holders:
        del holder[name]
    if name == "tag_string":  # CKAN shows it as tags
        without["tags"] = []
    after, before = graph_of(with_it), graph_of(without)
    for one in table.properties(field):
        prefix, _colon, local = one.partition(":")
        namespaces = dict(after.namespaces())
        predicate = URIRef(namespaces[prefix] + local)
        assert set(after.triples((None, predicate, None))) - set(before.triples((None, predicate, None))), one


def package_of(kind: str) -> dict[str, Any]:
    (package,) = (one for one in full.entries() if one["type"] == kind and one["name"] != full.SOURCE_NAME)
    package["tag_string"] = ""
    return package


def holders_of(package: dict[str, Any], place: str, name: str) -> Iterator[dict[str, Any]]:
    """The package, file or record of a group in which a field is filled."""
    where, _dot, group = place.partition(".")
    outer = package["resources"] if where == "resource_fields" else [package]
    inner = [record for one in outer for record in one.get(group, ())] if group else outer
    yield from (one for one in inner if name in one)


def graph_of(package: dict[str, Any]) -> Graph:
    """The package as RDF, with its links."""
    others = index_of_entries(full.entries(), SITE.base)
    return dataset_output(city_of("dresden"), SITE, package, others).graph
