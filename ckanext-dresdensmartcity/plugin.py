"""The CKAN plugin that every portal of this software runs: city, schemas, catalogue, pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckan.lib.plugins import DefaultTranslation

from ckanext.dresdensmartcity import helpers, validators
from ckanext.dresdensmartcity.web import search, theme, views


@tk.blanket.blueprints([views.portal])
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers(helpers.of_all_rooms)
@tk.blanket.validators(validators)
class DresdenSmartCityPlugin(DefaultTranslation, plugins.SingletonPlugin):
    """Blankets and hooks only; what they do stands in the rooms."""

    plugins.implements(plugins.IConfigurer)
    plugins.implements(plugins.IFacets, inherit=True)
    plugins.implements(plugins.IPackageController, inherit=True)
    plugins.implements(plugins.ITranslation)

    def update_config(self, config: Any) -> None:
        theme.register(config)

    def i18n_directory(self) -> str:
        return str(Path(__file__).parent / "web" / "i18n")

    def dataset_facets(self, facets_dict: Any, package_type: str) -> Any:
        return theme.facets()

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        return search.with_word_parts(search_params)
