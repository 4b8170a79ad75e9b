"""The addresses of the interface. Handlers only take the request apart and put the answer together."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import Label
from flask import Blueprint, Response

from . import answers, collections, documents, openapi, pages, parameters, times
from .documents import GEOJSON, JSON, OPENAPI, SCHEMA, Place
from .model import Collection, Selection
from .paging import Page
from .parameters import ParameterError

Answer = Response | str

ogc = Blueprint("ogc", __name__)


def told(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """The answer, or an error that says what was wrong with the request."""

    @wraps(view)
    def answer(**parts: str) -> Answer:
        try:
            return view(**parts)
        except ParameterError as error:
            return answers.failed(error)

    return answer


@ogc.after_request
def _open(response: Response) -> Response:
    """Maps in other pages may read it; another answer stands under the same address for another Accept."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Content-Crs, ETag, Link"
    response.headers["Content-Language"] = answers.language().split("_")[0]
    response.vary.update(["Accept", "Accept-Encoding"])
    return response


@ogc.route("/ogc", strict_slashes=False)
@told
def landing() -> Answer:
    """What there is."""
    form = _form()
    place = _place()
    content = documents.landing(place, form)
    if form == "json":
        return _plain(content, JSON)
    found = tuple(_shown(place, one) for one in _collections().values())
    return _page("landing", content=content, place=place, collections=found)


@ogc.route("/ogc/conformance")
@told
def conformance() -> Answer:
    """What it conforms to."""
    form = _form()
    content = documents.conformance(_place(), form)
    return _plain(content, JSON) if form == "json" else _page("conformance", content=content, place=_place())


@ogc.route("/ogc/api")
@told
def api() -> Answer:
    """The OpenAPI definition."""
    form = _form(OPENAPI.split(";")[0])
    place, found = _place(), tuple(_collections().values())
    if form == "json":
        return _plain(openapi.definition(place, found), OPENAPI)
    return _page("api", place=place, operations=pages.operations(place, found))


@ogc.route("/ogc/collections", endpoint="collections")
@told
def all_collections() -> Answer:
    """All collections."""
    form = _form()
    place, found = _place(), _collections()
    if form == "json":
        tag = answers.tag_of(*(one.source.revision() for one in found.values()))
        content = documents.collections(place, found.values(), form)
        return answers.unchanged(tag) or answers.document(content, JSON, tag)
    return _page("collections", place=place, collections=[_shown(place, one) for one in found.values()])


@ogc.route("/ogc/collections/<collection_id>")
@told
def collection(collection_id: str) -> Answer:
    """One collection."""
    form = _form()
    place, found = _place(), _collection(collection_id)
    if form == "json":
        tag = answers.tag_of(found.source.revision())
        return answers.unchanged(tag) or answers.document(documents.collection(place, found, form), JSON, tag)
    return _page("collection", place=place, collection=_shown(place, found))


@ogc.route("/ogc/collections/<collection_id>/queryables")
@told
def queryables(collection_id: str) -> Answer:
    """What the features of a collection can be selected by."""
    form = _form(SCHEMA)
    place, found = _place(), _collection(collection_id)
    content = documents.queryables(place, found)
    if form == "json":
        return _plain(content, SCHEMA)
    return _page("queryables", place=place, collection=_shown(place, found), content=content, searched=found.searched)


@ogc.route("/ogc/collections/<collection_id>/items")
@told
def items(collection_id: str) -> Answer:
    """A page of features."""
    form = answers.form_of([GEOJSON])
    place, found = _place(), _collection(collection_id)
    request = parameters.items_request(answers.arguments(), found)
    tag = answers.tag_of(found.source.revision())
    if form == "json" and (known := answers.unchanged(tag)):
        return known
    matched = found.source.count(request.selection)
    page = Page(found.source.page(request.selection, request.step), request.step)
    if form == "html":
        features = list(page)
        links = documents.page_links(place, found, request, page.around(), form)
        shown = pages.items_page(place, found, request, features, matched, links)
        allowed = parameters.names_of(found)
        return _page("items", place=place, page=shown, request=request, limits=pages.limits(request), allowed=allowed)

    def ending() -> dict[str, Any]:
        return {
            "numberMatched": matched,
            "numberReturned": page.count,
            "timeStamp": times.text(datetime.now(timezone.utc)),
            "links": documents.page_links(place, found, request, page.around(), form),
        }

    features_of = (documents.feature(place, found, one, request.crs) for one in page)
    return answers.pieces(documents.stream(features_of, ending), GEOJSON, tag, _crs(request.crs.uri))


@ogc.route("/ogc/collections/<collection_id>/items/<feature_id>")
@told
def item(collection_id: str, feature_id: str) -> Answer:
    """One feature."""
    form = answers.form_of([GEOJSON])
    place, found = _place(), _collection(collection_id)
    given = answers.arguments()
    parameters.refuse_unknown(given, ("f", "crs"))
    crs = parameters.crs_of(given)
    feature = None if "\0" in feature_id else found.source.one(feature_id)
    if feature is None:
        name = place.say(found.title)
        raise ParameterError(
            Label(
                f"{name}: Ein Objekt mit dieser Kennung gibt es nicht.", f"{name}: there is no feature with this id."
            ),
            404,
        )
    content = documents.feature_document(place, found, feature, crs, form)
    if form == "json":
        tag = answers.tag_of(found.source.revision())
        return answers.unchanged(tag) or answers.document(content, GEOJSON, tag, _crs(crs.uri))
    return _page("item", place=place, page=pages.item_page(place, found, feature, crs, content["links"]))


def _form(*media_types: str) -> str:
    """The form of an answer that takes no other parameters."""
    parameters.refuse_unknown(answers.arguments(), ("f",))
    return answers.form_of(media_types)


def _place() -> Place:
    base = str(tk.h.url_for("ogc.landing", qualified=True)).rstrip("/")
    return Place(base, base.removesuffix("/ogc"), answers.language(), city())


def _collections() -> dict[str, Collection]:
    return collections.collections(answers.language())


def _collection(identifier: str) -> Collection:
    found = collections.collection(identifier, answers.language())
    if found is None:
        known = ", ".join(collections.NAMES)
        raise ParameterError(
            Label(
                f"Diese Sammlung gibt es nicht. Es gibt: {known}.", f"There is no such collection. There are: {known}."
            ),
            404,
        )
    return found


def _shown(place: Place, one: Collection) -> pages.CollectionPage:
    return pages.collection_page(place, one, one.source.count(Selection()))


def _plain(content: dict[str, Any], media_type: str) -> Response:
    """A document that changes with the city's file and the software only."""
    tag = answers.tag_of(json.dumps(content, sort_keys=True))
    return answers.unchanged(tag) or answers.document(content, media_type, tag)


def _crs(uri: str) -> dict[str, str]:
    return {"Content-Crs": f"<{uri}>"}


def _page(name: str, **shown: Any) -> str:
    return str(tk.render(f"atlas/ogc/{name}.html", extra_vars=shown))
