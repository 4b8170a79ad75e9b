"""The OpenAPI 3.0 definition of the interface (17-069r4, section 9). No CKAN in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.dresdensmartcity.city.model import Label

from .crs import CRS84, SYSTEMS
from .documents import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Json, Place, landing_title, schema_of
from .model import Collection
from .parameters import DEFAULT_LIMIT, GREATEST_LIMIT, LONGEST_TEXT

VERSION = "1.0.0"


def definition(place: Place, found: Iterable[Collection]) -> Json:
    """What can be asked, with all parameters of each collection."""
    say = place.say
    paths: Json = {
        "/": {"get": _operation(place, "getLandingPage", Label("Startseite", "Landing page"), JSON)},
        "/conformance": {"get": _operation(place, "getConformance", Label("Konformität", "Conformance"), JSON)},
        "/api": {"get": _operation(place, "getApi", Label("Diese Beschreibung", "This description"), OPENAPI)},
        "/collections": {"get": _operation(place, "getCollections", Label("Alle Sammlungen", "All collections"), JSON)},
    }
    for one in found:
        paths |= _paths(place, one)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": landing_title(place),
            "description": say(
                Label(
                    "OGC API Features über dem Smart City Atlas: Core, GeoJSON, HTML, OpenAPI 3.0, CRS, Queryables.",
                    "OGC API Features over the Smart City Atlas: Core, GeoJSON, HTML, OpenAPI 3.0, CRS, Queryables.",
                )
            ),
            "version": VERSION,
            "license": {"name": place.city.license.rstrip("/").rsplit("/", 1)[-1], "url": place.city.license},
        },
        "servers": [{"url": place.base}],
        "paths": paths,
        "components": {
            "parameters": _shared(place),
            "schemas": {"exception": _EXCEPTION, "featureGeoJSON": _FEATURE, "featureCollectionGeoJSON": _FEATURES},
            "responses": {
                "error": {
                    "description": say(Label("Was an der Anfrage falsch war", "What was wrong with the request")),
                    "content": {JSON: {"schema": {"$ref": "#/components/schemas/exception"}}},
                }
            },
        },
    }


def _paths(place: Place, one: Collection) -> Json:
    title = one.title
    about = Label(f"Über die Sammlung {title.de}", f"About the collection {title.en}")
    items = Label(f"{title.de}: Objekte", f"{title.en}: features")
    single = Label(f"{title.de}: ein Objekt", f"{title.en}: one feature")
    filters = Label(f"{title.de}: Filter", f"{title.en}: filters")
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in _names(one)]
    own = [_filter(place, query) for query in one.queryables]
    path = f"/collections/{one.id}"
    identifier = {
        "name": "featureId",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": place.say(Label("Kennung des Objekts", "Id of the feature")),
    }
    crs = {"$ref": "#/components/parameters/crs"}
    features = {"$ref": "#/components/schemas/featureCollectionGeoJSON"}
    feature = {"$ref": "#/components/schemas/featureGeoJSON"}
    return {
        path: {"get": _operation(place, f"describe_{one.id}", about, JSON)},
        f"{path}/queryables": {"get": _operation(place, f"queryables_{one.id}", filters, SCHEMA)},
        f"{path}/items": {
            "get": _operation(place, f"get_{one.id}", items, GEOJSON, [*shared, *own], schema=features, tag=one.id)
        },
        f"{path}/items/{{featureId}}": {
            "get": _operation(
                place,
                f"get_one_of_{one.id}",
                single,
                GEOJSON,
                [identifier, crs],
                schema=feature,
                tag=one.id,
                missing=True,
            )
        },
    }


def _names(one: Collection) -> list[str]:
    names = ["limit", "bbox", "bbox-crs", "crs", "datetime", "after", "before"]
    return [*names, "q"] if one.searched else names


def _operation(
    place: Place,
    name: str,
    summary: Label,
    media_type: str,
    parameters: Iterable[Json] = (),
    *,
    schema: Json | None = None,
    tag: str = "",
    missing: bool = False,
) -> Json:
    error = {"$ref": "#/components/responses/error"}
    responses: Json = {
        "200": {
            "description": place.say(summary),
            "content": {media_type: {"schema": schema or {"type": "object"}}, HTML: {"schema": {"type": "string"}}},
        },
        "400": error,
        "406": error,
    }
    if missing:
        responses["404"] = error
    return {
        "operationId": name,
        "summary": place.say(summary),
        "tags": [tag or "api"],
        "parameters": [*parameters, {"$ref": "#/components/parameters/f"}],
        "responses": responses,
    }


def _filter(place: Place, query: Any) -> Json:
    values: Json = {name: value for name, value in schema_of(place, query).items() if name in ("type", "enum")}
    several = query.several and query.choices
    return {
        "name": query.name,
        "in": "query",
        "required": False,
        "description": place.say(query.label),
        "schema": {"type": "array", "items": values} if several else values,
        "style": "form",
        "explode": False,
    }


def _shared(place: Place) -> Json:
    say = place.say
    systems = {"type": "string", "format": "uri", "enum": [one.uri for one in SYSTEMS], "default": CRS84.uri}

    def query(name: str, schema: Json, text: Label, **more: Any) -> Json:
        return {
            "name": name, "in": "query", "required": False, "description": say(text), "schema": schema,
            "style": "form", "explode": False, **more,
        }  # fmt: skip

    four, six = ({"type": "array", "items": {"type": "number"}, "minItems": n, "maxItems": n} for n in (4, 6))
    return {
        "f": query(
            "f",
            {"type": "string", "enum": ["json", "html"]},
            Label("Form der Antwort; sonst gilt der Kopf Accept", "Form of the answer; else the header Accept counts"),
        ),
        "limit": query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": GREATEST_LIMIT, "default": DEFAULT_LIMIT},
            Label("So viele Objekte auf einer Seite", "So many features on a page"),
        ),
        "bbox": query(
            "bbox",
            {"oneOf": [four, six]},
            Label(
                "Nur Objekte, die dieses Rechteck berührt, und solche ohne Ort",
                "Only features that this box touches, and those without a place",
            ),
        ),
        "bbox-crs": query("bbox-crs", systems, Label("In welchem System bbox steht", "Which system bbox is in")),
        "crs": query(
            "crs", systems, Label("System der Koordinaten in der Antwort", "System of the answer's coordinates")
        ),
        "datetime": query(
            "datetime",
            {"type": "string"},
            Label(
                "Zeitpunkt oder Zeitraum (RFC 3339), auch offen: 2024-01-01/..; was keine Zeit hat, kommt mit",
                "A moment or an interval (RFC 3339), also open: 2024-01-01/..; what has no time comes too",
            ),
        ),
        "after": query(
            "after",
            {"type": "string"},
            Label(
                "Nur Objekte nach dieser Kennung: so blättern die Links next",
                "Only features after this id, as the links next do",
            ),
        ),
        "before": query(
            "before",
            {"type": "string"},
            Label(
                "Die Seite vor dieser Kennung: so blättern die Links prev",
                "The page before this id, as the links prev do",
            ),
        ),
        "q": query(
            "q",
            {"type": "string", "maxLength": LONGEST_TEXT},
            Label("Wörter, wie in der Suche des Atlas", "Words, as in the atlas's search"),
        ),
    }


_EXCEPTION: Json = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
}
_LINKS: Json = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["href"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "hreflang", "title")},
    },
}
_FEATURE: Json = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": "object", "nullable": True},
        "properties": {"type": "object", "nullable": True},
        "links": _LINKS,
    },
}
_FEATURES: Json = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"$ref": "#/components/schemas/featureGeoJSON"}},
        "links": _LINKS,
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
    },
}
