"""The actions of all rooms of the main plugin, for one blanket: a plugin can wear only one of a kind."""

from __future__ import annotations

from typing import Any

from ckanext.dresdensmartcity.dcat import logic as dcat
from ckanext.dresdensmartcity.harvesters import actions as harvesters


def of_all_rooms() -> dict[str, Any]:
    """Name -> action."""
    return {**dcat.actions, **harvesters.actions()}
