"""The CKAN plugin of the atlas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config as settings
from ckanext.dresdensmartcity.atlas import atlas_dataset, followers, freshness, helpers, index
from ckanext.dresdensmartcity.atlas.blueprints import BLUEPRINTS
from ckanext.dresdensmartcity.atlas.logic import auth
from ckanext.dresdensmartcity.atlas.logic.actions import ACTIONS
from ckanext.dresdensmartcity.dcat import portal

ROOM = Path(index.__file__).parent


@tk.blanket.actions(ACTIONS)
@tk.blanket.auth_functions(auth)
@tk.blanket.blueprints(BLUEPRINTS)
@tk.blanket.helpers(helpers)
class AtlasPlugin(plugins.SingletonPlugin):
    """Blankets and hooks only; what they do stands in the room `atlas`."""

    plugins.implements(plugins.IConfigurer)
    plugins.implements(plugins.IPackageController, inherit=True)

    def update_config(self, config: Any) -> None:
        tk.add_template_directory(config, str(ROOM / "templates"))
        tk.add_public_directory(config, str(ROOM / "public"))
        followers.register()
        freshness.use_setting(settings.atlas_stale_after_days)
        for service in atlas_dataset.SERVICES:
            portal.offer(service)

    def after_dataset_create(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        index.package_changed(pkg_dict["id"])
        atlas_dataset.package_changed(pkg_dict["name"])

    def after_dataset_update(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        index.package_changed(pkg_dict["id"])
        atlas_dataset.package_changed(pkg_dict["name"])

    def after_dataset_delete(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        index.package_deleted(pkg_dict["id"])
