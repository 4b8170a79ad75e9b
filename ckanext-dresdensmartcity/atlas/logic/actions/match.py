"""Matches as an action."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk

from ... import search
from ...entries import PROJECT
from ...matches import matches_for
from ...matching import Mode
from ...query import GREATEST_SIZE
from .. import schema
from .common import entry_of

__all__ = ["atlas_match"]


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_match)
def atlas_match(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Find the actors that fit a project best, or the projects that fit an actor, with the reasons.

    The score is the sum of the contributions of its parts. Members of a project are left out, and so are those for whom
    nothing speaks but their place or their contacts.

    :param type: ``actor`` or ``project``: what the id is of
    :param id: the id in the atlas
    :param mode: ``complement`` (who brings what is missing, the default) or ``similar`` (who works on the same)
    :param limit: number of matches, 1 to 100 (optional, default 10)

    :returns: ``matches``, the best first, each with ``project``, ``actor``, ``title`` of the one found, ``score`` and
        ``parts``: ``name``, ``weight``, ``value``, ``contribution``, ``evidence`` and ``sentence`` (``de``, ``en``)
    :rtype: dictionary
    """
    tk.check_access("atlas_match", context, data_dict)
    limit = data_dict["limit"]
    if limit > GREATEST_SIZE:
        raise tk.ValidationError({"limit": [tk._("Must be at most {most}.").format(most=GREATEST_SIZE)]})
    entry = entry_of(data_dict)
    found = matches_for(entry, Mode(data_dict["mode"]), limit)
    other = "actor" if entry.type == PROJECT else "project"
    titles = search.titles(other, [match.found.id for match in found])
    return {
        "type": entry.type,
        "id": entry.id,
        "mode": data_dict["mode"],
        "matches": [{**asdict(match), "title": titles[match.found.id]} for match in found],
    }
