"""What the tiles hold, for map programs: TileJSON 3.0.0."""

from __future__ import annotations

from typing import Any

from ckanext.dresdensmartcity.city.model import City, Label

LAYER = "entries"
DEEPEST_USEFUL = 18  # deeper tiles are there, and show no more

_TEXT = "String"
_ENTRIES = Label("Einträge; wo viele sind, zusammengefasst", "Entries; where many are, put together")
_FIELDS: dict[str, tuple[str, Label]] = {
    "n": ("Number", Label("Anzahl der Einträge", "Number of entries")),
    "symbol": (
        _TEXT,
        Label("Gruppe der Art, bei mehreren die häufigste", "Group of the kind, of several the commonest"),
    ),
    "key": (_TEXT, Label("nur bei einem: sein Pfad unter /atlas/", "only of one: its path below /atlas/")),
    "title": (_TEXT, Label("nur bei einem: Titel, gekürzt", "only of one: title, cut")),
    "kind": (_TEXT, Label("nur bei einem: Art", "only of one: kind")),
    "place": (
        _TEXT,
        Label(
            "nur bei einem: point (eigener Ort) oder area (Mitte seines Gebiets)",
            "only of one: point (its own place) or area (the centre of its area)",
        ),
    ),
}


def tile_json(
    template: str, city: City, bounds: tuple[float, float, float, float] | None, language: str
) -> dict[str, Any]:
    """The description of the tiles at `template`; `bounds` are west, south, east, north of all entries."""
    return {
        "tilejson": "3.0.0",
        "name": f"Smart City Atlas: {city.name}",
        "description": Label("Akteure und Projekte", "Actors and projects").text(language),
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": 0,
        "maxzoom": DEEPEST_USEFUL,
        # Maps ask for nothing outside.
        "bounds": list(_around(city.bbox, bounds)),
        "center": [*city.centre, 11],
        "attribution": city.title.text(language),
        "vector_layers": [
            {
                "id": LAYER,
                "description": Label(
                    "Einträge, wo viele sind zusammengefasst", "Entries, put together where many are"
                ).text(language),
                "minzoom": 0,
                "maxzoom": DEEPEST_USEFUL,
                "fields": {name: f"{kind}: {label.text(language)}" for name, (kind, label) in _FIELDS.items()},
            }
        ],
    }


def _around(box: tuple[float, ...], other: tuple[float, float, float, float] | None) -> tuple[float, ...]:
    if other is None:
        return box
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])
