"""A browser and a served portal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
AXE = Path("docker/frontend/node_modules/axe-core/axe.min.js")
# Maps are drawn without a graphics card here, beside other tests: what comes late has come.
expect.set_options(timeout=30_000)


@dataclass
class Visit:
    """A page of the browser that remembers what went wrong on it."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self.errors.append(f"not loaded: {request.url}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text}")

    def to(self, path: str) -> int:
        answer = self.page.goto(self.base + path, wait_until="load")
        return answer.status if answer else 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.fail("No Chromium on the PATH: install the package `chromium`, or leave out with -m 'not browser'.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(params=sorted(WIDTHS))
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A desk's and a phone's window in turn; nothing moves."""
    width, height = WIDTHS[request.param]
    opened = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext, portal_url: str) -> Visit:
    return Visit(context.new_page(), portal_url)


@pytest.fixture
def plain_visit(browser: Browser, portal_url: str) -> Iterator[Visit]:
    """A browser that runs no scripts."""
    opened = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield Visit(opened.new_page(), portal_url)
    opened.close()


@pytest.fixture(scope="session")
def found(portal_url: str) -> dict[str, str]:
    """Addresses of one page of each kind that the portal has, by kind."""
    datasets = search(portal_url, "dataset_type:dataset", 100)
    projects = search(portal_url, "dataset_type:project", 100)
    pages = {
        "dataset": [f"/dataset/{one['name']}" for one in datasets],
        "dataset_series": [
            f"/dataset_series/{one['name']}" for one in search(portal_url, "dataset_type:dataset_series", 1)
        ],
        "resource": [
            f"/dataset/{one['name']}/resource/{resource['id']}"
            for one in datasets
            for resource in one["resources"]
            if resource.get("datastore_active")
        ],
        "actor": [
            f"/atlas/actor/{one['name'].removeprefix('actor-')}" for one in search(portal_url, "dataset_type:actor", 1)
        ],
        "project": [f"/atlas/project/{one['name'].removeprefix('project-')}" for one in projects],
        "measure": [f"/measures/{one['measure']}" for one in projects if one.get("measure")],
    }
    missing = [kind for kind, addresses in pages.items() if not addresses]
    if missing:
        pytest.fail(f"{portal_url} has no {', '.join(missing)}: load the city and harvest before these tests.")
    return {kind: addresses[0] for kind, addresses in pages.items()}


def search(portal_url: str, fq: str, rows: int) -> list[dict]:
    answer = requests.get(f"{portal_url}/api/3/action/package_search", params={"fq": fq, "rows": str(rows)}, timeout=30)
    answer.raise_for_status()
    return answer.json()["result"]["results"]


@pytest.fixture(scope="session")
def axe(repository: Path) -> str:
    """The source of axe-core; AXE_CORE names another place."""
    path = Path(os.environ.get("AXE_CORE", repository / AXE))
    if not path.is_file():
        pytest.fail(f"{path} is not there: docker/build brings axe-core, or AXE_CORE names its axe.min.js.")
    return path.read_text(encoding="utf-8")
