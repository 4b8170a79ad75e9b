"""The documents of the interface as plain data: landing page, collections, features (OGC 17-069r4, 18-058r1, 19-079r2).

Texts are in one language. No CKAN, no Flask in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ckanext.dresdensmartcity.city.model import City, Label
from shapely import get_coordinates
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from . import times
from .conformance import CONFORMS_TO
from .crs import CRS84, SYSTEMS, Crs, written
from .model import Collection, Feature, Queryable
from .parameters import Request

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI, SCHEMA = "application/vnd.oai.openapi+json;version=3.0", "application/schema+json"
LD = "application/ld+json"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where the interface stands, and in which language it speaks."""

    base: str  # address of the landing page, without a slash at its end
    portal: str  # address of the portal's pages, in the same language
    language: str
    city: City

    def say(self, label: Label) -> str:
        return label.text(self.language)

    def of(self, *parts: str, parameters: Sequence[tuple[str, str]] = ()) -> str:
        """An address below the landing page."""
        path = "/".join([self.base, *(quote(part, safe="") for part in parts)])
        return f"{path}?{urlencode(parameters)}" if parameters else path


def link(href: str, rel: str, media_type: str, title: str = "", language: str = "") -> Json:
    found = {"href": href, "rel": rel, "type": media_type, "title": title, "hreflang": language}
    return {name: value for name, value in found.items() if value}


def own_links(place: Place, address: str, shown: str, title: str, media_type: str = JSON) -> list[Json]:
    """`self` and `alternate` of a document in both forms; `shown` is the one that is answered: json or html."""
    forms = {"json": media_type, "html": HTML}
    return [
        link(_with(address, "f", form), "self" if form == shown else "alternate", kind, title, place.language)
        for form, kind in sorted(forms.items(), key=lambda one: one[0] != shown)
    ]


def landing(place: Place, shown: str) -> Json:
    say = place.say
    return {
        "title": landing_title(place),
        "description": say(
            Label(
                "Akteure, Projekte, Stadtteile, Schwerpunkträume und Sensorstandorte als OGC API Features.",
                "Actors, projects, districts, focus areas and sensor locations as OGC API Features.",
            )
        ),
        "attribution": place.city.attribution or place.city.publisher.name,
        "links": [
            *own_links(place, place.base, shown, landing_title(place)),
            link(place.of("api", parameters=[("f", "json")]), "service-desc", OPENAPI, "OpenAPI 3.0"),
            link(
                place.of("api", parameters=[("f", "html")]),
                "service-doc",
                HTML,
                say(Label("Beschreibung der Schnittstelle", "Description of the interface")),
            ),
            link(place.of("conformance"), "conformance", JSON, say(Label("Konformität", "Conformance"))),
            link(place.of("collections"), "data", JSON, say(Label("Sammlungen", "Collections"))),
            link(
                f"{place.portal}/dataset/smart-city-atlas",
                "describedby",
                HTML,
                say(Label("Der Atlas als Datensatz", "The atlas as a dataset")),
            ),
            link(place.city.license, "license", HTML, say(Label("Lizenz", "Licence"))),
        ],
    }


def landing_title(place: Place) -> str:
    name = place.city.name
    return place.say(Label(f"Smart City Atlas {name}: Geodaten", f"Smart City Atlas {name}: geodata"))


def conformance(place: Place, shown: str) -> Json:
    title = place.say(Label("Konformität", "Conformance"))
    return {"conformsTo": list(CONFORMS_TO), "links": own_links(place, place.of("conformance"), shown, title)}


def collections(place: Place, found: Iterable[Collection], shown: str) -> Json:
    title = place.say(Label("Sammlungen", "Collections"))
    return {
        "links": own_links(place, place.of("collections"), shown, title),
        "collections": [collection(place, one, "") for one in found],
        "crs": [one.uri for one in SYSTEMS],
    }


def collection(place: Place, one: Collection, shown: str) -> Json:
    """One collection; without `shown` as it stands in the list of all."""
    title = place.say(one.title)
    address = place.of("collections", one.id)
    items = place.of("collections", one.id, "items")
    own = own_links(place, address, shown or "json", title)
    found: Json = {
        "id": one.id,
        "title": title,
        "description": place.say(one.description),
        "attribution": place.city.attribution or place.city.publisher.name,
        "itemType": "feature",
        "links": [
            *own,
            link(_with(items, "f", "json"), "items", GEOJSON, title),
            link(_with(items, "f", "html"), "items", HTML, title),
            link(
                place.of("collections", one.id, "queryables"),
                QUERYABLES,
                SCHEMA,
                place.say(Label("Filter", "Filters")),
            ),
            link(place.city.license, "license", HTML, place.say(Label("Lizenz", "Licence"))),
        ],
        "crs": [system.uri for system in SYSTEMS],
        "storageCrs": CRS84.uri,
    }
    if extent := _extent(one):
        found["extent"] = extent
    return found


