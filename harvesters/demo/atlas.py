"""Another city's atlas, as a portal of this software gives it at /ogc: made of that city's file in the repository.

The documents are the portal's own (atlas/ogc), so that the demo cannot drift away from them; the addresses of entries
are made up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import yaml
from ckanext.dresdensmartcity.atlas.entries import ACTOR, PROJECT, from_package
from ckanext.dresdensmartcity.atlas.ogc import documents, parameters, records
from ckanext.dresdensmartcity.atlas.ogc.memory import MemorySource
from ckanext.dresdensmartcity.atlas.ogc.model import Collection, Feature, Queryable
from ckanext.dresdensmartcity.atlas.ogc.paging import Page
from ckanext.dresdensmartcity.city.entries import Actor, Project
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.loading import read_entries
from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.records import actor_record, project_record
from shapely import Point

from ..records import HarvesterError
from .answer import Answer, json_answer

FILE = "atlas.yaml"  # `city`: path of the other city's file, from here
CHANGED = "2026-11-01T00:00:00Z"
TITLES = {"actors": Label("Akteure", "Actors"), "projects": Label("Projekte", "Projects")}
_FILTERS = {
    "actors": (Queryable("kind", Label("Art", "Kind")),),
    "projects": (Queryable("status", Label("Stand", "Status")),),
}


class NeighbourAtlas:
    """Answers requests for the interface of another city's atlas."""

    def __init__(self, city_file: Path) -> None:
        self.city_file = city_file

    def answer(self, path: str, query: str, host: str) -> Answer:
        """The answer to GET `path` below the landing page; `host` is that of the request."""
        place = documents.Place(f"http://{host}/atlas", self._portal, "de", self.city)
        parts = [one for one in path.split("/") if one]
        if not parts:
            return json_answer(documents.landing(place, "json"))
        if parts == ["collections"]:
            return json_answer(documents.collections(place, self.collections.values(), "json"))
        if len(parts) == 3 and (parts[0], parts[2]) == ("collections", "items") and parts[1] in self.collections:
            return self._items(place, self.collections[parts[1]], parse_qs(query))
        return json_answer({"code": "NotFound", "description": "There is nothing here."}, 404)

    @cached_property
    def city(self) -> City:
        return load_city(self.city_file)

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """Actors and projects of the city's files."""
        actors, projects = read_entries(self.city)
        return {
            name: Collection(
                name,
                TITLES[name],
                TITLES[name],
                MemorySource([self._feature(kind, one) for one in entries], _FILTERS[name], self.city.id),
                _FILTERS[name],
            )
            for name, kind, entries in (("actors", ACTOR, actors), ("projects", PROJECT, projects))
        }

    @cached_property
    def _words(self) -> records.Words:
        return records.Words(self.city, "de")

    @property
    def _portal(self) -> str:
        return f"https://smart-city.{self.city.id}.example"

    def _feature(self, kind: str, one: Actor | Project) -> Feature:
        record = actor_record(self.city, one) if isinstance(one, Actor) else project_record(self.city, one)
        entry = from_package({"id": record.id, "type": kind, "name": record.name, **record.content})
        place, page = ("point" if entry.position else "none"), f"/atlas/{kind}/{entry.id}"
        properties = records.properties(entry, self._words, place=place, changed=CHANGED, page=f"{self._portal}{page}")
        return Feature(entry.id, Point(*entry.position) if entry.position else None, properties, page=page)

    @staticmethod
    def _items(place: documents.Place, collection: Collection, query: Mapping[str, list[str]]) -> Answer:
        try:
            request = parameters.items_request(query, collection)
        except parameters.ParameterError as error:
            return json_answer({"code": "InvalidParameterValue", "description": error.text.en}, error.status)
        page = Page(collection.source.page(request.selection, request.step), request.step)
        found = [documents.feature(place, collection, one, request.crs) for one in page]
        told: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": found,
            "numberMatched": collection.source.count(request.selection),
            "numberReturned": len(found),
            "timeStamp": CHANGED,
            "links": documents.page_links(place, collection, request, page.around(), "json"),
        }
        return Answer(200, json.dumps(told, ensure_ascii=False).encode(), {"Content-Type": documents.GEOJSON})


def read_neighbour(folder: Path) -> NeighbourAtlas | None:
    """The other city that a demo folder names in atlas.yaml; None where it names none. Raises HarvesterError."""
    path = folder / FILE
    if not path.is_file():
        return None
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    city_file = (folder / str(found["city"])).resolve() if isinstance(found, dict) and "city" in found else None
    if city_file is None or not city_file.is_file():
        raise HarvesterError("`city` names no city file", str(path))
    return NeighbourAtlas(city_file)
