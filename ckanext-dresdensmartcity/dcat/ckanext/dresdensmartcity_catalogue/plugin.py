"""The CKAN plugin of what is derived from the entries: stored parts of the catalogue, and their quality."""

from __future__ import annotations

from typing import Any

import ckan.plugins as plugins
from ckanext.dresdensmartcity.dcat import saving


class CataloguePlugin(plugins.SingletonPlugin):
    """Hooks only; what they do stands in the rooms `dcat` and `quality`."""

    plugins.implements(plugins.IConfigurable)
    plugins.implements(plugins.IDomainObjectModification)

    def configure(self, config: Any) -> None:
        saving.listen()

    def notify(self, entity: Any, operation: Any) -> None:
        saving.note(entity)
