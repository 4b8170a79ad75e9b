"""Routes of network, funding and strengths. Handlers only take the request apart and put the answer together."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from flask import Blueprint

from .. import pages
from ..choices import choices
from ..query import AtlasQuery, QueryError, from_arguments
from . import graph

network = Blueprint("atlas_network", __name__)


@network.route("/atlas/network", endpoint="graph")
def network_graph() -> str:
    """Who works with whom."""
    query = _query()
    last = graph.pages_of(query)
    if query.page > last:
        tk.abort(404, tk._("There is no page {page}: the table has {pages}.").format(page=query.page, pages=last))
    return tk.render("atlas/network.html", extra_vars={"page": graph.graph_page(query, city())})


def _query() -> AtlasQuery:
    try:
        return from_arguments(tk.request.args, choices(city()))
    except QueryError as error:
        return tk.abort(400, pages.mistake_text(error))
