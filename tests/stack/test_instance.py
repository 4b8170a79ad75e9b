"""docker/local/instance.py: what a portal remembers."""

from __future__ import annotations

from pathlib import Path

import instance
import pytest
from databases import target


@pytest.fixture
def folder(tmp_path: Path) -> instance.Folder:
    folder = instance.Folder(tmp_path)
    folder.config.mkdir()
    return folder


def test_settings_are_remembered(folder: instance.Folder) -> None:
    """What is stored is what is read."""
    assert folder.instance() is None
    one = instance.Instance(id="x", port=5050, city="elsewhere", empty=True, ports={"db": 20000})
    folder.remember(one)
    assert folder.instance() == one


def test_secrets_are_random_private_and_stay(folder: instance.Folder, tmp_path: Path) -> None:
    """Two portals have no secret in common; one portal keeps its own; only its owner may read them."""
    other = instance.Folder(tmp_path / "other")
    other.config.mkdir(parents=True)
    first = folder.secrets()
    assert set(first) == set(instance.SECRETS)
    assert not set(first.values()) & set(other.secrets().values())
    assert folder.secrets() == first
    assert folder.secrets_file.stat().st_mode & 0o777 == 0o600


def test_a_secret_of_a_later_version_is_added(folder: instance.Folder) -> None:
    """A portal of an earlier version keeps its secrets and gets the new one."""
    instance.write(folder.secrets_file, '{"admin": "kept"}')
    assert folder.secrets()["admin"] == "kept"
    assert folder.secrets()["jwt"]


def test_tests_share_no_data_with_the_portal(folder: instance.Folder) -> None:
    """Databases, Solr core, Redis database and files that tests empty are not those served, nor of another process."""
    one = instance.Instance(id="x" * 32, ports=dict.fromkeys(instance.INTERNAL, 20000))
    served = instance.variables(one, folder, "Title", "city")
    tested = instance.testing_variables(served, folder, 1)
    second = instance.testing_variables(served, folder, 2)
    apart = (
        "CKAN_INI PORTAL_STORAGE PORTAL_DB_URL PORTAL_DATASTORE_WRITE_URL PORTAL_DATASTORE_READ_URL PORTAL_SOLR_URL "
        "PORTAL_REDIS_URL PORTAL_SITE_ID"
    )
    for name in apart.split():
        assert len({served[name], tested[name], second[name]}) == 3, name
    assert target(tested["PORTAL_DB_URL"]).database == "ckan_test"
    assert target(tested["PORTAL_DB_URL"]).role == "ckan"


def test_everything_listens_on_loopback(folder: instance.Folder) -> None:
    """No address that a portal uses leaves the machine."""
    one = instance.Instance(id="x" * 32, ports=dict.fromkeys(instance.INTERNAL, 20000))
    values = instance.variables(one, folder, "Title", "city")
    addresses = [value for name, value in values.items() if name.endswith(("URL", "LISTEN", "HOST", "HOSTS"))]
    assert len(addresses) == 11
    assert all("127.0.0.1" in address for address in addresses)
