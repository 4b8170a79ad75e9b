"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.tests import helpers
from ckanext.dresdensmartcity.dcat import store
from xdist.scheduler import LoadFileScheduling

REPOSITORY = Path(__file__).parent.parent
TOGETHER = {
    # All that looks at the one served portal, and changes it.
    "served": ("tests/browser/", "tests/docs/", "tests/portal/"),
    # They share a portal of their own.
    "faults": ("tests/harvesters/faults/",),
}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Each process of `./portal test` has databases of its own: the second reads test2.ini, beside test.ini."""
    number = int(WORKER.removeprefix("gw")) + 1
    if number > 1:
        first = Path(config.option.ckan_ini)
        ini = first.with_name(f"{first.stem}{number}{first.suffix}")
        if not ini.is_file():
            raise pytest.UsageError(f"{ini} is not there: there are databases for fewer than {number} processes")
        config.option.ckan_ini = os.environ["CKAN_INI"] = str(ini)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """A file stays in one process, for its fixtures; so does what shares more than a file's fixtures (TOGETHER)."""
    return ByFolder(config, log)


class ByFolder(LoadFileScheduling):
    """Shares tests out by file, some folders whole."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((name for name, places in TOGETHER.items() if file.startswith(places)), file)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and official shapes beside the checkout; it is not part of the project.

    DRESDENSMARTCITY_SHARED names another place.
    """
    folder = Path(os.environ.get("DRESDENSMARTCITY_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: real data and official shapes cannot be tried")
    return folder


@pytest.fixture(scope="session")
def portal_url() -> str:
    """Address of the portal that is looked at; `./portal test` starts one and sets it."""
    address = os.environ.get("PORTAL_TEST_URL", "")
    if not address:
        pytest.fail(
            "PORTAL_TEST_URL is not set: this test looks at a served portal. `./portal test` serves one; "
            "by hand: PORTAL_TEST_URL=http://127.0.0.1:5000 pytest tests/portal. "
            "To leave them out: pytest -m 'not browser and not portal'."
        )
    return address.rstrip("/")


@pytest.fixture(scope="session")
def reset_db() -> Callable[[], None]:
    """Empties CKAN's tables, as its own fixture of this name does, from the first test on.

    CKAN's drops every table before the first test, which PostgreSQL forbids for those of PostGIS. The tables are made
    beforehand, with `ckan db upgrade`. Those of the catalogue are emptied too: triggers note that every package went.
    """

    def empty() -> None:
        model.repo.tables_created_and_initialised = True
        helpers.reset_db()
        with suppress(store.CatalogueTablesError):  # a portal may run without this plugin
            store.empty()

    return empty
