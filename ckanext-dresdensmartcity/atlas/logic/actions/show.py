"""One entry as an action."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ... import search
from ...entries import PROJECT
from .. import schema
from .common import entry_of
from .common import shown as _shown

__all__ = ["atlas_show"]


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_show)
def atlas_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show an actor or a project of the atlas.

    :param type: ``actor`` or ``project``
    :param id: its id in the atlas: the name of its package without ``actor-`` or ``project-``

    :returns: the entry; of a project with ``members`` (actor, role, since,
        until, source), of an actor ``projects`` (ids)
    :rtype: dictionary
    """
    tk.check_access("atlas_show", context, data_dict)
    entry = entry_of(data_dict)
    shown = _shown(entry)
    if entry.type != PROJECT:
        shown["projects"] = [project.id for project in search.projects_of(entry.id)]
    return shown
