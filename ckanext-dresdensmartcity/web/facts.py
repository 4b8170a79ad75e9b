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
from ckanext.dresdensmartcity.web import formats, reading

# Shown elsewhere on the page, or of no use to a reader.
ELSEWHERE = {
    "id", "title", "title_en", "name", "notes", "notes_en", "tag_string", "keywords_en", "owner_org", "license_id",
    "sample", "private", "state", "method", "provenance", "description", "description_en", "name_en",
}  # fmt: skip
# What a reader wants to know first, in this order; the rest follows in the order of the schema.
KEY_FIELDS = (
    "publisher", "contact", "issued", "modified", "temporal_coverage", "frequency", "spatial_coverage", "measure",
    "in_series",
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    text: str
    url: str = ""


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
            str(tk.h.scheming_language_text(field.get("label", field["field_name"]))),
            values_of(field, data.get(field["field_name"]) or field.get("default")),
        )
        for field in fields
        if field["field_name"] not in ELSEWHERE and field.get("display_snippet", "") is not None
    ]


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
    if reader is not None:
        found = [reader(item) for item in items]
    else:
        choices = tk.h.scheming_field_choices(field) or []
        found = [plain(choices, item) for item in items]
    return tuple(one for one in found if one.text)


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
    return Value(str(item.get("name") or mail), str(item.get("url") or (mail and f"mailto:{mail}") or ""))


def place(item: dict[str, Any]) -> Value:
    """The name of a place; its geometry is for the map and for machines."""
    uri = str(item.get("uri") or "")
    return Value(str(item.get("text") or uri), uri)


def period(item: dict[str, Any]) -> Value:
    start, end = day(item.get("start")).text, day(item.get("end")).text
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


def series(item: Any) -> Value:
    found = reading.search(f'+dataset_type:dataset_series +(id:"{item}" OR name:"{item}")', rows=1)["results"]
    if not found:
        return Value("")
    return Value(reading.text(found[0], "title"), tk.h.url_for("dataset_series.read", id=found[0]["name"]))


def of_city(find: Callable[[str], Any]) -> Callable[[Any], Value]:
    def named(item: Any) -> Value:
        found = find(str(item))
        return Value(found.label.text(language()) if found else str(item))

    return named


def language() -> str:
    return str(tk.h.lang() or "de")


READERS: dict[str, Callable[[Any], Value]] = {
    "publisher": office,
    "creator": office,
    "contact": office,
    "spatial_coverage": place,
    "temporal_coverage": period,
    "issued": day,
    "modified": day,
    "temporal_resolution": span,
    "spatial_resolution_in_meters": metres,
    "measure": measure,
    "in_series": series,
    "focus_area": of_city(lambda one: city().focus_area(one)),
    "field_of_action": of_city(lambda one: city().field_of_action(one)),
}


def office_of_city(one: Office) -> tuple[Value, ...]:
    return (Value(one.name, one.url),)


FROM_CITY: dict[str, Callable[[], tuple[Value, ...]]] = {
    "publisher": lambda: office_of_city(city().publisher),
    "contact": lambda: office_of_city(city().contact),
    "spatial_coverage": lambda: (Value(city().name, next(iter(city().geocoding.places), "")),),
}
