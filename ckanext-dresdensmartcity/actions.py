"""The actions of all rooms of the main plugin, for one blanket: a plugin can wear only one of a kind."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import shapes
from ckanext.dresdensmartcity.dcat import logic as dcat
from ckanext.dresdensmartcity.harvesters import actions as harvesters


@tk.chained_action
def package_create(original: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As CKAN's own; values of the wrong type and the addresses of harvest sources are looked at before."""
    shapes.check(data_dict, str(data_dict.get("type") or "dataset"))
    return harvesters.package_create(original, context, data_dict)


@tk.chained_action
def package_update(original: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As CKAN's own; values of the wrong type and the addresses of harvest sources are looked at before."""
    named = data_dict.get("id") or data_dict.get("name")
    stored = model.Package.get(named) if isinstance(named, str) else None
    shapes.check(data_dict, str(stored.type) if stored else str(data_dict.get("type") or "dataset"))
    return harvesters.package_update(original, context, data_dict)


def of_all_rooms() -> dict[str, Any]:
    """Name -> action."""
    own = {"package_create": package_create, "package_update": package_update}
    return {**dcat.actions, **harvesters.actions(), **own}
