"""What several actions of the atlas share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city

from ... import search
from ...entries import Entry, to_public
from ...places import place_of


def entry_of(data_dict: Mapping[str, Any]) -> Entry:
    """The entry that `type` and `id` name.

    Raises ObjectNotFound.
    """
    entry = search.one(data_dict["type"], data_dict["id"])
    if entry is None:
        raise tk.ObjectNotFound(
            tk._("The atlas has no {type} with the id {id}.").format(type=data_dict["type"], id=data_dict["id"][:100])
        )
    return entry


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as the API shows it."""
    return {**to_public(entry), "place": place_of(entry, city()).kind}
