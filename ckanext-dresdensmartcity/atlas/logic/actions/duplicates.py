"""Possible duplicates as an action."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk

from ... import duplicate_search
from .. import schema

__all__ = ["atlas_duplicates"]


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_duplicates)
def atlas_duplicates(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Find entries that may be the same as one that somebody is about to enter.

    Names are compared without legal forms, brackets and the city's name; a place within 100 m or the same website makes
    a weaker likeness enough.

    :param type: ``actor`` or ``project``
    :param title: the name
    :param url: the website (optional)
    :param longitude: in degrees, WGS 84 (optional)
    :param latitude: in degrees, WGS 84 (optional)
    :param name: the package name of the entry itself, where it is there already (optional)

    :returns: ``duplicates``, the likest first, at most five, each with ``type``, ``id``, ``title``, ``url`` of its
        page, ``likeness`` of the names and ``reasons``: ``name`` (name, near, website) and ``sentence`` (``de``,
        ``en``)
    :rtype: dictionary
    """
    tk.check_access("atlas_duplicates", context, data_dict)
    found = duplicate_search.of_values(data_dict["type"], data_dict)
    return {
        "duplicates": [
            {
                "type": one.entry.type,
                "id": one.entry.id,
                "title": one.entry.title,
                "url": str(tk.h.url_for("atlas.read", entry_type=one.entry.type, entry_id=one.entry.id)),
                "likeness": one.likeness,
                "reasons": [asdict(reason) for reason in one.reasons],
            }
            for one in found
        ]
    }
