"""Actions around harvesting: the report of a run, and a mended action of ckanext-harvest."""

from __future__ import annotations

from typing import Any

import ckan.logic as logic
import ckan.plugins as plugins
import ckan.plugins.toolkit as tk

from .reports import JobReport, job_report


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


def actions() -> dict[str, Any]:
    """What the plugin registers; nothing where the portal runs without ckanext-harvest."""
    if not plugins.plugin_loaded("harvest"):
        return {}
    return {one.__name__: one for one in (dresdensmartcity_harvest_report, harvest_source_reindex)}
