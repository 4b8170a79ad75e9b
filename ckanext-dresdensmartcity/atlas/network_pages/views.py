"""Routes of network, funding and strengths. Handlers only take the request apart and put the answer together."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from flask import Blueprint

from .. import pages, search
from ..choices import choices
from ..entries import PROJECT
from ..query import AtlasQuery, QueryError, from_arguments
from . import funding, graph, money, strengths

network = Blueprint("atlas_network", __name__)


@network.route("/atlas/network", endpoint="graph")
def network_graph() -> str:
    """Who works with whom."""
    query = _query()
    try:
        page = graph.graph_page(query, city())
    except graph.NoSuchPageError as error:
        told = tk._("There is no page {page}: the table has {pages}.")
        return tk.abort(404, told.format(page=query.page, pages=error.pages))
    return tk.render("atlas/network.html", extra_vars={"page": page})


@network.route("/atlas/network/funding", endpoint="money")
def network_money() -> str:
    """Which money flows from whom to what."""
    try:
        page = money.money_page(_one("plan"), _one("year"), city())
    except money.UnknownChoiceError as error:
        return tk.abort(404, _unusable(error.parameter, error.found, error.allowed))
    return tk.render("atlas/network_funding.html", extra_vars={"page": page})


@network.route("/atlas/funding", endpoint="programmes")
def programmes() -> str:
    """The funding programmes that the city names."""
    return tk.render("atlas/funding.html", extra_vars={"cards": funding.cards(city())})


@network.route("/atlas/funding/<programme_id>", endpoint="programme")
def programme(programme_id: str) -> str:
    """Who fits a programme, with `project` for what that project still needs."""
    here = city()
    found = here.funding_programme(programme_id)
    if found is None:
        return tk.abort(404, tk._("The city names no funding programme with this address."))
    wanted = _one("project")
    project = search.one(PROJECT, wanted) if wanted else None
    if wanted and project is None:
        return tk.abort(404, tk._("The atlas has no project with the id {id}.").format(id=wanted[:60]))
    return tk.render("atlas/funding_programme.html", extra_vars={"page": funding.page(found, project, here)})


@network.route("/atlas/strengths", endpoint="strengths")
def strengths_of_fields() -> str:
    """What the city can do in each field of action."""
    return tk.render("atlas/strengths.html", extra_vars={"page": strengths.strengths_page(city())})


def _one(name: str) -> str:
    """A parameter that may be given once; the first of several."""
    return str(tk.request.args.get(name, "")).replace("\0", "").strip()


def _query() -> AtlasQuery:
    try:
        return from_arguments(tk.request.args, choices(city()))
    except QueryError as error:
        return tk.abort(400, pages.mistake_text(error))


def _unusable(parameter: str, found: str, allowed: str) -> str:
    return tk._("{parameter}={found} cannot be used. Allowed: {allowed}.").format(
        parameter=parameter, found=found, allowed=allowed
    )
