"""Pages of the portal that CKAN has not: measures, interfaces, offering data, legal pages."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.web.front import all_measures
from ckanext.dresdensmartcity.web.helpers import LEGAL_PAGES, portal_legal_pages
from ckanext.dresdensmartcity.web.measures import by_phase
from flask import Blueprint

portal = Blueprint("portal", __name__)


@portal.get("/measures")
def measures() -> str:
    found = all_measures()
    return tk.render("portal/measures.html", extra_vars={"measures": found, "phases": by_phase(found)})


@portal.get("/measures/<code>")
def measure(code: str) -> str:
    found = next((one for one in all_measures() if one.code == code), None)
    if found is None:
        return tk.abort(404, tk._("The programme has no measure {code}.").format(code=code))
    return tk.render("portal/measure.html", extra_vars={"measure": found})


@portal.get("/developers")
def developers() -> str:
    return tk.render("portal/developers.html", extra_vars={})


@portal.get("/contribute")
def contribute() -> str:
    return tk.render("portal/contribute.html", extra_vars={})


@portal.get("/legal/<page>")
def legal(page: str) -> str:
    """A placeholder that says what the operator has to fill in; a city with pages of its own never links here."""
    if page not in LEGAL_PAGES:
        return tk.abort(404)
    label = dict(zip(LEGAL_PAGES, (one.label for one in portal_legal_pages()), strict=True))[page]
    return tk.render("portal/legal.html", extra_vars={"label": label, "key": LEGAL_PAGES[page]})
