"""A small portal: one organisation, datasets as the city's offices would write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

ENVIRONMENT = "http://publications.europa.eu/resource/authority/data-theme/ENVI"

Publish = Callable[..., dict[str, Any]]


@pytest.fixture
def publish(with_plugins: None, clean_db: None, clean_index: None) -> Publish:
    """Creates a package of any type in the city's organisation; the first argument is its type."""
    owner = factories.Organization(name="stadt", title="Stadt")["id"]
    author = {"user": factories.Sysadmin()["name"]}

    def create(package_type: str = "dataset", /, **fields: Any) -> dict[str, Any]:
        texts = {} if package_type in {"actor", "project"} else {"notes": "Ein Text.", "theme": [ENVIRONMENT]}
        return dict(
            call_action("package_create", author, **{"type": package_type, "owner_org": owner, **texts, **fields})
        )

    return create
