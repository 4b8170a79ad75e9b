"""The CKAN plugin that every portal of this software runs: city, schemas, catalogue, pages."""

from __future__ import annotations

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk


@tk.blanket.cli
@tk.blanket.config_declarations
class DresdenSmartCityPlugin(plugins.SingletonPlugin):
    """Blankets and hooks only; what they do stands in the rooms."""
