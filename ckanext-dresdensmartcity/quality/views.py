"""The pages of quality: of one entry, and of the whole portal."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.dcat.iris import PUBLISHED_TYPES
from flask import Blueprint, Response

from . import links, logic, omissions, overview, reports, store
from .method import govdata, method
from .wording import SEVERITIES

quality = Blueprint("quality", __name__)

_KINDS = ", ".join(PUBLISHED_TYPES)


@quality.get(f"/<any({_KINDS}):kind>/<id>/quality")
def report(kind: str, id: str) -> str | Response:
    """The quality of one entry; what is hidden from the reader is not found."""
    context = _context()
    try:
        package = tk.get_action("package_show")({**context}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such entry."))
    if package["type"] != kind:
        return tk.redirect_to("quality.report", kind=package["type"], id=id)
    found = logic.report_of(context, package)
    if found is None:
        return tk.abort(404, tk._("There is no report for this entry."))
    return tk.render(
        "quality/report.html",
        extra_vars={
            "pkg": package,
            "pkg_dict": package,
            "dataset_type": kind,
            "report": found,
            "method": method(),
            "govdata": govdata(),
            "severities": SEVERITIES,
            "addresses": links.shown(store.addresses_of(package["id"])) if found.whole else (),
            "omissions": omissions.of_package(package, logic.fields(kind)) if found.whole else (),
        },
    )


@quality.get("/quality")
def portal() -> str:
    """The quality of all public datasets, with a list; editors see their own unpublished ones in it too."""
    context = _context()
    reports.refresh_stale(reports.AT_A_READING)
    everything, organisations = logic.visible_organisations(context)
    wanted = _wanted(everything, organisations)
    page = overview.listing(wanted)
    return tk.render(
        "quality/portal.html",
        extra_vars={
            "found": overview.overview(),
            "page": page,
            "wanted": wanted,
            "address": _address,
            "method": method(),
            "severities": SEVERITIES,
            "fields": logic.fields("dataset"),
            "sorts": {
                "worst": tk._("lowest score first"),
                "best": tk._("highest score first"),
                "changed": tk._("last changed first"),
                "title": tk._("by title"),
            },
        },
    )


@quality.app_errorhandler(tk.ValidationError)
def refused(error: Any) -> Response | tuple[str, int]:
    """CKAN's page of many datasets at once knows no refusal; the reasons are shown on it."""
    if tk.request.endpoint not in ("organization.bulk_process", "group.bulk_process"):
        raise error
    for told in error.error_dict.get("datasets", [str(error)]):
        tk.h.flash_error(told)
    return tk.redirect_to(tk.request.endpoint, id=tk.request.view_args["id"])


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user, "model": model, "session": model.Session}


def _wanted(everything: bool, organisations: list[str]) -> overview.Wanted:
    """What the address asks for; what it cannot mean is left out, as old links shall lead somewhere."""
    asked = tk.request.args
    number = asked.get("page", "1")
    sort, rating = asked.get("sort", "worst"), asked.get("rating", "")
    return overview.Wanted(
        sort=sort if sort in overview.SORTS else "worst",
        rating=rating if rating in {one.id for one in method().ratings} else "",
        organisation=asked.get("organisation", "").replace("\0", ""),  # which PostgreSQL takes in no text
        page=min(max(int(number), 1), logic.GREATEST_PAGE) if number.isdecimal() else 1,
        organisations=organisations,
        everything=everything,
    )


def _address(**changes: Any) -> str:
    """The address of this page with other choices, at the list."""
    kept = {key: value for key, value in tk.request.args.items() if key in ("sort", "rating", "organisation")}
    chosen = {key: value for key, value in {**kept, **changes}.items() if value}
    query = f"?{urlencode(chosen)}" if chosen else ""
    return f"{tk.url_for('quality.portal')}{query}#list"
