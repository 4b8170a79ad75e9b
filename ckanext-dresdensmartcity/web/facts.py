"""The facts of a dataset as rows for its page: labels of the schema, words for codes, nothing that is empty.

What a dataset leaves open and the city file answers (publisher, contact, place) is shown with a mark, just as the RDF
is written: both read the city file at that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import Office
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat.values import geometry
from ckanext.dresdensmartcity.web import formats, reading

# Shown elsewhere on the page, or of no use to a reader.
ELSEWHERE = {
    "id", "title", "name", "notes", "tag_string", "owner_org", "license_id", "sample", "private", "state", "method",
    "provenance", "description",
}  # fmt: skip
# What a reader wants to know first, in this order; the rest follows in the order of the schema.
KEY_FIELDS = (
    "endpoint_url", "serves_dataset", "publisher", "contact", "issued", "modified", "temporal_coverage", "frequency",
    "spatial_coverage", "measure",
    "in_series",
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """A text, where it leads, and what else is known of the thing: its parts, each with its label."""

    text: str
    url: str = ""
    details: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Fact:
    name: str
    label: str
    values: tuple[Value, ...]
    from_city: bool = False  # the dataset leaves it open, the city file says it


def dataset_facts(package: dict[str, Any]) -> list[Fact]:
    """All rows of a dataset or series in the order of its schema."""
    schema = tk.h.scheming_get_dataset_schema(package["type"]) or {}
    found = []
    for row in rows(schema.get("dataset_fields", []), package):
        if not row.values and row.name in FROM_CITY:
            row = replace(row, values=FROM_CITY[row.name](), from_city=True)
        if row.values:
            found.append(row)
    return found


def resource_facts(package: dict[str, Any], resource: dict[str, Any]) -> list[Fact]:
    """All rows of a file; its licence is the city's where it names none."""
    schema = tk.h.scheming_get_dataset_schema(package["type"]) or {}
    fields = [
        {**field, "default": city().license if field["field_name"] == "license" else ""}
        for field in schema.get("resource_fields", [])
    ]
    return [row for row in rows(fields, resource) if row.values]


def rows(fields: list[dict[str, Any]], data: dict[str, Any]) -> list[Fact]:
    """A row for each field that is not shown elsewhere, also for those that are empty."""
    return [
        Fact(
            field["field_name"],
            label(field),
            values_of(field, in_language(field["field_name"], data) or field.get("default")),
        )
        for field in fields
        if field["field_name"] not in ELSEWHERE
        and field.get("display_snippet", "") is not None
        and not is_translation(field["field_name"], data)
    ]


def label(field: dict[str, Any]) -> str:
    return str(tk.h.scheming_language_text(field.get("label", field["field_name"])))


def in_language(name: str, data: dict[str, Any]) -> Any:
    """The value of a field: in the language of the page where there are two."""
    return reading.text(data, name) if isinstance(data.get(f"{name}_en"), str) else data.get(name)


def is_translation(name: str, data: dict[str, Any]) -> bool:
    """Whether a field is the English of another that is filled: that one is shown, in the language of the page."""
    german = name.removesuffix("_en")
    return german != name and german != "keywords" and bool(data.get(german))


def key_facts(found: list[Fact]) -> list[Fact]:
    """The rows that stand beside the description."""
    by_name = {row.name: row for row in found}
    return [by_name[name] for name in KEY_FIELDS if name in by_name]


def further_facts(found: list[Fact]) -> list[Fact]:
    """The other rows."""
    return [row for row in found if row.name not in KEY_FIELDS]


def values_of(field: dict[str, Any], value: Any) -> tuple[Value, ...]:
    """The values of one field in words; parts that are empty are left out."""
    if value in (None, "", [], {}):
        return ()
    reader = READERS.get(field["field_name"])
    items = value if isinstance(value, list) else [value]
    if "repeating_subfields" in field:
        found = [with_details(field, item, reader or first_part) for item in items if isinstance(item, dict)]
    elif reader is not None:
        found = [reader(item) for item in items]
    else:
        choices = tk.h.scheming_field_choices(field) or []
        found = [plain(choices, item) for item in items]
    return tuple(one for one in found if one.text)


def with_details(field: dict[str, Any], item: dict[str, Any], reader: Callable[[Any], Value]) -> Value:
    """A contact, a body, a place or a period by its name, and each other part that is filled with its label."""
    value = reader(item)
    parts = []
    for part in field["repeating_subfields"]:
        for one in values_of(part, item.get(part["field_name"])):
            if one.text != value.text and (one.url or one.text) != value.url:
                parts.append(Value(f"{label(part)}: {one.text}", one.url))
    if field["field_name"] in WHOLE and not {"beginning", "ending"} & set(item):
        parts = []  # the reader has said all of them
    return replace(value, details=tuple(parts)) if value.text else value


def first_part(item: dict[str, Any]) -> Value:
    """What a relation leads to, or who takes part."""
    address = str(item.get("relation") or item.get("agent") or "")
    return Value(address, address)


def plain(choices: list[dict[str, Any]], item: Any) -> Value:
    """A choice by its label, an address as link, anything else as it is."""
    text = str(item)
    for choice in choices:
        if choice["value"] == text:
            return Value(str(tk.h.scheming_language_text(choice["label"])))
    if text in {"True", "true"}:
        return Value(tk._("yes"))
    if text in {"False", "false"}:
        return Value(tk._("no"))
    return Value(text, text if text.startswith(("http://", "https://")) else "")


