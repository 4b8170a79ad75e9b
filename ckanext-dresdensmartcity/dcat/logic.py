"""ckanext-dcat's actions, so that only what is published comes out, each page complete in itself."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckanext.dcat.processors import RDFSerializer
from ckanext.dresdensmartcity.city.current import city
from rdflib import Graph

from . import portal
from .catalogue import Page, catalogue_output
from .datasets import index_of_series
from .iris import PUBLISHED_TYPES
from .profile import NAME

# Ending of an address -> name in rdflib.
SYNTAXES = {
    "ttl": "turtle",
    "rdf": "pretty-xml",
    "xml": "pretty-xml",
    "jsonld": "json-ld",
    "nt": "nt",
    "n3": "n3",
}
# What narrows a catalogue and therefore stands in the addresses of its other pages.
_KEPT = ("q", "fq", "modified_since", "profiles")


@tk.side_effect_free
@tk.chained_action
def dcat_dataset_show(original: Any, context: Any, data_dict: dict[str, Any]) -> str:
    """RDF of one dataset or series (`id`, `format`); what is hidden from the user or of another type is not found."""
    syntax(data_dict)
    try:
        package = tk.get_action("package_show")({**context}, {"id": data_dict["id"]})
    except tk.NotAuthorized as error:
        raise tk.ObjectNotFound(f"There is no dataset {data_dict['id']}") from error
    if package["type"] not in PUBLISHED_TYPES:
        raise tk.ObjectNotFound(f"{data_dict['id']} is no dataset")
    text: str = original(context, data_dict)
    return text


@tk.side_effect_free
@tk.chained_action
def dcat_catalog_show(original: Any, context: Any, data_dict: dict[str, Any]) -> str:
    """RDF of one page of the catalogue (`page`, `format`, `q`, `fq`, `modified_since`): public datasets and series.

    It is the same for everybody, whoever is logged in.
    """
    tk.check_access("dcat_catalog_show", context, data_dict)
    return _catalogue(data_dict)


@tk.side_effect_free
@tk.chained_action
def dcat_catalog_search(original: Any, context: Any, data_dict: dict[str, Any]) -> str:
    """The same as dcat_catalog_show; ckanext-dcat has it under both names."""
    tk.check_access("dcat_catalog_search", context, data_dict)
    return _catalogue(data_dict)


def syntax(data_dict: dict[str, Any]) -> str:
    """The name in rdflib of the asked syntax; ValidationError with those that there are."""
    wanted = data_dict.get("format") or "rdf"
    if wanted not in SYNTAXES:
        raise tk.ValidationError({"format": [f"There is no {wanted!r}; ask for one of {', '.join(SYNTAXES)}"]})
    return SYNTAXES[wanted]


def text_of(graph: Graph, name: str) -> str:
    """The graph in a syntax of rdflib; JSON-LD with short names and their context in it."""
    return graph.serialize(format=name, auto_compact=True) if name == "json-ld" else graph.serialize(format=name)


def _catalogue(data_dict: dict[str, Any]) -> str:
    name, number = syntax(data_dict), _page_number(data_dict)
    found = portal.public_entries(
        number,
        data_dict.get("q") or "",
        data_dict.get("fq") or "",
        data_dict.get("modified_since") or "",
    )
    profiles = data_dict.get("profiles")
    if profiles and profiles != [NAME]:
        # Another profile's answer for those who ask for one, still from the public entries only.
        other: str = RDFSerializer(profiles=profiles).serialize_catalog({}, found.packages, data_dict.get("format"))
        return other
    out = catalogue_output(
        city(),
        portal.site(),
        found.packages,
        portal.series_of(found.packages) | index_of_series(found.packages),
        portal.dates(),
        _page(data_dict, number, found.total),
    )
    return text_of(out.graph, name)


def _page_number(data_dict: dict[str, Any]) -> int:
    given = data_dict.get("page") or 1
    try:
        number = int(given)
    except ValueError:
        number = 0
    if number < 1:
        raise tk.ValidationError({"page": [f"The page is {given!r}; pages are counted from 1"]})
    return number


def _page(data_dict: dict[str, Any], number: int, total: int) -> Page:
    """Where this page stands among the others."""
    last = max(1, math.ceil(total / portal.per_page()))

    def address(page: int) -> str:
        kept = {key: data_dict[key] for key in _KEPT if data_dict.get(key) and key != "profiles"}
        path = f"/catalog.{data_dict.get('format') or 'rdf'}"
        return f"{portal.site().url}{path}?{urlencode({**kept, 'page': page})}"

    return Page(
        current=address(number),
        first=address(1),
        last=address(last),
        next=address(number + 1) if number < last else "",
        previous=address(min(number - 1, last)) if number > 1 else "",
        total=total,
        per_page=portal.per_page(),
    )


actions = {one.__name__: one for one in (dcat_dataset_show, dcat_catalog_show, dcat_catalog_search)}
