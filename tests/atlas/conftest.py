"""The atlas with Dresden's real entries, and an empty one to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins as plugins
import pytest
from ckan.lib import search as solr
from ckan.tests import factories, helpers
from ckan.tests.helpers import CKANTestApp, call_action
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.query import AtlasQuery

from . import samples

Create = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def dresden(reset_db: Callable[[], None]) -> Iterator[None]:
    """All 64 entries in database and search index, and the plugins loaded, for modules whose tests only read."""
    plugins.load_all()
    # The module before may have left them: nothing here changes them, and all others empty the database first.
    if len(search.everything(AtlasQuery())) != len(samples.packages()):
        reset_db()
        solr.clear_all()
        samples.load()
    yield
    plugins.unload_all()


@pytest.fixture(scope="module")
def client(dresden: None) -> CKANTestApp:
    """One client for a module: making an application costs more than most tests."""
    return helpers._get_test_app()


@pytest.fixture
def create(with_plugins: None, clean_db: None, clean_index: None) -> Create:
    """Creates an entry in an empty atlas; the first argument is its type, the second its id in the atlas."""
    owner = factories.Organization()["id"]
    author = {"user": factories.Sysadmin()["name"]}

    def entry(entry_type: str, identifier: str, **fields: Any) -> dict[str, Any]:
        given = {"type": entry_type, "name": f"{entry_type}-{identifier}", "title": identifier, "owner_org": owner}
        if entry_type == "actor":
            given["kind"] = "company"
        return dict(call_action("package_create", author, **{**given, **fields}))

    return entry
