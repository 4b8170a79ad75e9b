"""The pages of the atlas. Handlers only take the request apart and put the answer together."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.views.dataset import read as read_package
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.outline_store import outlines_of
from flask import Blueprint, Response, jsonify, make_response
from werkzeug.datastructures import MultiDict

from . import framing, linked_views, match_views, pages, search
from .choices import choices
from .entries import ACTOR, PROJECT, Entry, package_name
from .places import areas_geojson, entries_geojson
from .query import AtlasQuery, QueryError, from_arguments

GEOJSON = "application/geo+json"
TYPE = "<any(actor, project):entry_type>"

atlas = Blueprint("atlas", __name__)
atlas.after_app_request(framing.say_who_may_frame)


@atlas.route("/atlas", endpoint="index")
def index() -> Response:
    """List, filters and map of the entries that a query finds; with `embed` for the frame of another site."""
    page, status = _page()
    if page.embed is not None:
        framing.allow_framing()
    template = "atlas/index.html" if page.embed is None else "atlas/embed.html"
    return make_response(tk.render(template, extra_vars={"page": page}), status)


@atlas.route("/atlas/results", endpoint="results")
def results() -> Response:
    """Form and list of a query without the rest of the page: the script of the map puts them in place."""
    page, status = _page()
    response = make_response(tk.render("atlas/results.html", extra_vars={"page": page}), status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


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
def read(entry_type: str, entry_id: str) -> Response | str:
    """An entry with its facts, its network and its best matches; as linked data for those who ask for it."""
    entry = _entry(entry_type, entry_id)
    if found := linked_views.negotiated(entry):
        return found
    mode, programme = match_views.mode_asked(), match_views.programme_asked()
    template = "atlas/project.html" if entry.type == PROJECT else "atlas/actor.html"
    return tk.render(template, extra_vars={"page": pages.entry(entry, mode, city(), programme)})


@atlas.route("/actor/actor-<identifier>", endpoint="actor_package", defaults={"entry_type": ACTOR})
@atlas.route("/project/project-<identifier>", endpoint="project_package", defaults={"entry_type": PROJECT})
def package(entry_type: str, identifier: str) -> Any:
    """CKAN's own address of an entry leads to its page in the atlas.

    What is not in the atlas is a draft, private, deleted or not there: CKAN's page knows who may see it.
    """
    if "\0" in identifier:  # no name has it, and PostgreSQL would fail
        tk.abort(404, tk._("The atlas has no entry with this address."))
    if search.one(entry_type, identifier) is None:
        return read_package(entry_type, package_name(entry_type, identifier))
    return tk.redirect_to("atlas.read", entry_type=entry_type, entry_id=identifier)


def _page() -> tuple[pages.IndexPage, int]:
    """The page that is asked for, with what could not be used of it, and the status of the answer."""
    query, mistakes = _usable(tk.request.args)
    embed = tk.request.args.get("embed")
    if embed is not None and embed not in pages.EMBEDS:
        embed = ""
    page = pages.index(query, city(), embed=embed, mistakes=mistakes)
    if query.page > page.pages:
        tk.abort(
            404, tk._("There is no page {page}: the search has {pages}.").format(page=query.page, pages=page.pages)
        )
    return page, 400 if mistakes else 200


def _usable(arguments: MultiDict[str, str]) -> tuple[AtlasQuery, list[QueryError]]:
    """The query of a URL without what cannot be used of it: the page says so above what it does find."""
    allowed, given = choices(city()), arguments.copy()
    mistakes: list[QueryError] = []
    while True:
        try:
            return from_arguments(given, allowed), mistakes
        except QueryError as error:
            mistakes.append(error)
            given.poplist(error.parameter)
            if error.parameter == "near":
                given.poplist("radius")


def _entry(entry_type: str, identifier: str) -> Entry:
    return search.one(entry_type, identifier) or tk.abort(404, tk._("The atlas has no entry with this address."))


def _geojson(content: dict[str, Any]) -> Response:
    response = jsonify(content)
    response.mimetype = GEOJSON
    return response
