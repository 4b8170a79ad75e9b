"""What tests of the harvest look at: tables as the portal has them, and all that is stored anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.fields import package_id, resource_id

DEMO = Path(__file__).parents[3] / "test-data/dresden/sources"
VALUES = "indicator-values"
PLUGINS = "dresdensmartcity dresdensmartcity_indicators harvest dcat scheming_datasets datastore activity"

Key = tuple[str, str, str]  # indicator, area, period


def rows(guid: str, table: str = VALUES) -> list[dict[str, Any]]:
    """The rows of a table."""
    found = tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource_id(city(), guid, table), "limit": 32000}
    )
    return list(found["records"])


def values(guid: str) -> dict[Key, dict[str, Any]]:
    """Rows of values by their key."""
    return {(row["indicator_id"], row["district"], row["period"]): row for row in rows(guid)}


def package(guid: str) -> dict[str, Any]:
    """A dataset, past the search engine."""
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": package_id(city(), guid)})


def everything_stored() -> str:
    """Every cell of every table of both databases, as text: CKAN's, ckanext-harvest's, the DataStore's."""
    model.Session.commit()
    texts = []
    for engine in (model.meta.engine, get_write_engine()):
        with engine.connect() as connection:
            names = connection.scalars(
                sa.text(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'"
                )
            ).all()
            for name in names:
                found = connection.scalars(sa.text(f'SELECT t::text FROM "{name}" t'))  # noqa: S608
                texts.append("\n".join(found))
    return "\n".join(texts)
