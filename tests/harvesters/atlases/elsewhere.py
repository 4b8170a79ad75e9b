"""Another city's atlas as a server of this machine gives it."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sources import Answer, Source, body

LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
PAGE = "https://atlas.elsewhere.example/atlas"


def feature(entry_type: str, identifier: str, geometry: Any = (9.96, 51.01), **properties: Any) -> dict[str, Any]:
    """An actor or a project as our own interface writes it; `geometry` may be a position."""
    if isinstance(geometry, tuple):
        geometry = {"type": "Point", "coordinates": list(geometry)}
    of_kind = {"kind": "research"} if entry_type == "actor" else {"status": "running"}
    known = {"type": entry_type, "title": identifier.title(), "page": f"{PAGE}/{entry_type}/{identifier}", **of_kind}
    return {"type": "Feature", "id": identifier, "geometry": geometry, "properties": {**known, **properties}}


def actor(identifier: str, geometry: Any = (9.96, 51.01), **properties: Any) -> dict[str, Any]:
    return feature("actor", identifier, geometry, **properties)


def project(identifier: str, geometry: Any = None, **properties: Any) -> dict[str, Any]:
    return feature("project", identifier, geometry, **properties)


def as_json(value: Any) -> Answer:
    return body(json.dumps(value).encode(), "application/json")


def items(features: list[Any], **more: Any) -> Answer:
    """One page that has all."""
    return as_json({"type": "FeatureCollection", "features": features, "numberMatched": len(features), **more})


def paged(source: Source, path: str, features: list[Any]) -> Answer:
    """Pages as long as they were asked for, each with the address of the next."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        limit, offset = int(asked["limit"][0]), int(asked.get("offset", ["0"])[0])
        links = []
        if offset + limit < len(features):
            links = [{"rel": "next", "href": f"{source.url}{path}?limit={limit}&offset={offset + limit}"}]
        page = features[offset : offset + limit]
        found = {"type": "FeatureCollection", "features": page, "numberMatched": len(features), "links": links}
        as_json(found)(handler)

    return answer


def serve(source: Source, actors: Any = (), projects: Any = (), **landing: Any) -> str:
    """An interface with two collections, given as features or as an answer; gives its address."""
    license_ = [{"rel": "license", "href": LICENCE, "type": "text/html"}]
    source.serve("/ogc/", as_json({"title": "Atlas Anderswo: Geodaten", "links": license_, **landing}))
    listed = [{"id": name, "title": name, "links": []} for name in ("actors", "projects")]
    source.serve("/ogc/collections", as_json({"collections": listed}))
    for name, given in (("actors", actors), ("projects", projects)):
        source.serve(f"/ogc/collections/{name}/items", given if callable(given) else items(list(given)))
    return source.url + "/ogc"
