"""The CKAN plugin that every portal of this software runs: city, schemas, catalogue, pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckan.lib.plugins import DefaultTranslation
from ckanext.dcat.interfaces import IDCATURIGenerator
from ckanext.dresdensmartcity import actions, helpers, offline, validators
from ckanext.dresdensmartcity.dcat import hooks
from ckanext.dresdensmartcity.dcat.search import hide_other_types
from ckanext.dresdensmartcity.dcat.views import blueprint as catalogue
from ckanext.dresdensmartcity.harvesters import helpers as harvesters
from ckanext.dresdensmartcity.web import compression, search, theme, views
from ckanext.dresdensmartcity.web.forms.views import forms


@tk.blanket.actions(actions.of_all_rooms)
@tk.blanket.blueprints([views.portal, forms, catalogue])
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers(helpers.of_all_rooms)
@tk.blanket.validators(validators)
class DresdenSmartCityPlugin(DefaultTranslation, plugins.SingletonPlugin):
    """Blankets and hooks only; what they do stands in the rooms."""

    plugins.implements(plugins.IConfigurer)
    plugins.implements(plugins.IFacets, inherit=True)
    plugins.implements(plugins.IMiddleware, inherit=True)
    plugins.implements(plugins.IPackageController, inherit=True)
    plugins.implements(plugins.ITranslation)
    plugins.implements(IDCATURIGenerator, inherit=True)

    def update_config(self, config: Any) -> None:
        offline.run_before_the_database()
        theme.register(config)
        harvesters.register_templates(config)

    def make_middleware(self, app: Any, config: Any) -> Any:
        return compression.add_to(app)

    def i18n_directory(self) -> str:
        return str(Path(__file__).parent / "web" / "i18n")

    def dataset_facets(self, facets_dict: Any, package_type: str) -> Any:
        return theme.facets() if package_type == "dataset" else facets_dict

    def organization_facets(self, facets_dict: Any, organization_type: str, package_type: str | None) -> Any:
        return facets_dict if package_type == "harvest" else theme.facets()

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return search.with_lists(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        return hide_other_types(search.with_word_parts(search_params))

    def dataset_uri(self, dataset_dict: dict[str, Any], default_uri: str) -> str:
        return hooks.dataset_uri(dataset_dict, default_uri)
