"""The pages of the atlas. Handlers only take the request apart and put the answer together."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.views.dataset import read as read_package
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.outline_store import outlines_of
from flask import Blueprint, Response, jsonify, make_response

from . import pages, search
from .choices import choices
from .entries import ACTOR, PROJECT, Entry, package_name
from .matching import Mode
from .places import areas_geojson, entries_geojson
from .query import AtlasQuery, QueryError, from_arguments

GEOJSON = "application/geo+json"
TYPE = "<any(actor, project):entry_type>"

atlas = Blueprint("atlas", __name__)


@atlas.route("/atlas", endpoint="index")
def index() -> str:
    """List, filters and map of the entries that a query finds."""
    query = _query()
    page = pages.index(query, city())
    if query.page > page.pages:
        tk.abort(
            404, tk._("There is no page {page}: the search has {pages}.").format(page=query.page, pages=page.pages)
        )
    return tk.render("atlas/index.html", extra_vars={"page": page})


@atlas.route("/atlas/entries.geojson", endpoint="entries")
def entries() -> Response:
    """All entries of a query, also those without a place."""
    try:
        query = from_arguments(tk.request.args, choices(city()))
    except QueryError as error:
        return make_response(jsonify(error=str(error)), 400)
    base = tk.h.url_for("atlas.index", qualified=True).removesuffix("/atlas")
    return _geojson(entries_geojson(search.everything(query), city(), base))


@atlas.route("/atlas/areas.geojson", endpoint="areas")
def areas() -> Response:
    """Districts and focus areas of the city."""
    here = city()
    return _geojson(areas_geojson(here, tk.h.lang(), outlines_of(here)))


@atlas.route(f"/atlas/{TYPE}/<entry_id>", endpoint="read")
def read(entry_type: str, entry_id: str) -> str:
    """An entry with its facts, its network and its best matches."""
    entry = _entry(entry_type, entry_id)
    asked = tk.request.args.get("mode") or Mode.COMPLEMENT.value
    if asked not in [mode.value for mode in Mode]:
        tk.abort(400, _unusable(QueryError("mode", asked, ", ".join(mode.value for mode in Mode))))
    template = "atlas/project.html" if entry.type == PROJECT else "atlas/actor.html"
    return tk.render(template, extra_vars={"page": pages.entry(entry, Mode(asked), city())})


@atlas.route("/actor/actor-<identifier>", endpoint="actor_package", defaults={"entry_type": ACTOR})
@atlas.route("/project/project-<identifier>", endpoint="project_package", defaults={"entry_type": PROJECT})
def package(entry_type: str, identifier: str) -> Any:
    """CKAN's own address of an entry leads to its page in the atlas.

    What is not in the atlas is a draft, private, deleted or not there: CKAN's page knows who may see it.
    """
    if search.one(entry_type, identifier) is None:
        return read_package(entry_type, package_name(entry_type, identifier))
    return tk.redirect_to("atlas.read", entry_type=entry_type, entry_id=identifier)


def _query() -> AtlasQuery:
    try:
        return from_arguments(tk.request.args, choices(city()))
    except QueryError as error:
        return tk.abort(400, _unusable(error))


def _unusable(error: QueryError) -> str:
    return tk._("{parameter}={found} cannot be used. Allowed: {allowed}.").format(
        parameter=error.parameter, found=error.found, allowed=error.allowed
    )


def _entry(entry_type: str, identifier: str) -> Entry:
    return search.one(entry_type, identifier) or tk.abort(404, tk._("The atlas has no entry with this address."))


def _geojson(content: dict[str, Any]) -> Response:
    response = jsonify(content)
    response.mimetype = GEOJSON
    return response
