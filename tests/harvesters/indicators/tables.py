"""Small tables for tests, in the form of the city's statistics."""

from __future__ import annotations

from typing import Any

from ckanext.dresdensmartcity.harvesters.indicators.mapping import Mapping, read_mapping


def mapping(*columns: str, **more: Any) -> Mapping:
    """A mapping that takes each column for an indicator of the same name, in lower case."""
    hierarchies = more.pop("hierarchies", {})
    indicators = [{"id": name.lower(), "title": {"de": name, "en": name}, "column": name} for name in columns]
    shares = [
        {"id": f"{part}-share", "title": {"de": part, "en": part}, "numerator": part, "denominator": whole}
        for part, whole in more.pop("shares", ())
    ]
    return read_mapping(
        {
            "columns": {"year": "Jahr", "district": "Stadtteil", "hierarchies": hierarchies},
            "indicators": indicators + shares,
            **more,
        }
    )


def table(header: str, *lines: str) -> bytes:
    """Lines with the year 2025 put before them."""
    return "\r\n".join([f"Jahr;{header}", *(f"2025;{line}" for line in lines), ""]).encode()
