"""The CKAN plugin of what is derived from the entries: stored parts of the catalogue, and their quality."""

from __future__ import annotations

from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.dcat import saving
from ckanext.dresdensmartcity.quality import helpers, logic, reports, views
from ckanext.dresdensmartcity.quality import saving as gate


@tk.blanket.actions({**logic.actions, **gate.actions})
@tk.blanket.auth_functions(logic.auth_functions)
@tk.blanket.blueprints([views.quality])
@tk.blanket.helpers(helpers)
class CataloguePlugin(plugins.SingletonPlugin):
    """Hooks only; what they do stands in the rooms `dcat` and `quality`."""

    plugins.implements(plugins.IConfigurable)
    plugins.implements(plugins.IDomainObjectModification)

    def configure(self, config: Any) -> None:
        saving.listen()
        saving.follow(reports.refresh)

    def notify(self, entity: Any, operation: Any) -> None:
        saving.note(entity)
