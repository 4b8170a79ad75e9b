"""What the map's module is told: once for the page, and anew for each query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City

from ..choices import TYPE_LABELS
from ..entries import ACTOR, PROJECT
from ..presentation import language, say
from ..query import AtlasQuery
from ..symbols import OTHER, SYMBOLS
from ..tiles import reading
from .filters import url

# Entries found up to which the map gets them as one GeoJSON, and clusters them itself.
MOST_AT_ONCE = 10_000
_ = tk._


@dataclass(frozen=True)
class MapOptions:
    fixed: dict[str, Any]
    state: dict[str, Any]


def map_options(query: AtlasQuery, total: int, city: City) -> MapOptions:
    """Texts are in the language of the page."""
    many = total > MOST_AT_ONCE
    # Of a collection the map counts itself.
    placed, extent = reading.extent(query) if many else (None, None)
    return MapOptions(
        fixed={
            **engine(),
            "areas": url("atlas.areas", []),
            "results": url("atlas.results", []),
            "page": url("atlas.index", []),
            "bbox": list(city.bbox),
            "language": language(),
        },
        state={
            "entries": url("atlas.entries", query.parameters),
            "tiles": url("atlas_tiles.description", query.parameters, qualified=True) if many else "",
            "placed": placed,
            "extent": extent,
            "total": total,
            "bbox": list(query.bbox) if query.bbox else None,
            "near": list(query.near) if query.near else None,
            "radius": query.radius_m if query.near else None,
        },
    )


def engine() -> dict[str, Any]:
    """What every map of the atlas needs."""
    basemap = config.atlas_basemap_style()
    return {
        "engine": tk.h.url_for_static("/vendor/maplibre-gl.mjs"),
        "engineStyle": tk.h.url_for_static("/vendor/maplibre-gl.css"),
        "basemap": basemap,
        "basemapIsRaster": is_raster(basemap),
        "basemapAttribution": config.atlas_basemap_attribution(),
        "symbols": {
            one.id: {"path": one.path, "colour": one.colour, "label": say(one.label)} for one in (*SYMBOLS, OTHER)
        },
        "texts": texts(),
    }


def is_raster(basemap: str) -> bool:
    """Whether the address is one of pictures, to be filled in for each, and not of a style."""
    return "{bbox-epsg-3857}" in basemap or all(part in basemap for part in ("{z}", "{x}", "{y}"))


def texts() -> dict[str, str]:
    """What the map says."""
    return {
        "title": _("Map of the entries found"),
        "failed": _("The map cannot be drawn in this browser. The list holds every entry."),
        "loading": _("The map is being loaded …"),
        "noBasemap": _("The background map cannot be reached at the moment."),
        "shown": _("{shown} of {total} entries are on the map."),
        "byArea": _("{count} of them as their area, as no exact place is known."),
        "without": _("{count} have no place."),
        "area": _("no exact place known, drawn as its area"),
        "several": _("{count} entries at this place"),
        "inArea": _("{area}: {count} entries without an exact place"),
        "found": _("{count} entries found"),
        "foundOne": _("1 entry found"),
        "foundNone": _("Nothing found"),
        "searchHere": _("Search in this section"),
        "showOnMap": _("Show on the map"),
        "more": _("and {count} more"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "close": _("Close"),
        "copied": _("Copied"),
        "actor": say(TYPE_LABELS[ACTOR]),
        "project": say(TYPE_LABELS[PROJECT]),
    }
