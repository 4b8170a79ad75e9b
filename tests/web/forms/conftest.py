"""Forms as a signed-in person sends them and sees them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp


@dataclass
class Page:
    """One page as it came back."""

    status: int
    path: str
    soup: BeautifulSoup

    def error(self, field: str) -> str:
        """What stands as wrong at a field; empty where nothing does."""
        found = self.soup.select_one(f'[id="field-{field}-error"]')
        # Before the message stands a word for those who hear the page.
        hidden = found.select_one(".portal-hidden") if found else None
        if hidden:
            hidden.string = ""
        return found.get_text(" ", strip=True) if found else ""

    def control(self, name: str) -> Tag:
        found = self.soup.select(f'[name="{name}"]')
        assert found, f"{self.path} has no input {name}"
        return found[-1]

    def summary(self) -> list[tuple[str, str]]:
        """Address and text of each link on top."""
        return [(str(one["href"]), one.get_text(" ", strip=True)) for one in self.soup.select(".form-summary a")]


@dataclass
class Person:
    """Somebody who may edit everything."""

    app: CKANTestApp
    headers: dict[str, str]

    def sees(self, path: str) -> Page:
        return self._page(self.app.get(path, headers=self.headers))

    def sends(self, path: str, data: dict[str, Any], **more: Any) -> Page:
        return self._page(self.app.post(path, data={"save": "", **data}, headers=self.headers, **more))

    def _page(self, answer: Any) -> Page:
        return Page(answer.status_code, answer.request.path, BeautifulSoup(answer.body, "html.parser"))


@pytest.fixture
def person(app: CKANTestApp, with_plugins: None, clean_db: None, clean_index: None) -> Person:
    factories.Organization(name="dresden", title="Landeshauptstadt Dresden")
    return Person(app, {"Authorization": factories.SysadminWithToken()["token"]})


@pytest.fixture
def dataset(person: Person) -> Callable[..., dict[str, Any]]:
    """Publishes a dataset with one file at an address."""

    def publish(**fields: Any) -> dict[str, Any]:
        address = {"url": "https://example.org/luft.csv", "format": "CSV"}
        texts = {"title": "Luft", "notes": "Messwerte.", "type": "dataset", "resources": [address]}
        theme = ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
        return dict(factories.Dataset(**{**texts, "theme": theme, **fields}))

    return publish
