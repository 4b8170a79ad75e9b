"""Validators of what the forms add to the fields: places to choose from, files, periods.

`validators` hands them to CKAN together with its own.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.dates import comparable
from ckanext.dresdensmartcity.city.outline_store import outlines_of
from ckanext.dresdensmartcity.city.values import is_iri

from .places import place

__all__ = ["smartcity_choose_places", "smartcity_file_or_address", "smartcity_periods_in_order"]

_ = tk._
Flat = dict[tuple[Any, ...], Any]

EMPTY = (None, "", tk.missing)
# What a chosen place decides; what it does not give is emptied, as it described another place.
PLACE = ("uri", "text", "geom", "bbox", "centroid")


def smartcity_choose_places(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Fill in the areas for which the form's list of places was used; `choose` is no field and is not stored."""
    for path in [path for path in data if len(path) == 3 and path[0] == "spatial_coverage" and path[2] == "__extras"]:
        chosen = data[path].pop("choose", "")
        if not data[path]:
            del data[path]
        if not chosen:
            continue
        found = place(chosen, city(), outlines_of(city()))
        if found is None:
            errors[(*path[:2], "text")].append(_("The city has no place {place}.").format(place=chosen))
            continue
        for name in PLACE:
            data[(*path[:2], name)] = found.record.get(name, "")


def smartcity_file_or_address(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Where the data is: an uploaded file, a table of the portal, or an address of the web."""
    value, kind = data.get(key), data.get((*key[:-1], "url_type"))
    if value in EMPTY:
        if all(data.get((*key[:-1], name)) in EMPTY for name in ("access_url", "download_url")):
            raise tk.Invalid(_("Choose a file or give the address of the data."))
        data[key] = ""
    elif kind in EMPTY and not is_iri(str(value).strip()):
        raise tk.Invalid(_("Not a web address: %s. It begins with http:// or https:// and has no spaces.") % value)


def smartcity_periods_in_order(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """No period ends before it begins; dates of different precision are compared as far as both go."""
    for path in [path for path in data if len(path) == 3 and path[0] == "temporal_coverage"]:
        if path[2] not in ("start", "beginning"):
            continue
        end = (*path[:2], {"start": "end", "beginning": "ending"}[path[2]])
        if data.get(end) in EMPTY or data[path] in EMPTY or errors.get(path) or errors.get(end):
            continue
        begins, ends = comparable(str(data[path]), str(data[end]))
        if ends < begins:
            errors[end].append(_("The period ends before it begins."))
