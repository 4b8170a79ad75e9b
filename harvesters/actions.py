"""Actions around harvesting: the report of a run, and a mended action of ckanext-harvest."""

from __future__ import annotations

from typing import Any

import ckan.logic as logic
import ckan.model as model
import ckan.plugins as plugins
import ckan.plugins.toolkit as tk

from .reports import JobReport, job_report
from .settings import address_problem


@tk.side_effect_free
def dresdensmartcity_harvest_report(context: Any, data_dict: dict[str, Any]) -> JobReport:
    """What a run read, checked, published and rejected.

    :param id: id of the harvest job
    :type id: string

    Allowed to whoever may see the job (harvest_job_show).
    """
    identifier = tk.get_or_bust(data_dict, "id")
    tk.check_access("harvest_job_show", context, {"id": identifier})
    return job_report(identifier)


@tk.chained_action
def package_create(original: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As CKAN's own; the address of a harvest source is looked at before."""
    _look_at_address(data_dict, str(data_dict.get("type") or ""))
    return original(context, data_dict)


@tk.chained_action
def package_update(original: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As CKAN's own; the address of a harvest source is looked at before."""
    if data_dict.get("url"):
        stored = model.Package.get(data_dict.get("id") or data_dict.get("name"))
        _look_at_address(data_dict, str(stored.type) if stored else "")
    return original(context, data_dict)


def _look_at_address(data_dict: dict[str, Any], kind: str) -> None:
    # ckanext-harvest gives its harvesters the settings of a source to check, and not its address.
    if kind == "harvest" and data_dict.get("url") and (wrong := address_problem(str(data_dict["url"]))):
        raise tk.ValidationError({"url": [wrong]})


@tk.chained_action
def harvest_source_reindex(original: Any, context: Any, data_dict: dict[str, Any]) -> bool:
    """Put a harvest source into the search index the way CKAN does; ckanext-harvest's own action is not called.

    In ckanext-harvest 1.6.3 on CKAN 2.12 the original indexes the unvalidated dict as the validated one, so that from
    the end of the first job on `harvest_source_show` lacks `source_type`, `frequency` and `config`, and the second run
    ends with KeyError: 'source_type' (ckanext-harvest #581). To be removed when upstream mends it.
    """
    identifier = tk.get_or_bust(data_dict, "id")
    tk.check_access("harvest_source_reindex", context, data_dict)
    logic.index_update_package({"ignore_auth": True}, identifier, context.get("defer_commit", False))
    return True


ACTIONS = (dresdensmartcity_harvest_report, harvest_source_reindex, package_create, package_update)


def actions() -> dict[str, Any]:
    """What the plugin registers; nothing where the portal runs without ckanext-harvest."""
    if not plugins.plugin_loaded("harvest"):
        return {}
    return {one.__name__: one for one in ACTIONS}
