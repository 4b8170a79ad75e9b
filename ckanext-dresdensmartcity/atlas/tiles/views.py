"""Vector tiles and their TileJSON. Handlers only take the request apart and put the answer together."""

from __future__ import annotations

import gzip
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from flask import Blueprint, Response, jsonify, make_response

from ..choices import choices
from ..query import AtlasQuery, QueryError, from_arguments
from . import addresses, description, reading

MVT = "application/vnd.mapbox-vector-tile"
WRITER = 1  # goes up when the same entries give other tiles
_PACKING = 5  # level of gzip
_SMALLEST_PACKED = 500  # bytes; less is not worth the time

tiles = Blueprint("atlas_tiles", __name__)


@tiles.route("/atlas/tiles/<z>/<x>/<y>.mvt", endpoint="tile")
def tile(z: str, x: str, y: str) -> Response:
    """The entries that a query finds, as a vector tile."""
    try:
        address, query = addresses.parse(z, x, y), _query()
    except addresses.TileError as error:
        return _refused(404, str(error))
    except QueryError as error:
        return _refused(400, str(error))
    # Read before the tile is: it may be newer than its tag, and is then made once more, but never older.
    tag = _tag(query, address)
    if tk.request.if_none_match.contains_weak(tag):
        return _to_keep(Response(status=304), tag)
    body = reading.tile(query, address)
    if not body:
        return _to_keep(Response(status=204), tag)
    packed = len(body) >= _SMALLEST_PACKED and bool(tk.request.accept_encodings["gzip"])
    response = Response(gzip.compress(body, _PACKING, mtime=0) if packed else body, mimetype=MVT)
    if packed:
        response.content_encoding = "gzip"
    return _to_keep(response, tag)


@tiles.route("/atlas/tiles.json", endpoint="description")
def tile_json() -> Response:
    """What a map needs to know of the tiles: TileJSON 3.0.0."""
    try:
        query = _query()
    except QueryError as error:
        return _refused(400, str(error))
    # url_for would write the braces as %7B, which maps do not know.
    address = tk.h.url_for("atlas_tiles.tile", z=0, x=0, y=0, qualified=True)
    template = address.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    if query.parameters:
        template += "?" + urlencode(query.parameters)
    return _opened(jsonify(description.tile_json(template, city(), reading.bounds(), tk.h.lang())))


def _query() -> AtlasQuery:
    return from_arguments(tk.request.args, choices(city()))


def _tag(query: AtlasQuery, address: addresses.Tile) -> str:
    told: tuple[Any, ...] = (WRITER, reading.state(), address, query.parameters)
    return sha256(repr(told).encode()).hexdigest()[:32]


def _to_keep(response: Response, tag: str) -> Response:
    """A map may keep the tile, and asks each time whether it still holds: what was hidden is gone at once."""
    response.set_etag(tag, weak=True)
    response.cache_control.no_cache = True
    response.vary.add("Accept-Encoding")
    return _opened(response)


def _opened(response: Response) -> Response:
    """Maps in other pages may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _refused(status: int, sentence: str) -> Response:
    return _opened(make_response(jsonify(error=sentence), status))
