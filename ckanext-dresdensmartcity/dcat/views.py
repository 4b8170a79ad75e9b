"""/catalog.<ending>, /dataset/<id>.<ending> and /dataset_series/<id>, in each syntax and by content negotiation."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.views.dataset import read as dataset_page
from ckanext.dcat.exceptions import RDFProfileException
from ckanext.dcat.utils import check_access_header
from flask import Blueprint, Response

from .iris import SERIES
from .logic import SYNTAXES

MEDIA_TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "rdf": "application/rdf+xml",
    "xml": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "n3": "text/n3; charset=utf-8",
}
_ENDINGS = f"<any({','.join(SYNTAXES)}):ending>"

blueprint = Blueprint("dresdensmartcity_dcat", __name__)


def catalogue(ending: str) -> Response:
    """One page of the catalogue."""
    arguments = {key: tk.request.args.get(key) for key in ("page", "q", "fq", "modified_since")}
    return _answer("dcat_catalog_show", arguments, ending)


def dataset(id: str, ending: str) -> Response:
    """One dataset or series."""
    return _answer("dcat_dataset_show", {"id": id}, ending)


def series(id: str) -> Response | str:
    """A series as a page, or as RDF for those who ask for it: ckanext-dcat does this for datasets only."""
    ending = check_access_header()
    return dataset(id, ending) if ending else dataset_page(SERIES, id)


def _answer(action: str, arguments: dict[str, Any], ending: str) -> Response:
    profiles = tk.request.args.get("profiles")
    asked = {**arguments, "format": ending, "profiles": profiles.split(",") if profiles else None}
    try:
        text = tk.get_action(action)({}, asked)
    except tk.ObjectNotFound:
        tk.abort(404, tk._("Dataset not found or you have no permission to view it"))
        raise
    except (tk.ValidationError, RDFProfileException) as error:
        tk.abort(409, str(error))
        raise
    return Response(text, content_type=MEDIA_TYPES[ending])


blueprint.add_url_rule(f"/catalog.{_ENDINGS}", view_func=catalogue)
blueprint.add_url_rule(f"/dataset/<id>.{_ENDINGS}", view_func=dataset)
blueprint.add_url_rule(f"/dataset_series/<id>.{_ENDINGS}", view_func=dataset, endpoint="series_in")
blueprint.add_url_rule("/dataset_series/<id>", view_func=series)