def _extent(one: Collection) -> Json:
    extent: Json = {}
    if bounds := one.source.bounds():
        extent["spatial"] = {"bbox": [[round(side, 7) for side in bounds]], "crs": CRS84.uri}
    if time := one.source.interval():
        extent["temporal"] = {
            "interval": [[times.text(time.start), times.text(time.end)]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def queryables(place: Place, one: Collection) -> Json:
    """What the features can be selected by, as JSON Schema (19-079r2, section 6.4)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": place.of("collections", one.id, "queryables"),
        "type": "object",
        "title": place.say(one.title),
        "properties": {query.name: schema_of(place, query) for query in one.queryables},
        "additionalProperties": False,
    }


def schema_of(place: Place, query: Queryable) -> Json:
    """A queryable as JSON Schema."""
    found: Json = {"type": "string", "title": place.say(query.label)}
    if query.choices:
        found["enum"] = [choice.id for choice in query.choices]
        found["x-enum-titles"] = {choice.id: place.say(choice.label) for choice in query.choices}
    return found


def feature(place: Place, one: Collection, found: Feature, crs: Crs) -> Json:
    """A feature as GeoJSON (RFC 7946, in another system as 18-058r1 wants it)."""
    return {
        "type": "Feature",
        "id": found.id,
        "geometry": geometry(found.geometry, crs),
        "properties": dict(found.properties),
    }


def geometry(shape: BaseGeometry | None, crs: Crs) -> Json | None:
    if shape is None:
        return None
    there = written(shape, crs)
    if there.geom_type == "Point":  # as most are
        return {"type": "Point", "coordinates": get_coordinates(there)[0].tolist()}
    return dict(mapping(there))


def feature_document(place: Place, one: Collection, found: Feature, crs: Crs, shown: str) -> Json:
    """A feature that stands alone, with its links."""
    address = place.of("collections", one.id, "items", found.id)
    title = str(found.properties.get("title") or found.properties.get("name") or found.id)
    again = [("crs", crs.uri)] if crs is not CRS84 else []
    links = own_links(place, _with_all(address, again), shown, title, GEOJSON)
    links.append(link(place.of("collections", one.id), "collection", JSON, place.say(one.title)))
    if found.page:
        links.append(link(f"{place.portal}{found.page}", "canonical" if one.searched else "related", HTML, title))
    if one.searched:
        links.append(link(f"{place.portal}{found.page}.jsonld", "alternate", LD, title))
    return {**feature(place, one, found, crs), "links": links}


@dataclass(frozen=True)
class Around:
    """Which pages there are beside this one: the ids that they begin after or end before; empty where there is none."""

    after: str = ""
    before: str = ""


def page_links(place: Place, one: Collection, request: Request, around: Around, shown: str) -> list[Json]:
    """The links of a page of features."""
    address = place.of("collections", one.id, "items")
    where = [(name, value) for name, value in (("after", request.step.after), ("before", request.step.before)) if value]
    plain = [(name, value) for name, value in request.repeated if name != "f"]
    links = own_links(place, _with_all(address, [*plain, *where]), shown, place.say(one.title), GEOJSON)
    media_type = HTML if shown == "html" else GEOJSON
    for rel, name, value in (("next", "after", around.after), ("prev", "before", around.before)):
        if value:
            links.append(link(_with_all(address, [*plain, ("f", shown), (name, value)]), rel, media_type))
    links.append(link(place.of("collections", one.id), "collection", JSON, place.say(one.title)))
    return links


def stream(features: Iterable[Json], ending: Callable[[], Mapping[str, Any]]) -> Iterator[str]:
    """A FeatureCollection piece by piece; `ending` is asked when all features are written."""
    yield '{"type":"FeatureCollection","features":['
    first = True
    for one in features:
        yield ("" if first else ",\n") + json.dumps(one, ensure_ascii=False, separators=(",", ":"))
        first = False
    rest = json.dumps(dict(ending()), ensure_ascii=False, separators=(",", ":"))
    yield f"]{',' if rest != '{}' else ''}{rest[1:]}"


def _with(address: str, name: str, value: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode([(name, value)])}"


def _with_all(address: str, parameters: Sequence[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(parameters)}" if parameters else address