def office(item: dict[str, Any]) -> Value:
    """An office with its page; without one its mail address, which is an office's and never a person's."""
    mail = str(item.get("email") or "").removeprefix("mailto:")
    name = reading.text(item, "name") or mail or str(item.get("telephone") or "")
    return Value(name, str(item.get("url") or (mail and f"mailto:{mail}") or ""))


def mail(item: Any) -> Value:
    plain_address = str(item).removeprefix("mailto:")
    return Value(plain_address, f"mailto:{plain_address}")


def telephone(item: Any) -> Value:
    return Value(str(item), f"tel:{''.join(str(item).split())}")


def shape(item: Any) -> Value:
    """A geometry in words: what it is and where, in degrees."""
    found = geometry(item)
    if found is None:
        return Value("")
    west, south, east, north = (formats.number(round(one, 4), language()) for one in found.bounds)
    if found.geom_type == "Point":
        return Value(tk._("{longitude}° east, {latitude}° north").format(longitude=west, latitude=south))
    where = tk._("{west} to {east}° east, {south} to {north}° north")
    return Value(where.format(west=west, east=east, south=south, north=north))


def place(item: dict[str, Any]) -> Value:
    """The name of a place; its geometry is for the map and for machines."""
    uri = str(item.get("uri") or "")
    return Value(str(item.get("text") or uri), uri)


def period(item: dict[str, Any]) -> Value:
    start = day(item.get("start") or item.get("beginning")).text
    end = day(item.get("end") or item.get("ending")).text
    if start and end:
        return Value(tk._("{start} to {end}").format(start=start, end=end))
    if start:
        return Value(tk._("since {start}").format(start=start))
    return Value(tk._("until {end}").format(end=end) if end else "")


def day(item: Any) -> Value:
    return Value(formats.local_date(item, str(tk.config["ckan.display_timezone"]), language()) if item else "")


def span(item: Any) -> Value:
    return Value(formats.duration(str(item), language()))


def metres(item: Any) -> Value:
    return Value(f"{formats.number(float(item), language())}\u00a0m")


def measure(item: Any) -> Value:
    return Value(tk._("Measure {code}").format(code=item), tk.h.url_for("portal.measure", code=item))


def entry(kind: str) -> Callable[[Any], Value]:
    """Another entry of the portal by its title; nothing where the reader may not see it."""

    def named(item: Any) -> Value:
        key = str(item).replace("\\", "").replace('"', "")
        found = reading.search(f'+dataset_type:{kind} +(id:"{key}" OR name:"{key}" OR uri:"{key}")', rows=1)["results"]
        if not found:
            return Value("")
        return Value(reading.text(found[0], "title"), tk.h.url_for(f"{kind}.read", id=found[0]["name"]))

    return named


def of_city(find: Callable[[str], Any]) -> Callable[[Any], Value]:
    def named(item: Any) -> Value:
        found = find(str(item))
        return Value(found.label.text(language()) if found else str(item))

    return named


def language() -> str:
    return str(tk.h.lang() or "de")


# Groups whose name says what some of their parts say again.
WHOLE = ("temporal_coverage",)

READERS: dict[str, Callable[[Any], Value]] = {
    "publisher": office,
    "creator": office,
    "contributor": office,
    "originator": office,
    "custodian": office,
    "email": mail,
    "telephone": telephone,
    "geom": shape,
    "bbox": shape,
    "centroid": shape,
    "start": lambda item: day(item),
    "end": lambda item: day(item),
    "beginning": lambda item: day(item),
    "ending": lambda item: day(item),
    "source": entry("dataset"),
    "has_version": entry("dataset"),
    "serves_dataset": entry("dataset"),
    "access_services": entry("data_service"),
    "contact": office,
    "spatial_coverage": place,
    "temporal_coverage": period,
    "issued": day,
    "modified": day,
    "temporal_resolution": span,
    "spatial_resolution_in_meters": metres,
    "measure": measure,
    "in_series": entry("dataset_series"),
    "focus_area": of_city(lambda one: city().focus_area(one)),
    "field_of_action": of_city(lambda one: city().field_of_action(one)),
}


def office_of_city(one: Office) -> tuple[Value, ...]:
    return (Value(one.name, one.url),)


def term_of_city(name: str, *iris: str) -> tuple[Value, ...]:
    """Terms of a list by their labels."""
    found = (vocabulary(name).term(iri) for iri in iris)
    return tuple(Value(one.label.text(language())) for one in found if one)


FROM_CITY: dict[str, Callable[[], tuple[Value, ...]]] = {
    "publisher": lambda: office_of_city(city().publisher),
    "contact": lambda: office_of_city(city().contact),
    "spatial_coverage": lambda: (Value(city().name, next(iter(city().geocoding.places), "")),),
    "availability": lambda: term_of_city("availability", city().availability),
    "access_rights": lambda: term_of_city("access-rights", city().access_rights),
    "political_geocoding_level": lambda: term_of_city("geocoding-levels", city().geocoding.level),
    "language": lambda: term_of_city("languages", *city().languages),
    "contributor_id": lambda: term_of_city("contributors", city().contributor_id),
    "license": lambda: term_of_city("licenses", city().license),
}
