"""The quality of entries and of the portal in CKAN's API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.dcat.iris import PUBLISHED_TYPES, Package
from ckanext.scheming.helpers import scheming_get_dataset_schema

from . import overview, reports
from .method import method
from .presentation import Fields, Shown, as_json, fields_of, shown

__all__ = ["actions", "auth_functions", "fields", "report_of", "visible_organisations"]

GREATEST_PAGE = 100_000


@tk.side_effect_free
def quality_report_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show the quality of a dataset, a series or a data service.

    Everybody who may see the entry gets its score by dimension and metric; who may edit it also the findings at their
    fields, what would raise the score most and GovData's checks.

    :param id: name or id of the entry

    :returns: ``type``, ``valid``, ``violations``, ``warnings``, ``checked``, ``score`` of ``most`` points, ``rating``
        (excellent, good, sufficient, bad), ``method``, ``dimensions`` with their ``metrics``; for editors ``findings``,
        ``gains`` (the most points first) and ``govdata``. Series and services have no score.
    :rtype: dictionary
    """
    package = tk.get_action("package_show")({**context}, {"id": tk.get_or_bust(data_dict, "id")})
    tk.check_access("quality_report_show", context, {"id": package["id"]})
    found = report_of(context, package)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no report for this entry."))
    return {"id": package["id"], "name": package["name"], **as_json(found)}


@tk.side_effect_free
def quality_overview(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show the quality of all public datasets of the portal.

    :param days: length of the trend in days, at most 3660 (optional, default 366)

    :returns: ``datasets``, ``valid``, ``violations``, ``warnings``, ``score`` (mean), ``most``, ``ratings`` (rating ->
        datasets), ``distribution`` (``least`` to ``most`` points -> ``datasets``), ``organisations`` (the lowest mean
        first), ``findings`` (the most frequent), ``trend`` (a day each), ``addresses``, ``method``
    :rtype: dictionary
    """
    tk.check_access("quality_overview", context, data_dict)
    days = _number(data_dict, "days", 366, 3660)
    reports.refresh_stale(reports.AT_A_READING)
    found = overview.overview(days=days)
    totals = asdict(found.totals)
    checked = totals.pop("checked")
    return {
        **totals,
        "score": round(totals["score"], 1),
        "most": method().most,
        "oldest_report": checked.isoformat(timespec="seconds") if checked else None,
        "ratings": found.ratings,
        "distribution": [asdict(one) for one in found.distribution],
        "organisations": [{**asdict(one), "score": round(one.score, 1)} for one in found.organisations],
        "findings": [asdict(one) for one in found.frequent],
        "trend": [{**asdict(one), "day": one.day.isoformat(), "score": round(one.score, 1)} for one in found.trend],
        "addresses": asdict(found.addresses),
        "method": {"title": asdict(method().title), "version": method().version, "address": method().address},
    }


@tk.side_effect_free
def quality_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List datasets by their quality: public ones, and those of your own organisations.

    :param sort: ``worst`` (the default), ``best``, ``changed`` or ``title``
    :param rating: excellent, good, sufficient or bad (optional)
    :param organisation: name or id of an organisation (optional)
    :param page: page, from 1 (optional)
    :param limit: entries on a page, 1 to 100 (optional, default 20)

    :returns: ``count``, ``page``, ``limit`` and ``results``: ``id``, ``name``, ``title``, ``score``, ``rating``,
        ``valid``, ``violations``, ``warnings``, ``private``, ``state``, ``organisation``, ``checked``
    :rtype: dictionary
    """
    tk.check_access("quality_list", context, data_dict)
    sort = str(data_dict.get("sort") or "worst")
    if sort not in overview.SORTS:
        raise tk.ValidationError({"sort": [tk._("Must be one of: {values}.").format(values=", ".join(overview.SORTS))]})
    rating = str(data_dict.get("rating") or "")
    if rating and rating not in {one.id for one in method().ratings}:
        values = ", ".join(one.id for one in method().ratings)
        raise tk.ValidationError({"rating": [tk._("Must be one of: {values}.").format(values=values)]})
    reports.refresh_stale(reports.AT_A_READING)
    everything, organisations = visible_organisations(context)
    page = overview.listing(
        overview.Wanted(
            sort=sort,
            rating=rating,
            organisation=str(data_dict.get("organisation") or "").replace("\0", ""),
            page=_number(data_dict, "page", 1, GREATEST_PAGE),
            per_page=_number(data_dict, "limit", overview.PER_PAGE, 100),
            organisations=organisations,
            everything=everything,
        )
    )
    return {
        "count": page.total,
        "page": page.page,
        "limit": page.per_page,
        "results": [{**asdict(one), "checked": one.checked.isoformat(timespec="seconds")} for one in page.entries],
    }


def report_of(context: Any, package: Package) -> Shown | None:
    """The report of a package for the user of the context; None where it has none, such as an actor's."""
    if package.get("type") not in PUBLISHED_TYPES:
        return None
    kept = reports.current(package["id"])
    if kept is None:
        return None
    may_edit = _may("package_update", context, package["id"])
    return shown(kept.report, kept.checked, package, fields(str(package["type"])), may_edit)


def fields(kind: str) -> Fields:
    """The fields of the form of a type."""
    schema = scheming_get_dataset_schema(kind) or {}
    return fields_of(schema.get("dataset_fields", ()), schema.get("resource_fields", ()))


def visible_organisations(context: Any) -> tuple[bool, list[str]]:
    """Whether the user sees everything; else the ids of the organisations whose unpublished entries they may see."""
    user = model.User.get(context.get("user")) if context.get("user") else None
    if user is None:
        return False, []
    if user.sysadmin:
        return True, []
    found = tk.get_action("organization_list_for_user")(
        {"user": user.name, "ignore_auth": False}, {"permission": "read", "id": user.name}
    )
    return False, [one["id"] for one in found]


def _may(action: str, context: Any, package_id: str) -> bool:
    try:
        tk.check_access(
            action, {"user": context.get("user"), "auth_user_obj": context.get("auth_user_obj")}, {"id": package_id}
        )
    except tk.NotAuthorized:
        return False
    return True


def _number(data_dict: dict[str, Any], name: str, default: int, most: int) -> int:
    given = data_dict.get(name)
    if given in (None, ""):
        return default
    try:
        number = int(str(given))
    except ValueError:
        number = 0
    if not 1 <= number <= most:
        raise tk.ValidationError({name: [tk._("Must be a whole number from 1 to {most}.").format(most=most)]})
    return number


@tk.auth_allow_anonymous_access
def _report_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Whoever may see the entry."""
    tk.check_access("package_show", context, data_dict)
    return {"success": True}


@tk.auth_allow_anonymous_access
def _everybody(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What is shown is public, or asked for by who it is shown to."""
    return {"success": True}


actions = {
    "quality_report_show": quality_report_show,
    "quality_overview": quality_overview,
    "quality_list": quality_list,
}
auth_functions = {
    "quality_report_show": _report_show,
    "quality_overview": _everybody,
    "quality_list": _everybody,
}
